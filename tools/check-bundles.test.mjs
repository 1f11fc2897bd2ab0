import { expect, test } from 'vitest'
import { checkBundles } from './check-bundles.mjs'
import { makeTree, problems } from './testing/tree.mjs'

const good = {
  'apps/relay/src/main.ts': '',
  'apps/relay/dist/main.js': `import fs from 'node:fs'\nimport pino from 'pino'\nimport './a.js'`,
  'apps/relay/dist/modules.json': ['apps/relay/src/main.ts', 'packages/protocol/src/index.ts', 'node_modules/ws/x.js'],
}

test('passes a relay made of its own code, the protocol and other people’s packages', () => {
  expect(checkBundles(makeTree(good))).toEqual([])
})

test.each([
  'packages/core/src/view.ts',
  'packages/sealing/src/seal.ts',
  'packages/client/src/index.ts',
  'node_modules/@noble/ciphers/chacha.js',
])('refuses a relay with %s in it', (path) => {
  const root = makeTree({ ...good, 'apps/relay/dist/modules.json': ['apps/relay/src/main.ts', path] })
  expect(problems(checkBundles(root))).toEqual([`${path} must not be in there`])
})

test('refuses what a bundle would fetch from outside when it runs', () => {
  const root = makeTree({ ...good, 'apps/relay/dist/main.js': `const c = await import('@antechamber/core')` })
  expect(problems(checkBundles(root))).toEqual(['takes "@antechamber/core" from outside'])
})

test('refuses a relay that was not built', () => {
  expect(problems(checkBundles(makeTree({ 'apps/relay/src/main.ts': '' })))).toEqual(['is missing; build first'])
})
