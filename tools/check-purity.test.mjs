import { expect, test } from 'vitest'
import { checkPurity } from './check-purity.mjs'
import { makeTree } from './testing/tree.mjs'

/** @param {string} text @param {string} [path] */
const judge = (text, path = 'packages/core/src/a.ts') => checkPurity(makeTree({ [path]: text }))

test.each([
  'const now = Date.now()',
  'const now = new Date()',
  'const now = Date()',
  'const luck = Math.random()',
  'const sorted = names.sort((a, b) => a.localeCompare(b))',
  'const text = (3).toLocaleString()',
  "const rules = new Intl.PluralRules('en')",
])('refuses in the core: %s', (text) => {
  expect(judge(`\n${text}`)[0]?.where).toBe('packages/core/src/a.ts:2')
})

test('passes a time that was given, and mere words', () => {
  expect(judge("const at = new Date(millis)\n// Date.now is not read here\nconst text = 'Math.random'")).toEqual([])
})

test('leaves tests and other packages alone', () => {
  expect(judge('Date.now()', 'packages/core/src/a.test.ts')).toEqual([])
  expect(judge('Date.now()', 'packages/client/src/a.ts')).toEqual([])
})
