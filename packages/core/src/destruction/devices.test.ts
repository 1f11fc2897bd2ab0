import { beforeEach, expect, test } from 'vitest'
import { deviceSubject, type UnsignedChange } from '../devices.ts'
import { applyRosterChanges, replay } from '../replay.ts'
import { type DeviceChange, MAX_DEVICES, seatOf } from '../roster.ts'
import { readSnapshot, writeSnapshot } from '../snapshot.ts'
import { caucusOf, type SpaceName } from '../space.ts'
import type { Governing } from '../state.ts'
import { TestDialogue } from '../testing/dialogue.ts'
import {
  ada,
  anchorOf,
  ben,
  chi,
  deviceNamed,
  dov,
  fay,
  idOf,
  NORTH,
  type Someone,
  signAs,
  someone,
} from '../testing/people.ts'
import { DELAY_MS } from './effect.ts'

const north = caucusOf(NORTH)
const phone = deviceNamed('Ada phone')
const first = ada.seat.devices[0]?.device as string

let dialogue: TestDialogue
let upTo: string

beforeEach(() => {
  dialogue = new TestDialogue().affirmAll()
  dialogue.chapter('room', 1)
  dialogue.enter('sharing')
  upTo = dialogue.chapter('room', 2)
  dialogue.enter('hearing')
  dialogue.chapter('room', 3)
})

/** Ada's anchor signs for it, as often as her devices have changed in this space. */
function vouched(change: UnsignedChange, governing: Governing): DeviceChange {
  const { revision = 0 } = seatOf(governing.roster, ada.seat.id) ?? {}
  const seat = { id: ada.seat.id, revision }
  const subject = deviceSubject(dialogue.proofs, governing.charter, governing.space, seat, change)
  return { ...change, voucher: signAs(anchorOf(ada), subject) } as DeviceChange
}
const adding: UnsignedChange = { type: 'device-added', seat: ada.seat.id, device: phone }
const taking = (device: string): UnsignedChange => ({ type: 'device-removed', seat: ada.seat.id, device })
const change = (space: SpaceName, one: UnsignedChange): void =>
  dialogue.changeIn(space, vouched(one, dialogue.state(fay, space).governing))
const yesOf = (...people: Someone[]): void => {
  for (const who of people) expect(dialogue.act(who, { type: 'turnDestruction' })).toBeUndefined()
  dialogue.settle()
}
const asked = (who = fay) => dialogue.view(who).destruction?.asked
const destroyed = (who = fay) => dialogue.view(who).destruction?.destroyed ?? []

/** All have said yes, and the day is over. */
function destroy(): string {
  dialogue.act(fay, { type: 'askDestruction', upTo })
  yesOf(ada, ben, chi, dov)
  dialogue.chapter('room', 10)
  dialogue.chapter('room', 10 + DELAY_MS)
  return destroyed()[0]?.id ?? ''
}

test('[DV6][TN5] a device that is taken out takes along the yeses that it has signed, and nobody else’s', () => {
  for (const space of ['room', north] as const) change(space, adding)
  dialogue.act(fay, { type: 'askDestruction', upTo })
  yesOf(ada, ben)
  change(north, taking(phone.device))
  expect(asked(ada)).toMatchObject({ mine: 'turned', side: true })
  change(north, adding)
  change(north, taking(first))
  expect(asked(ada)).toMatchObject({ mine: 'undecided', side: false })
  expect(asked(ben)).toMatchObject({ mine: 'turned' })
})

test('[DV6][TN5] what it has agreed to is agreed no more, and the others need not say it again', () => {
  for (const space of ['room', north] as const) change(space, adding)
  dialogue.act(fay, { type: 'askDestruction', upTo })
  yesOf(ada, ben, chi, dov)
  dialogue.chapter('room', 10)
  change('room', taking(phone.device))
  expect(asked()).toMatchObject({ isAgreed: true, dueAt: 10 + DELAY_MS })
  change('room', adding)
  change('room', taking(first))
  expect(asked()).toMatchObject({ isAgreed: false, dueAt: undefined })
  for (const who of [ben, chi, dov]) expect(asked(who)?.mine).toBe('turned')
})

test('[DV6][TN5] what was agreed before somebody came to a side stays so when a device goes that has signed nothing', () => {
  dialogue = new TestDialogue([ada, chi, fay]).affirmAll()
  dialogue.chapter('room', 1)
  dialogue.enter('sharing')
  upTo = dialogue.chapter('room', 2)
  dialogue.enter('hearing')
  dialogue.chapter('room', 3)
  change('room', adding)
  dialogue.act(fay, { type: 'askDestruction', upTo })
  yesOf(ada, chi)
  expect(asked()?.isAgreed).toBe(true)
  dialogue.changeIn('room', { type: 'admitted', seat: ben.seat })
  change('room', taking(phone.device))
  expect(asked()?.isAgreed).toBe(true)
})

test('[TN5] while a caucus has not been told of a device that the room has lost, what that has signed does not count', () => {
  for (const space of ['room', north] as const) change(space, adding)
  dialogue.act(fay, { type: 'askDestruction', upTo })
  for (const who of [ada, ben, chi]) dialogue.act(who, { type: 'turnDestruction' })
  change('room', taking(first))
  yesOf(dov)
  expect(asked()?.isAgreed).toBe(false)
  expect(dialogue.act(fay, { type: 'agreeDestruction' })).toBe('turn-missing')
  const line = { v: 1, type: 'turn.revoked', about: dialogue.room.destruction?.id }
  expect(dialogue.write(ada, north, line)).toBeUndefined()
  expect(asked()?.isAgreed).toBe(false)
})

test('[DX6] a device that is taken out before it has said so is not forgotten: of it nobody can tell', () => {
  change('room', adding)
  const id = destroy()
  const mine = () => destroyed()[0]?.seats.find(({ seat }) => seat === ada.seat.id)
  expect([mine(), destroyed()[0]?.untold]).toEqual([{ seat: ada.seat.id, confirmed: 0, devices: 2 }, 0])
  dialogue.act(ada, { type: 'confirmDestruction', destruction: id, device: first })
  change('room', taking(phone.device))
  expect([mine(), destroyed()[0]?.untold]).toEqual([{ seat: ada.seat.id, confirmed: 1, devices: 1 }, 1])
  dialogue.change({ type: 'removed', seat: ben.seat.id })
  expect(destroyed(chi)[0]?.untold).toBe(2)
})

test('[DX6] one that is taken out while it is agreed counts as well, though it has nothing to say yet', () => {
  change('room', adding)
  const gus = someone('Gus', 'facilitator')
  dialogue.letIn(gus, 4)
  dialogue.act(fay, { type: 'askDestruction', upTo })
  yesOf(ada, ben, chi, dov)
  dialogue.chapter('room', 10)
  change('room', taking(phone.device))
  dialogue.act(dov, { type: 'leave' })
  dialogue.change({ type: 'removed', seat: gus.seat.id })
  const left = { type: 'removed', seat: dov.seat.id } as const
  dialogue.chapter('room', 10 + DELAY_MS, fay, [left])
  expect(destroyed()[0]).toMatchObject({ untold: 3 })
  expect(asked()).toBeUndefined()
})

test('[DX6] one that comes later has nothing to say, and one that has said so is not waited for', () => {
  const id = destroy()
  change('room', adding)
  const confirm = { type: 'confirmDestruction', destruction: id, device: phone.device } as const
  const governing = { ...dialogue.room, owing: {} }
  const event = { v: 1, type: 'destruction.confirmed', id, device: phone.device }
  const space = { ...dialogue.state(fay, 'room'), governing }
  expect(replay(space, { id: idOf('e'), by: ada.seat.id, body: event }, dialogue.proofs)).toEqual({
    ok: false,
    error: 'already-confirmed',
  })
  expect(dialogue.act(ada, confirm)).toBe('already-confirmed')
  dialogue.act(ada, { ...confirm, device: first })
  change('room', taking(first))
  expect(destroyed()[0]?.untold).toBe(0)
})

test('[DX10] however often a member changes devices and says that they have deleted, nothing grows', () => {
  const id = destroy()
  dialogue.act(ada, { type: 'confirmDestruction', destruction: id, device: first })
  let governing = dialogue.room
  const before = writeSnapshot(governing).length
  for (let n = 0; n < 700; n++) {
    const device = deviceNamed(`Ada ${n % 2}`)
    const change = (one: UnsignedChange) => {
      const next = applyRosterChanges(governing, fay.seat, [vouched(one, governing)], dialogue.proofs)
      if (!next.ok) throw new Error(next.error)
      governing = next.value
    }
    change({ ...adding, device })
    const body = { v: 1, type: 'destruction.confirmed', id, device: device.device }
    const space = { ...dialogue.state(fay, 'room'), governing }
    expect(replay(space, { id: idOf('e'), by: ada.seat.id, body }, dialogue.proofs).ok).toBe(false)
    change(taking(device.device))
  }
  expect(writeSnapshot(governing).length).toBeLessThan(before + 20)
  expect(readSnapshot(writeSnapshot(governing)).ok).toBe(true)
  expect(seatOf(governing.roster, ada.seat.id)?.devices.length).toBeLessThanOrEqual(MAX_DEVICES)
})
