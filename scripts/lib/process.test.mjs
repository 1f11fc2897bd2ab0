import { expect, test } from 'vitest'
import { exitOf, run } from './process.mjs'

test('a program that a signal has ended has not done well', async () => {
  expect((await run(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'])).code).toBe(1)
  expect([exitOf(null), exitOf(0), exitOf(4)]).toEqual([1, 0, 4])
})
