import { expect, test } from 'vitest'
import { settle, tallyPlaywright, tallyVitest } from './tally.mjs'

/** @param {string} status @param {string[]} tests statuses */
const file = (status, tests) => ({
  status,
  assertionResults: tests.map((one, index) => ({ status: one, fullName: `t${index}` })),
})

test('counts what vitest ran, and names what it did not', () => {
  const report = { testResults: [file('failed', ['passed', 'failed']), file('passed', ['passed', 'skipped'])] }
  expect(tallyVitest(report)).toEqual({ passed: 2, failed: 1, notes: ['not run (skipped): t1'] })
})

test('counts a file that broke before its first test as a failure', () => {
  expect(tallyVitest({ testResults: [file('failed', [])] })).toMatchObject({ passed: 0, failed: 1 })
})

test('counts stories, the flaky ones as failed', () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 1 }
  expect(tallyPlaywright({ stats, errors: [] })).toMatchObject({ passed: 3, failed: 2, notes: { length: 2 } })
})

test('counts stories that could not be loaded as a failure', () => {
  const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }
  expect(tallyPlaywright({ stats, errors: [{ message: 'no such file' }] })).toMatchObject({ failed: 1 })
})

test('does not call a run good that ended badly, or left no report', () => {
  expect(settle(0, { passed: 2, failed: 0, notes: [] })).toMatchObject({ passed: 2, failed: 0 })
  expect(settle(1, { passed: 2, failed: 0, notes: [] })).toMatchObject({ passed: 2, failed: 1 })
  expect(settle(1, { passed: 2, failed: 3, notes: [] })).toMatchObject({ passed: 2, failed: 3 })
  expect(settle(0, undefined)).toMatchObject({ passed: 0, failed: 1 })
})
