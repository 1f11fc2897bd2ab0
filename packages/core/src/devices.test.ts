import { expect, test } from 'vitest'
import { deviceSubject, type UnsignedChange } from './devices.ts'
import { applyRosterChanges } from './replay.ts'
import { type DeviceChange, MAX_DEVICES, type RosterChange, type Seat, seatOf } from './roster.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { caucusOf, type SpaceName } from './space.ts'
import { type Governing, newSpace } from './state.ts'
import { charter } from './testing/dialogue.ts'
import { ada, anchorOf, ben, chi, deviceNamed, fay, makeProofs, NORTH, type Someone, signAs } from './testing/people.ts'
import { dialogueIn, propose, turn } from './testing/steps.ts'

const proofs = makeProofs()
const room = newSpace('room', charter, [ada.seat, ben.seat, fay.seat])
const phone = deviceNamed('Ada phone')
const adding = (device = phone): UnsignedChange => ({ type: 'device-added', seat: ada.seat.id, device })
const taking = (device: string): UnsignedChange => ({ type: 'device-removed', seat: ada.seat.id, device })
const own = ada.seat.devices[0]?.device ?? ''

/** Signed for the seat as it is after so many changes. */
function signed(
  change: UnsignedChange,
  by: Pick<Someone, 'name'>,
  revision = 0,
  space: SpaceName = 'room',
): DeviceChange {
  const subject = deviceSubject(proofs, charter, space, { id: change.seat, revision }, change)
  return { ...change, voucher: signAs(by, subject) } as DeviceChange
}

const apply = (governing: Governing, ...changes: RosterChange[]) =>
  applyRosterChanges(governing, fay.seat, changes, proofs)
function after(governing: Governing, ...changes: RosterChange[]): Governing {
  const changed = apply(governing, ...changes)
  if (!changed.ok) throw new Error(changed.error)
  return changed.value
}
const codeOf = (governing: Governing, ...changes: RosterChange[]): string | undefined => {
  const changed = apply(governing, ...changes)
  return changed.ok ? undefined : changed.error
}
const adas = ({ roster }: Governing): Seat => seatOf(roster, ada.seat.id) as Seat

test('[DV2] a keeper adds a device that a device of the seat has signed for, or its anchor; others stay as they are', () => {
  for (const by of [ada, anchorOf(ada)]) {
    const changed = after(room, signed(adding(), by))
    expect(adas(changed)).toEqual({ ...ada.seat, devices: [...ada.seat.devices, phone], revision: 1 })
    expect(changed.roster.filter(({ id }) => id !== ada.seat.id)).toEqual([ben.seat, fay.seat])
    expect(readSnapshot(writeSnapshot(changed))).toEqual({ ok: true, value: changed })
  }
  const asBen = applyRosterChanges(room, ben.seat, [signed(adding(), ada)], proofs)
  expect(asBen).toEqual({ ok: false, error: 'not-a-keeper' })
})

test('[DV2] nobody else signs for a seat: not the facilitator, and not another person', () => {
  for (const by of [fay, ben, anchorOf(ben)]) expect(codeOf(room, signed(adding(), by))).toBe('bad-voucher')
  const stolen = { ...signed(adding(), ada), device: deviceNamed('Eve') } as DeviceChange
  expect(codeOf(room, stolen)).toBe('bad-voucher')
  expect(codeOf(room, { ...signed(adding(), ada), seat: ben.seat.id } as DeviceChange)).toBe('bad-voucher')
  expect(codeOf(newSpace('room', charter, [fay.seat]), signed(adding(), ada))).toBe('no-such-seat')
})

test('[DV2] what was signed for another space, or has counted before, counts no more', () => {
  expect(codeOf(room, signed(adding(), ada, 0, 'outbox'))).toBe('bad-voucher')
  const added = signed(adding(), ada)
  const without = after(room, added, signed(taking(phone.device), ada, 1))
  expect(adas(without).devices).toEqual(ada.seat.devices)
  // Otherwise whoever holds a lost device, and a keeper, would bring it back.
  expect(codeOf(without, added)).toBe('bad-voucher')
  expect(adas(after(without, signed(adding(), ada, 2))).revision).toBe(3)
})

test('[DV3] a seat has three devices at most, and never none', () => {
  const [second, third, fourth] = ['2', '3', '4'].map((n) => deviceNamed(`Ada ${n}`)) as [
    typeof phone,
    typeof phone,
    typeof phone,
  ]
  const full = after(room, signed(adding(second), ada), signed(adding(third), ada, 1))
  expect(adas(full).devices).toHaveLength(MAX_DEVICES)
  expect(codeOf(full, signed(adding(fourth), ada, 2))).toBe('too-many-devices')
  expect(codeOf(room, signed(taking(own), ada))).toBe('last-device')
  // In the place of a lost one, in the same chapter.
  const anew = after(full, signed(adding(fourth), anchorOf(ada), 2), signed(taking(own), anchorOf(ada), 3))
  expect(adas(anew).devices).toEqual([second, third, fourth])
  expect(codeOf(full, signed(taking(phone.device), ada, 2))).toBe('no-such-device')
})

test('[DV3] a device and a root key stand in a roster once, and an anchor is no device', () => {
  expect(codeOf(room, signed(adding(ben.seat.devices[0]), ada))).toBe('already-seated')
  expect(codeOf(room, signed(adding({ ...phone, root: ben.seat.anchor }), ada))).toBe('already-seated')
  expect(
    codeOf(room, { type: 'admitted', seat: { ...chi.seat, devices: [{ ...phone, root: ada.seat.anchor }] } }),
  ).toBe('already-seated')
})

test('[DV6] when a device goes, each yes lapses that it has signed, and nobody else’s; when one comes, none does', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'A joint record of the wells.')
  turn(table, ada, line)
  turn(table, ben, line)
  const caucus = table.state(fay, caucusOf(NORTH)).governing
  const vouched = (change: UnsignedChange, by: Pick<Someone, 'name'>, revision: number): DeviceChange => {
    const seat = { id: ada.seat.id, revision }
    const subject = deviceSubject(table.proofs, caucus.charter, caucus.space, seat, change)
    return { ...change, voucher: signAs(by, subject) } as DeviceChange
  }
  const more = after(caucus, vouched(adding(), ada, 0))
  expect(yesesIn(more)).toEqual([ada.seat.id, ben.seat.id])
  expect(yesesIn(after(more, vouched(taking(phone.device), anchorOf(ada), 1)))).toEqual([ada.seat.id, ben.seat.id])
  expect(yesesIn(after(more, vouched(taking(own), anchorOf(ada), 1)))).toEqual([ben.seat.id])
})

/** Who has said yes to something in a caucus. */
const yesesIn = ({ runs }: Governing): readonly string[] =>
  Object.values(runs).flatMap((run) =>
    Object.values((run as { turns?: Record<string, object> }).turns ?? {}).flatMap((bySeat) => Object.keys(bySeat)),
  )
