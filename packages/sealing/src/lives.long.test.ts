import { expect, test } from 'vitest'
import { HAPPENINGS, liveOne } from './testing/lives.ts'

/** Ten times fifty lives of two hundred steps: a new life each, since what is to be tried grows with what has happened. */
const BLOCKS = Array.from({ length: 10 }, (_, block) => block)
const LIVES = 50
const STEPS = 200

test.each(BLOCKS)(
  '[CH10] [CH12] [CH13] ten thousand steps in the lives of a room, %i of ten times: nobody outside a chapter reads it',
  { timeout: 3_600_000 },
  async (block) => {
    const seen = new Map<string, number>()
    for (let life = 0; life < LIVES; life++) {
      const lived = await liveOne(`${block}, ${life}`, STEPS, 1)
      for (const [what, count] of lived.seen) seen.set(what, (seen.get(what) ?? 0) + count)
    }
    for (const what of HAPPENINGS) expect([what, (seen.get(what) ?? 0) >= LIVES]).toEqual([what, true])
    expect([...seen.values()].reduce((sum, count) => sum + count)).toBe(LIVES * STEPS)
  },
)
