import type { SeatId, SpaceState } from '@antechamber/core'
import { expect, test } from 'vitest'
import { givesWay } from './leg-choice.ts'

const [ADA, FAY] = ['ada' as SeatId, 'fay' as SeatId]
const MINE = { seat: FAY, role: 'facilitator', root: 'phone' } as const

/** A leg with devices of these root keys in it. */
function legWith(...roots: readonly string[]): { readonly state: SpaceState } {
  const roster = [{ devices: roots.map((root) => ({ device: root, root })) }]
  return { state: { governing: { roster } } as unknown as SpaceState }
}

test('[LE3] a beginning that nobody has come to gives way to where the other is, or to the smaller id of one’s own; another never', () => {
  const known = { space: 'm' }
  const [fromAda, smaller, greater] = [
    { from: ADA, space: 'z' },
    { from: FAY, space: 'a' },
    { from: FAY, space: 'z' },
  ]
  for (const note of [fromAda, smaller, greater]) {
    expect(givesWay(undefined, known, note, MINE)).toBe(true)
    expect(givesWay(legWith('phone', 'hers'), known, note, MINE)).toBe(false)
    expect(givesWay(legWith('laptop', 'hers'), known, note, MINE)).toBe(false)
  }
  const alone = legWith('phone')
  expect([fromAda, smaller, greater].map((note) => givesWay(alone, known, note, MINE))).toEqual([true, true, false])
  const hers = { seat: ADA, role: 'participant', root: 'phone' } as const
  expect(givesWay(alone, known, { from: FAY, space: 'a' }, hers)).toBe(false)
})
