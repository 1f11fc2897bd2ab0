import { expect, test } from 'vitest'
import { changeRoster, isKeeper, type RosterChange, type Seat } from './roster.ts'
import { caucusOf, type SpaceName } from './space.ts'
import { ada, ben, chi, fay, NORTH, SOUTH, someone } from './testing/people.ts'

const eva = someone('Eva', 'facilitator')
const sides = [NORTH, SOUTH]
const nobody = (): boolean => false
const change = (space: SpaceName, by: Seat, ...changes: RosterChange[]) => {
  const changed = changeRoster(space, [ada.seat, fay.seat], changes, by, sides, nobody)
  return changed.ok ? changed.value.map((seat) => seat.name) : changed.error
}
const admit = (seat: Seat): RosterChange => ({ type: 'admitted', seat })
const remove = (seat: Seat): RosterChange => ({ type: 'removed', seat: seat.id })

test('[CH11] only a keeper changes a roster: facilitators, and in `own` its author', () => {
  expect(change('room', fay.seat, admit(chi.seat))).toEqual(['Ada', 'Fay', 'Chi'])
  expect(change('room', ada.seat, admit(chi.seat))).toBe('not-a-keeper')
  expect(change('room', ada.seat, remove(fay.seat))).toBe('not-a-keeper')
  expect(isKeeper('own', ada.seat)).toBe(true)
  expect(isKeeper(caucusOf(NORTH), ada.seat)).toBe(false)
  expect(isKeeper(caucusOf(NORTH), fay.seat)).toBe(true)
})

test('[CH11] a seat, a device and a root key are in a roster once', () => {
  expect(change('room', fay.seat, admit(ada.seat))).toBe('already-seated')
  expect(change('room', fay.seat, admit({ ...chi.seat, devices: ada.seat.devices }))).toBe('already-seated')
  expect(change('room', fay.seat, admit(chi.seat), admit(chi.seat))).toBe('already-seated')
})

test('[CH11] a participant sits on a side of the dialogue, a facilitator on none, and in spaces that are theirs', () => {
  const { side: _, ...sideless } = chi.seat
  expect(change('room', fay.seat, admit(sideless))).toBe('no-such-side')
  expect(change('room', fay.seat, admit({ ...chi.seat, side: 'east' as never }))).toBe('no-such-side')
  expect(change('room', fay.seat, admit({ ...eva.seat, side: NORTH }))).toBe('no-such-side')
  expect(change('panel', fay.seat, admit(ben.seat))).toBe('not-for-this-space')
  expect(change(caucusOf(NORTH), fay.seat, admit(chi.seat))).toBe('not-for-this-space')
  expect(change(caucusOf(NORTH), fay.seat, admit(ben.seat))).toEqual(['Ada', 'Fay', 'Ben'])
  expect(change('outbox', fay.seat, admit(eva.seat))).toEqual(['Ada', 'Fay', 'Eva'])
})

test('[DG13] a space has room for 200 people, and says so to the next before anybody signs a chapter', () => {
  const many = Array.from({ length: 199 }, (_, n) => someone(`one ${n}`, 'participant', NORTH).seat)
  const full = changeRoster('room', [fay.seat], many.map(admit), fay.seat, sides, nobody)
  if (!full.ok) throw new Error(full.error)
  expect(full.value).toHaveLength(200)
  const next = (...changes: RosterChange[]) => changeRoster('room', full.value, changes, fay.seat, sides, nobody)
  expect(next(admit(ada.seat))).toEqual({ ok: false, error: 'full' })
  expect(next(remove(many[0] as Seat), admit(ada.seat)).ok).toBe(true)
})

test('[CH11] somebody stays who can let people in', () => {
  expect(change('room', fay.seat, remove(ada.seat))).toEqual(['Fay'])
  expect(change('room', fay.seat, remove(chi.seat))).toBe('no-such-seat')
  expect(change('room', fay.seat, remove(fay.seat))).toBe('last-keeper')
  expect(change('room', fay.seat, admit(eva.seat), remove(fay.seat))).toEqual(['Ada', 'Eva'])
})
