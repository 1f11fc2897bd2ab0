import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { BUDGET_BYTES, checkFirstLoad, eagerOf } from './check-first-load.mjs'
import { makeTree, problems } from './testing/tree.mjs'

const PAGE = `<!doctype html><script type="module" crossorigin src="/assets/index-a1.js"></script>
<link rel="modulepreload" href="/assets/vendor-a1.js"><link rel="stylesheet" href="./assets/index-a1.css">
<link rel="icon" href="/icon.svg"><a href="/other.js">more</a>`

/** @param {Record<string, string>} files in apps/web/dist/assets */
const site = (files) =>
  makeTree({
    'apps/web/index.html': '',
    'apps/web/src/i18n/messages/en/room.json': '{}',
    'apps/web/src/i18n/messages/ar/room.json': '{}',
    'apps/web/dist/index.html': PAGE,
    ...Object.fromEntries(
      Object.entries({ 'index-a1.js': '', 'vendor-a1.js': '', 'index-a1.css': '', 'en-a1.js': '', ...files }).map(
        ([name, text]) => [`apps/web/dist/assets/${name}`, text],
      ),
    ),
  })

/** @param {string} root */
function weigh(root) {
  /** @type {string[]} */
  const told = []
  const findings = checkFirstLoad(root, (line) => told.push(line.trim().split(/\s+/)[2] ?? ''))
  return { findings, counted: told.slice(0, -1) }
}

/** Text that does not compress below the number of bytes. @param {number} bytes */
const noise = (bytes) => `/*${randomBytes(bytes).toString('base64')}*/`

test('reads what a page loads by itself', () => {
  expect(eagerOf(PAGE)).toEqual(['assets/index-a1.js', 'assets/vendor-a1.js', 'assets/index-a1.css'])
})

test('counts imports, once each, and the largest language; not what is imported later', () => {
  const { findings, counted } = weigh(
    site({
      'index-a1.js': `import{a}from"./shared-a1.js";import("./later-a1.js");export{b}from"./vendor-a1.js"`,
      'shared-a1.js': '',
      'later-a1.js': noise(BUDGET_BYTES),
      'ar-b2.js': `import{plural}from"./plural-a1.js";${noise(500)}`,
      'plural-a1.js': '',
    }),
  )
  expect(findings).toEqual([])
  expect(counted).toEqual([
    'index.html',
    'assets/index-a1.js',
    'assets/vendor-a1.js',
    'assets/index-a1.css',
    'assets/ar-b2.js',
    'assets/shared-a1.js',
    'assets/plural-a1.js',
  ])
})

test('refuses a first load above the budget', () => {
  const { findings } = weigh(site({ 'vendor-a1.js': noise(BUDGET_BYTES) }))
  expect(problems(findings)).toEqual([expect.stringContaining(`${BUDGET_BYTES} are allowed`)])
})

test('refuses a build that is not there, or whose languages cannot be told', () => {
  expect(problems(checkFirstLoad(makeTree({ 'apps/web/index.html': '' })))).toEqual(['is not built'])
  const root = makeTree({ 'apps/web/index.html': '', 'apps/web/dist/index.html': PAGE })
  expect(problems(checkFirstLoad(root))).toEqual([expect.stringContaining('no chunk of messages')])
})
