import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openChapter } from './chapters.ts'
import { deviceSubject, type UnsignedChange } from './devices.ts'
import type { Millis, SeatId } from './ids.ts'
import { type DeviceChange, type RosterChange, type Seat, seatOf } from './roster.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { caucusOf, type SpaceName } from './space.ts'
import { type Governing, newSpace } from './state.ts'
import { charter } from './testing/dialogue.ts'
import {
  ada,
  anchorOf,
  ben,
  chi,
  deviceNamed,
  dov,
  fay,
  makeProofs,
  NORTH,
  type Someone,
  signAs,
  someone,
} from './testing/people.ts'
import { isByHelpers, loneKeeper, wayBackSubject, withDevicesOf } from './way-back.ts'

const proofs = makeProofs()
const gil = someone('Gil', 'facilitator')
const people = [fay, ada, ben, chi, dov]
const stateOf = (space: SpaceName, members: readonly Someone[] = people): Governing => ({
  ...newSpace(
    space,
    charter,
    members.map(({ seat }) => seat),
  ),
  time: 1_000 as Millis,
})
const room = stateOf('room')
const NORTHERN = caucusOf(NORTH)
const caucus = stateOf(NORTHERN, [fay, ada, ben])
const laptop = deviceNamed('Fay laptop')

/** The changes of Fay's devices that bring a new one in the place of all others. */
function changesFor(
  governing: Governing,
  by = anchorOf(fay),
  device = laptop,
  of: Someone = fay,
): readonly DeviceChange[] {
  const seat = seatOf(governing.roster, of.seat.id) ?? of.seat
  const unsigned: readonly UnsignedChange[] = [
    { type: 'device-added', seat: seat.id, device },
    ...seat.devices.map((one) => ({ type: 'device-removed', seat: seat.id, device: one.device }) as const),
  ]
  return unsigned.map((change, at) => {
    const was = { id: seat.id, revision: (seat.revision ?? 0) + at }
    const subject = deviceSubject(proofs, governing.charter, governing.space, was, change)
    return { ...change, voucher: signAs(by, subject) } as DeviceChange
  })
}

const subjectFor = (governing: Governing, changes: readonly DeviceChange[], seat = fay.seat.id): string =>
  wayBackSubject(proofs, governing.charter, governing.space, seat, withDevicesOf(governing.roster, changes))

function turnsOf(governing: Governing, changes: readonly DeviceChange[], helpers: readonly Someone[]) {
  const subject = subjectFor(governing, changes)
  return Object.fromEntries(helpers.map((one) => [one.seat.id, signAs(one, subject)])) as Record<SeatId, string>
}

const wayBack = (
  governing: Governing,
  helpers: readonly Someone[],
  devices = changesFor(governing),
): RosterChange[] => [...devices, { type: 'returned', seat: fay.seat.id, turns: turnsOf(governing, devices, helpers) }]

const open = (governing: Governing, by: Someone, changes: readonly RosterChange[], openedAt = 2_000) =>
  openChapter(governing, { by: by.seat, changes, openedAt: openedAt as Millis }, proofs)
const codeOf = (...of: Parameters<typeof open>): string | undefined => {
  const opened = open(...of)
  return opened.ok ? undefined : opened.error
}
const back = (...of: Parameters<typeof open>): Governing => {
  const opened = open(...of)
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}
const fays = ({ roster }: Governing): Seat => seatOf(roster, fay.seat.id) as Seat

describe('a seat that keeps a space alone comes back by its anchor and one person of each side', () => {
  test('[DV9] in the room, opened by either of the two; everybody else stays as they are, and all know who helped', () => {
    for (const by of [ada, chi]) {
      const after = back(room, by, wayBack(room, [ada, chi]))
      const helpedBy = [ada.seat.id, chi.seat.id].sort()
      expect(fays(after)).toEqual({ ...fay.seat, devices: [laptop], revision: 2, helpedBy })
      expect(after.roster.filter(({ id }) => id !== fay.seat.id)).toEqual([ada, ben, chi, dov].map(({ seat }) => seat))
      expect(readSnapshot(writeSnapshot(after))).toEqual({ ok: true, value: after })
    }
  })

  test('[DV9] in a caucus by one of that side, and in the outbox by one of each', () => {
    expect(fays(back(caucus, ben, wayBack(caucus, [ben]))).devices).toEqual([laptop])
    const outbox = stateOf('outbox')
    expect(codeOf(outbox, ada, wayBack(outbox, [ada]))).toBe('turn-missing')
    expect(fays(back(outbox, ada, wayBack(outbox, [ada, dov]))).devices).toEqual([laptop])
  })

  test('[DV9] not by one side alone, however many of it', () => {
    expect(codeOf(room, ada, wayBack(room, [ada]))).toBe('turn-missing')
    expect(codeOf(room, ada, wayBack(room, [ada, ben]))).toBe('turn-missing')
    const nobodySouth = stateOf('room', [fay, ada, ben])
    expect(codeOf(nobodySouth, ada, wayBack(nobodySouth, [ada, ben]))).toBe('no-people')
  })

  test('[DV9] not where another facilitator is there, who lets them in as ever; one who has left lets nobody in', () => {
    const two = stateOf('room', [...people, gil])
    expect(codeOf(two, ada, wayBack(two, [ada, chi]))).toBe('not-alone')
    const left = { ...two, leaving: [gil.seat.id] }
    expect(fays(back(left, ada, wayBack(left, [ada, chi]))).devices).toEqual([laptop])
    expect(loneKeeper(two)).toBeUndefined()
    expect(loneKeeper(left)?.id).toBe(fay.seat.id)
  })

  test('[DV9] no participant, nobody in the panel or in a space of one’s own', () => {
    const adas = changesFor(room, anchorOf(ada), laptop, ada)
    const turns = { [chi.seat.id]: signAs(chi, subjectFor(room, adas, ada.seat.id)) } as Record<SeatId, string>
    const changes = [...adas, { type: 'returned', seat: ada.seat.id, turns } as const]
    expect(codeOf(room, chi, changes)).toBe('not-alone')
    const panel = stateOf('panel', [fay])
    expect(codeOf(panel, fay, wayBack(panel, []))).toBe('not-for-this-space')
    const own = stateOf('own', [fay])
    expect(codeOf(own, fay, wayBack(own, []))).toBe('not-for-this-space')
  })
})

describe('such a header changes nothing else', () => {
  const good = changesFor(room)
  const turns = turnsOf(room, good, [ada, chi])
  const returned = { type: 'returned', seat: fay.seat.id, turns } as const

  test('[DV10] one device comes, all others go, and it is the last change that says who has said yes', () => {
    const [added, ...removed] = good as [DeviceChange, ...DeviceChange[]]
    const others: readonly RosterChange[][] = [
      [added, returned],
      [...removed, added, returned],
      [returned, ...good],
      [...good, returned, { type: 'removed', seat: ben.seat.id }],
      [{ type: 'removed', seat: ben.seat.id }, ...good, returned],
      [...good, returned, returned],
      [{ type: 'admitted', seat: someone('Eli', 'participant', NORTH).seat }, ...good, returned],
      [returned],
    ]
    for (const changes of others) expect(codeOf(room, ada, changes)).toBe('not-a-way-back')
  })

  test('[DV10] it sets no clock, and ends no day of a destruction', () => {
    const after = back(room, ada, wayBack(room, [ada, chi]), 9_999_999_999)
    expect(after.time).toBe(room.time)
    const { roster: _, ...others } = after
    const { roster: __, ...before } = room
    expect(others).toEqual(before)
  })

  test('[DV10] the voucher is the anchor’s: what a device has signed brings nobody back, nor does another seat’s code', () => {
    for (const by of [fay, anchorOf(ada), ada])
      expect(codeOf(room, ada, wayBack(room, [ada, chi], changesFor(room, by)))).toBe('bad-voucher')
    expect(codeOf(room, ada, wayBack(room, [ada, chi], changesFor(caucus)))).toBe('bad-voucher')
  })

  test('[DV10] only somebody who has said yes opens it, and whoever is not there says nothing', () => {
    expect(codeOf(room, ben, wayBack(room, [ada, chi]))).toBe('not-a-helper')
    expect(codeOf(room, fay, wayBack(room, [ada, chi]))).toBe('not-a-helper')
    const left = { ...room, leaving: [ada.seat.id] }
    expect(codeOf(left, ada, wayBack(left, [ada, chi]))).toBe('not-a-helper')
    expect(codeOf(left, chi, wayBack(left, [ada, chi]))).toBe('bad-turn')
    const stranger = someone('Eli', 'participant', NORTH)
    expect(codeOf(room, ada, wayBack(room, [ada, chi, stranger]))).toBe('bad-turn')
  })
})

describe('a yes is to this device, in this space, this once', () => {
  test('[DV11] not to another device, nor in another space, nor after the people there have changed', () => {
    const good = changesFor(room)
    const signed = turnsOf(room, good, [ada, chi])
    const other = changesFor(room, anchorOf(fay), deviceNamed('Eve'))
    const claim = (devices: readonly DeviceChange[]): RosterChange[] => [
      ...devices,
      { type: 'returned', seat: fay.seat.id, turns: signed },
    ]
    expect(codeOf(room, ada, claim(other))).toBe('bad-turn')
    const outbox = stateOf('outbox')
    expect(codeOf(outbox, ada, claim(changesFor(outbox)))).toBe('bad-turn')
    const fewer = stateOf('room', [fay, ada, ben, chi])
    expect(codeOf(fewer, ada, claim(good))).toBe('bad-turn')
  })

  test('[DV9] [DV14] who helped is kept until a device of theirs is taken out in another way', () => {
    const once = back(room, ada, wayBack(room, [ada, chi]))
    const [added, ...removed] = changesFor(once, anchorOf(fay), deviceNamed('Fay tablet'))
    const more = back(once, fay, added ? [added] : [])
    expect(fays(more).helpedBy).toEqual([ada.seat.id, chi.seat.id].sort())
    const other = back(more, fay, removed)
    expect(fays(other).devices).toEqual([deviceNamed('Fay tablet')])
    expect(fays(other).helpedBy).toBeUndefined()
  })

  test('[DV11] a second return takes new yeses, and the paper is as good as before', () => {
    const once = back(room, ada, wayBack(room, [ada, chi]))
    expect(codeOf(once, ada, wayBack(room, [ada, chi]))).toBe('bad-voucher')
    const tablet = changesFor(once, anchorOf(fay), deviceNamed('Fay tablet'))
    const again = back(once, dov, wayBack(once, [ben, dov], tablet))
    expect(fays(again).revision).toBe(4)
    expect(fays(again).helpedBy).toEqual([ben.seat.id, dov.seat.id].sort())
    // The device that was lost the second time does not come back by what was said the first time.
    const replayed = [
      ...changesFor(again),
      { type: 'returned', seat: fay.seat.id, turns: turnsOf(room, changesFor(room), [ada, chi]) } as const,
    ]
    expect(codeOf(again, ada, replayed)).toBe('bad-turn')
  })

  test('[DV11] whoever leaves out a part of it, or adds to it, has nothing', () => {
    const whole = wayBack(room, [ada, chi])
    fc.assert(
      fc.property(fc.subarray(whole), fc.constantFrom(...people), (some, by) => {
        const opened = open(room, by, some)
        const isAll = some.length === whole.length && [ada, chi].includes(by)
        // A keeper may still change the seat's own devices with vouchers in their order: that is no way back (DV2).
        const isPlain = by === fay && !some.some(({ type }) => type === 'returned')
        const isNothing = some.length === 0
        if (!isPlain && !isNothing) expect(opened.ok).toBe(isAll)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the new device takes the header of those whom it knows from their own invitations, and no other', () => {
  const changes = wayBack(room, [ada, chi])
  const governing = back(room, ada, changes)
  const helpers = [ada, chi].map(({ seat }) => ({ side: seat.side as string, root: seat.devices[0]?.root as string }))
  const sees = (sight: Partial<Parameters<typeof isByHelpers>[0]>, known = helpers): boolean =>
    isByHelpers({ governing, changes, by: ada.seat, ...sight }, known, proofs)

  test('[DV12] with a yes of each of them over exactly the people who are there', () => {
    expect(sees({})).toBe(true)
    expect(sees({ by: ben.seat })).toBe(false)
    expect(sees({}, helpers.slice(0, 1))).toBe(false)
    const dovs = { side: dov.seat.side as string, root: dov.seat.devices[0]?.root as string }
    expect(sees({}, [...helpers.slice(0, 1), dovs])).toBe(false)
  })

  test('[DV12] one of them cannot show it other people, nor sit on both sides', () => {
    const eli = someone('Eli', 'participant', chi.seat.side)
    const swapped = {
      ...governing,
      roster: governing.roster.map((seat) => (seat.id === dov.seat.id ? eli.seat : seat)),
    }
    expect(sees({ governing: swapped })).toBe(false)
    const both = {
      ...governing,
      roster: governing.roster.map((seat) =>
        seat.side === chi.seat.side ? { ...seat, devices: ada.seat.devices } : seat,
      ),
    }
    expect(sees({ governing: both })).toBe(false)
    expect(sees({ changes: changes.filter(({ type }) => type !== 'returned') })).toBe(false)
  })
})
