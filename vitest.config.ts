import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const long = process.env.LONG === '1'

export default defineConfig({
  test: {
    environment: 'node',
    globalSetup: ['scripts/lib/vitest-setup.mjs', 'apps/relay/src/testing/postgres-setup.ts'],
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'apps/*/{src,test,build}/**/*.test.ts',
      'bench/**/*.test.ts',
      'tools/**/*.test.mjs',
      'scripts/**/*.test.mjs',
    ],
    // Long tests have a name of their own, `x.long.test.ts`, and run with LONG=1 (npm run test:long).
    exclude: ['**/node_modules/**', '**/dist/**', ...(long ? [] : ['**/*.long.test.*'])],
    // Real key derivation and real disks on two busy cores: the limit is there to end a hang, not to measure.
    testTimeout: long ? 600_000 : 120_000,
    hookTimeout: long ? 600_000 : 180_000,
    // Many tests wait for a browser, a disk or a relay in a process of its own: two at once, also on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    passWithNoTests: true,
    restoreMocks: true,
  },
})
