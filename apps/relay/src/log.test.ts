import { expect, test } from 'vitest'
import { createLog, describeFailure } from './log.ts'

test('[WR14] [R50] of an unexpected error only its class, its code and its place are told', () => {
  const lines: string[] = []
  const log = createLog('info', { write: (line) => lines.push(line) })
  const error = Object.assign(new RangeError('p_ada said: we need one more week, 192.0.2.7'), { code: 'ERR_OUT' })
  log('error', 'failed', describeFailure(error))
  log('error', 'failed', describeFailure('a bare string with a name in it'))
  const told = lines.map((line) => JSON.parse(line))
  expect(told[0]).toMatchObject({ event: 'failed', kind: 'RangeError', system: 'ERR_OUT' })
  expect(told[0].where).toMatch(/^log\.test\.ts:\d+$/)
  expect(lines.join()).not.toMatch(/ada|week|192|name in it/)
})

test('[WR14] codes and classes that are no such words are left out', () => {
  const error = Object.assign(new Error('x'), { code: 'ada@example.org', name: 'Ada Lovelace' })
  error.stack = 'Error: 10.0.0.1\n    at somebody'
  expect(describeFailure(error)).toEqual({})
})

test('a log line says nothing of the machine', () => {
  const lines: string[] = []
  createLog('info', { write: (line) => lines.push(line) })('info', 'swept', { count: 3 })
  expect(Object.keys(JSON.parse(lines[0] ?? '{}')).sort()).toEqual(['count', 'event', 'level', 'time'])
})
