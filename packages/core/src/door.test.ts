import { expect, test } from 'vitest'
import type { BriefView } from './activities/brief/view.ts'
import { DELAY_MS } from './destruction/effect.ts'
import { doorSubject, isCountersigned } from './door.ts'
import { applyRosterChanges } from './replay.ts'
import type { RosterChange, Seat } from './roster.ts'
import { caucusOf } from './space.ts'
import { newSpace } from './state.ts'
import { charter, TestDialogue } from './testing/dialogue.ts'
import { ada, ben, chi, deviceNamed, dov, fay, makeProofs, NORTH, type Someone, someone } from './testing/people.ts'
import { TURN_MS } from './turns.ts'

const eli = someone('Eli', 'participant', NORTH)
const eva = someone('Eva', 'facilitator')
const north = caucusOf(NORTH)
const admit = (seat: Seat): RosterChange => ({ type: 'admitted', seat })
const remove = ({ seat }: Someone): RosterChange => ({ type: 'removed', seat: seat.id })

/** Eli is in the room, and at the door of the caucus of Ada and Ben. */
function withEliAtTheDoor(): TestDialogue {
  const table = new TestDialogue().affirmAll()
  table.changeIn('room', admit(eli.seat))
  return table
}

/** What a header with these changes comes to in the caucus. */
const opens = (table: TestDialogue, ...changes: RosterChange[]): string => {
  const changed = applyRosterChanges(table.state(fay, north).governing, fay.seat, changes, table.proofs)
  return changed.ok ? 'opens' : changed.error
}

/** As {@link withEliAtTheDoor}, and Ada has said yes. */
function withEliWelcome(): TestDialogue {
  const table = withEliAtTheDoor()
  expect(table.act(ada, { type: 'letIn', seat: eli.seat.id })).toBeUndefined()
  return table
}

const atDoor = (table: TestDialogue, who: Someone) => table.view(who).doors?.people

test('[CH18] whoever comes to a side that has people needs the yes of one of them, whoever opens the chapter', () => {
  const table = withEliAtTheDoor()
  expect(opens(table, admit(eli.seat))).toBe('not-countersigned')
  expect(table.act(ada, { type: 'letIn', seat: eli.seat.id })).toBeUndefined()
  expect(opens(table, admit(eli.seat))).toBe('opens')
  expect(opens(table, admit(eli.seat), admit(someone('Ida', 'participant', NORTH).seat))).toBe('not-countersigned')
})

test('[CH18] a yes is to this seat with this name, key and anchor, and to nothing else', () => {
  const table = withEliWelcome()
  const [phone] = eli.seat.devices
  const others: readonly Partial<Seat>[] = [
    { id: someone('Ida', 'participant', NORTH).seat.id },
    { name: 'Ben' },
    { anchor: fay.seat.anchor.replace(/^./, 'A') },
    { devices: [deviceNamed('somebody else')] },
    { devices: [phone as Seat['devices'][number], deviceNamed('a second one')] },
  ]
  for (const other of others) expect(opens(table, admit({ ...eli.seat, ...other }))).toBe('not-countersigned')
  // The pseudonym is drawn by whoever comes; the key is what they are known by.
  expect(opens(table, admit({ ...eli.seat, devices: [{ ...deviceNamed('x'), root: phone?.root ?? '' }] }))).toBe(
    'opens',
  )
})

test('[CH18] the first of a side need nobody, nor does a facilitator; whoever has left is not asked', () => {
  const proofs = makeProofs()
  const empty = newSpace(north, charter, [fay.seat])
  const first = applyRosterChanges(empty, fay.seat, [admit(ada.seat), admit(ben.seat)], proofs)
  expect(first.ok).toBe(true)
  const table = withEliAtTheDoor()
  expect(opens(table, admit(eva.seat))).toBe('opens')
  expect(opens(table, admit(eva.seat), admit(eli.seat))).toBe('not-countersigned')
  for (const who of [ada, ben]) table.act(who, { type: 'leave' })
  expect(opens(table, admit(eli.seat))).toBe('opens')
})

test('[CH18] taking people out in the same chapter gets nobody in', () => {
  const table = withEliAtTheDoor()
  expect(opens(table, remove(ada), remove(ben), admit(eli.seat))).toBe('not-countersigned')
})

test('[CH18] only a yes that stands counts: of somebody of this side, not taken back, not too old', () => {
  const table = withEliAtTheDoor()
  const subject = doorSubject(table.proofs, charter, north, eli.seat, eli.seat.devices[0]?.root ?? '')
  const forged = {
    v: 1,
    type: 'turn.given',
    purpose: 'caucus-entry',
    about: eli.seat.id,
    subject,
    signature: 'A'.repeat(86),
  }
  expect(table.write(ada, north, forged)).toBe('bad-turn')
  expect(table.write(fay, north, forged)).toBe('not-a-participant')
  for (const who of [chi, dov, fay]) expect(table.act(who, { type: 'letIn', seat: eli.seat.id })).toBeDefined()
  table.act(ada, { type: 'letIn', seat: eli.seat.id })
  expect(table.act(ada, { type: 'letIn', seat: eli.seat.id })).toBe('already-turned')
  expect(table.act(ada, { type: 'holdDoor', seat: eli.seat.id })).toBeUndefined()
  expect(opens(table, admit(eli.seat))).toBe('not-countersigned')
  expect(atDoor(table, ada)).toMatchObject([{ mine: 'not-yet', isWelcome: false }])
  expect(table.act(ada, { type: 'letIn', seat: eli.seat.id })).toBeUndefined()
  table.chapter(north, TURN_MS - 1)
  expect(opens(table, admit(eli.seat))).toBe('opens')
  table.chapter(north, TURN_MS)
  expect(opens(table, admit(eli.seat))).toBe('not-countersigned')
})

test('[CH18] a yes lets somebody in once: whoever has been taken out needs another', () => {
  const table = withEliWelcome()
  table.changeIn(north, admit(eli.seat))
  expect(table.state(ada, north).governing.turns).toEqual({})
  table.changeIn(north, remove(eli))
  expect(opens(table, admit(eli.seat))).toBe('not-countersigned')
})

test('[IN13] the side is told who is at the door and whether somebody has said yes, never who; nobody else but facilitators is', () => {
  const table = withEliAtTheDoor()
  const eliIs = { root: eli.seat.devices[0]?.root, seat: eli.seat.id, name: 'Eli', side: NORTH }
  expect(atDoor(table, ada)).toEqual([{ ...eliIs, mine: 'undecided', isWelcome: false }])
  expect(atDoor(table, fay)).toEqual([{ ...eliIs, mine: undefined, isWelcome: false }])
  expect(atDoor(table, chi)).toEqual([])
  expect(table.view(eli).doors).toBeUndefined()
  table.act(eli, { type: 'affirmRules' })
  expect(table.view(eli).doors).toEqual({ isWaiting: true, people: [], strangers: [] })
  table.act(ben, { type: 'letIn', seat: eli.seat.id })
  expect(atDoor(table, ada)).toEqual([{ ...eliIs, mine: 'undecided', isWelcome: true }])
  table.changeIn(north, admit(eli.seat))
  for (const who of [ada, ben, fay]) expect(atDoor(table, who)).toEqual([])
  expect(table.view(eli).doors?.isWaiting).toBe(false)
  // Pressed before that was seen.
  const said = JSON.stringify(table.state(ben, north).governing.turns)
  expect(table.act(ada, { type: 'letIn', seat: eli.seat.id })).toBeUndefined()
  expect(JSON.stringify(table.state(ben, north).governing.turns)).toBe(said)
})

test('[IN12] whoever leaves while they wait is not at the door any more, and nobody can let them in', () => {
  const table = withEliAtTheDoor()
  table.act(eli, { type: 'leave' })
  expect(atDoor(table, ada)).toEqual([])
  expect(table.act(ada, { type: 'letIn', seat: eli.seat.id })).toBe('not-at-the-door')
})

test('[IN12] a line waits for whoever is at the door, and their side is not shown as done', () => {
  const table = withEliAtTheDoor().enter('brief')
  table.act(eli, { type: 'affirmRules' })
  table.do(fay, 'brief', { type: 'proposeLine', text: 'The well is open to all.' })
  const line = () => table.runView<BriefView>(ada, 'brief')
  const id = line().lines[0]?.line
  for (const who of [ada, ben, chi, dov]) expect(table.do(who, 'brief', { type: 'turnLine', line: id })).toBeUndefined()
  table.settle()
  expect(line().lines).toMatchObject([{ side: 'not-yet', room: 'not-yet' }])
  expect(table.do(eli, 'brief', { type: 'turnLine', line: id })).toBe('not-in-this-space')
  table.act(ada, { type: 'letIn', seat: eli.seat.id })
  table.changeIn(north, admit(eli.seat))
  table.do(eli, 'brief', { type: 'turnLine', line: id })
  table.settle()
  expect(line().lines).toMatchObject([{ side: 'cleared', room: 'cleared' }])
})

test('[CH19] whoever reads a caucus and is not so in the room is shown to its people', () => {
  const table = new TestDialogue().affirmAll()
  expect(table.view(ada).doors?.strangers).toEqual([])
  table.changeIn(north, admit(eva.seat))
  for (const who of [ada, ben, fay])
    expect(table.view(who).doors?.strangers).toEqual([{ seat: eva.seat.id, name: 'Eva', side: NORTH }])
  expect(table.view(chi).doors?.strangers).toEqual([])
  // Somebody else under the seat of one whom the room knows.
  table.changeIn('room', admit({ ...eva.seat, anchor: ada.seat.anchor.replace(/^./, 'A') }))
  expect(table.view(ada).doors?.strangers).toHaveLength(1)
})

test('[CH19] a participant who leaves is no stranger while the caucus waits for its next chapter', () => {
  const table = new TestDialogue().affirmAll()
  table.act(ben, { type: 'leave' })
  table.changeIn('room', { type: 'removed', seat: ben.seat.id })
  for (const who of [ada, fay]) expect(table.view(who).doors?.strangers).toEqual([])
})

test('[CH18] in other spaces nobody of a side is asked', () => {
  const table = new TestDialogue().affirmAll()
  for (const space of ['room', 'outbox'] as const)
    expect(isCountersigned(table.state(fay, space).governing, eli.seat, table.proofs)).toBe(true)
})

test('[IN12] a side of one is not shown to have said yes to a destruction while somebody is at its door', () => {
  const table = new TestDialogue([ada, chi, fay]).affirmAll()
  table.chapter('room', 1)
  table.enter('sharing')
  table.chapter('room', 2)
  table.changeIn('room', admit(eli.seat))
  table.act(eli, { type: 'affirmRules' })
  const { upTo = '' } = table.view(fay).destruction?.extents[0] ?? {}
  table.act(fay, { type: 'askDestruction', upTo })
  for (const who of [ada, chi]) expect(table.act(who, { type: 'turnDestruction' })).toBeUndefined()
  table.settle()
  const asked = (who: Someone) => table.view(who).destruction?.asked
  expect([ada, chi].map((who) => asked(who)?.side)).toEqual([false, true])
  expect(asked(fay)?.sides.map(({ hasAgreed }) => hasAgreed)).toEqual([false, true])
  expect(table.act(eli, { type: 'turnDestruction' })).toBe('not-in-this-space')
  expect(asked(ada)?.isAgreed).toBe(false)
  expect(table.act(ada, { type: 'letIn', seat: eli.seat.id })).toBeUndefined()
  table.changeIn(north, admit(eli.seat))
  expect(table.act(eli, { type: 'turnDestruction' })).toBeUndefined()
  table.settle()
  expect(asked(ada)).toMatchObject({ side: true, isAgreed: true })
})

test('[IN12] what a caucus keeps is destroyed without whoever is at its door, and a second yes waits for them', () => {
  const table = withEliAtTheDoor()
  const ida = someone('Ida', 'participant', NORTH)
  table.changeIn('room', admit(ida.seat))
  const first = table.chapter(north, 1)
  table.chapter(north, 2)
  for (const { seat } of [eli, ida]) expect(table.act(ada, { type: 'letIn', seat: seat.id })).toBeUndefined()
  expect(table.act(ada, { type: 'askDestruction', upTo: first, space: north })).toBeUndefined()
  for (const who of [ada, ben]) table.act(who, { type: 'turnDestruction', space: north })
  table.settle()
  table.chapter(north, 3)
  table.chapter(north, 3 + DELAY_MS)
  expect(table.state(ada, north).governing.destroyed).toHaveLength(1)
  for (const { seat } of [eli, ida]) expect(opens(table, admit(seat))).toBe('opens')
})

test('[IN13] [CH18] a yes to the words of one device is none to those of another that its person has come back with since', () => {
  const table = withEliAtTheDoor()
  const [guest] = atDoor(table, ada) ?? []
  const { id: seat, devices } = eli.seat
  expect(guest?.root).toBe(devices[0]?.root)
  table.changeIn('room', remove(eli))
  table.changeIn('room', admit({ ...eli.seat, devices: [deviceNamed('another')] }))
  expect(table.act(ada, { type: 'letIn', seat, root: guest?.root })).toBe('other-device')
  expect(table.act(ada, { type: 'letIn', seat, root: atDoor(table, ada)?.[0]?.root })).toBeUndefined()
})
