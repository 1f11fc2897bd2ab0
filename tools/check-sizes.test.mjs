import { expect, test } from 'vitest'
import { checkSizes, MAX_FILE_LINES, MAX_FUNCTION_LINES, measureFile } from './check-sizes.mjs'
import { makeTree, problems } from './testing/tree.mjs'

/** @param {number} lines */
const linesOf = (lines) => 'x()\n'.repeat(lines)
/** A function of that many lines. @param {number} lines @param {string} [head] */
const functionOf = (lines, head = 'function walk() {') => `${head}\n${linesOf(lines - 2)}}\n`

test('allows a file of the limit and refuses one line more', () => {
  expect(measureFile('a.ts', linesOf(MAX_FILE_LINES))).toEqual([])
  expect(measureFile('a.ts', linesOf(MAX_FILE_LINES + 1))).toMatchObject([{ lines: MAX_FILE_LINES + 1 }])
})

test('allows a function of the limit and refuses one line more, with its name and line', () => {
  expect(measureFile('a.ts', functionOf(MAX_FUNCTION_LINES))).toEqual([])
  expect(measureFile('a.ts', `\n${functionOf(MAX_FUNCTION_LINES + 1)}`)).toMatchObject([
    { subject: 'a.ts#walk', where: 'a.ts:2', lines: MAX_FUNCTION_LINES + 1 },
  ])
})

test.each([
  ['an arrow function', functionOf(61, 'const walk = () => {'), 'walk'],
  ['a method', `class A {\n${functionOf(61, 'walk() {')}}`, 'walk'],
  ['a constructor', `class A {\n${functionOf(61, 'constructor() {')}}`, 'constructor'],
  ['a test', `test('walks', () => {\n${linesOf(60)}})`, '(no name)'],
])('measures %s', (_, text, name) => {
  expect(measureFile('a.ts', text)).toMatchObject([{ subject: `a.ts#${name}` }])
})

test('does not measure a group of tests', () => {
  expect(measureFile('a.test.ts', `describe('walking', () => {\n${linesOf(100)}})`)).toEqual([])
})

test('measures the scripts of .svelte files, at their place in the file', () => {
  const text = `<h1>Room</h1>\n<script lang="ts">\n${functionOf(61)}</script>\n`
  expect(measureFile('a.svelte', text)).toMatchObject([{ subject: 'a.svelte#walk', where: 'a.svelte:3' }])
})

test('takes an exception that has a reason, up to its own limit', () => {
  const long = { 'packages/a/src/a.ts': functionOf(70) }
  const exception = { subject: 'packages/a/src/a.ts#walk', lines: 70, reason: 'One table of cases, read as one.' }
  /** @param {object} change */
  const judge = (change) =>
    problems(checkSizes(makeTree({ ...long, 'tools/size-exceptions.json': [{ ...exception, ...change }] })))
  expect(problems(checkSizes(makeTree(long)))).toEqual(['walk has 70 lines, 60 are allowed'])
  expect(judge({})).toEqual([])
  expect(judge({ lines: 69 })).toEqual(['walk has 70 lines, 60 are allowed'])
  expect(judge({ reason: '' })).toEqual([`${exception.subject} gives no reason`])
})

test('refuses an exception that nothing needs any more', () => {
  const exceptions = [{ subject: 'packages/a/src/a.ts', lines: 500, reason: 'It was long once upon a time.' }]
  expect(problems(checkSizes(makeTree({ 'tools/size-exceptions.json': exceptions })))).toEqual([
    'packages/a/src/a.ts needs no exception any more',
  ])
})
