import { expect, test } from 'vitest'
import { checkArrows } from './check-arrows.mjs'
import { makeTree, problems } from './testing/tree.mjs'

/** @param {string} folder @param {object} [more] */
const manifest = (folder, more = {}) => ({
  [`${folder}/package.json`]: {
    name: `@antechamber/${folder.split('/')[1]}`,
    exports: { '.': './src/index.ts', './contract': './src/contract.ts', './processes/*.json': './processes/*.json' },
    ...more,
  },
})

const workspace = {
  'package.json': { devDependencies: { vitest: '4.1.12' } },
  ...manifest('packages/core'),
  ...manifest('packages/protocol', { dependencies: { valibot: '1.5.0' } }),
  ...manifest('packages/sealing', { dependencies: { '@noble/ciphers': '2.4.0' } }),
  ...manifest('packages/client', { dependencies: { '@noble/ciphers': '2.4.0', idb: '8.0.4' } }),
  ...manifest('packages/testkit'),
  ...manifest('apps/relay', { dependencies: { hono: '4.13.19' } }),
  ...manifest('apps/web'),
}

/** Judges one file in an otherwise empty workspace. @param {string} path @param {string} text */
const judge = (path, text) => problems(checkArrows(makeTree({ ...workspace, [path]: text })))

test('passes imports that follow the table and the doors', () => {
  const root = makeTree({
    ...workspace,
    'packages/client/src/index.ts': `import { a } from '@antechamber/core'\nimport { openDB } from 'idb'\nimport './b.ts'`,
    'packages/client/src/b.ts': `import x from '@antechamber/core/processes/first.json'\nimport { z } from 'node:fs'`,
    'packages/sealing/src/seal.ts': `import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'`,
    'packages/protocol/src/index.ts': `export { v } from 'valibot'`,
    'apps/web/src/room.svelte': `<script lang="ts">\nimport { view } from '@antechamber/core'\n</script>\n<p>hello</p>`,
    'packages/core/src/a.test.ts': `import { ada } from '@antechamber/testkit'\nimport { test } from 'vitest'`,
    'e2e/story.spec.ts': `import { seal } from '@antechamber/sealing'`,
  })
  expect(checkArrows(root)).toEqual([])
})

test.each([
  ['apps/relay/src/a.ts', `import { x } from '@antechamber/core'`, 'relay may not import core'],
  ['apps/relay/src/a.ts', `import type { X } from '@antechamber/sealing'`, 'relay may not import sealing'],
  ['packages/core/src/a.ts', `export { x } from '@antechamber/protocol'`, 'core may not import protocol'],
  ['apps/web/src/a.ts', `const x = await import('@antechamber/sealing')`, 'web may not import sealing'],
])('refuses an arrow that is not in the table: %s %s', (path, text, problem) => {
  expect(judge(path, text)).toEqual([expect.stringContaining(problem)])
})

test('reads the scripts of .svelte files, and says the line', () => {
  const root = makeTree({
    ...workspace,
    'apps/web/src/room.svelte': `<p>hello</p>\n<script lang="ts">\n  import { open } from '@antechamber/sealing'\n</script>`,
  })
  expect(checkArrows(root)[0]?.where).toBe('apps/web/src/room.svelte:3')
})

test('refuses a path that a package does not open, from tests too', () => {
  const problem = '"./src/roster.ts" is no door of core'
  expect(judge('e2e/a.ts', `import '@antechamber/core/src/roster.ts'`)).toEqual([expect.stringContaining(problem)])
  expect(judge('packages/client/src/a.test.ts', `import '../../core/src/roster.ts'`)).toEqual([
    expect.stringContaining('reaches into packages/core past its doors'),
  ])
})

test('lets tests, and only tests, read the vectors', () => {
  const text = `import vectors from '../../../vectors/envelope.json'`
  expect(judge('packages/protocol/src/a.test.ts', text)).toEqual([])
  expect(judge('packages/protocol/src/a.ts', text)).toEqual([expect.stringContaining('reaches out of')])
})

test('refuses the door of the own package, by name or by path, but not an ordinary file that is also a door', () => {
  expect(judge('packages/core/src/a/b.ts', `import '../index.ts'`)).toEqual([
    expect.stringContaining('its own package'),
  ])
  expect(judge('packages/core/src/a.ts', `import '@antechamber/core'`)).toEqual([
    expect.stringContaining('its own package'),
  ])
  expect(judge('packages/core/src/a.ts', `import './contract.ts'`)).toEqual([])
})

test('keeps cryptographic libraries in sealing, even where a package.json lists one', () => {
  const problem = expect.stringContaining('only sealing imports cryptographic libraries')
  expect(judge('packages/client/src/a.ts', `import '@noble/ciphers/chacha.js'`)).toEqual([problem])
  expect(judge('e2e/a.ts', `import 'hash-wasm'`)).toEqual([problem])
})

test('refuses what package.json does not list, and anything at all in the core', () => {
  expect(judge('apps/relay/src/a.ts', `import 'ws'`)).toEqual([expect.stringContaining('does not list ws')])
  expect(judge('packages/core/src/a.ts', `import 'vitest'`)).toEqual([expect.stringContaining('depends on nothing')])
})

test('keeps what calls itself unsafe out of the apps', () => {
  expect(judge('apps/web/src/a.ts', `unsafeTestingAuthentication()`)).toEqual([expect.stringContaining('may not use')])
  expect(judge('apps/web/src/a.ts', `const policy = "'wasm-unsafe-eval'"`)).toEqual([])
  expect(judge('apps/web/src/a.test.ts', `unsafeTestingAuthentication()`)).toEqual([])
})
