import {
  addDevice,
  admit,
  foundScene,
  joinByLink,
  type MovingRelay,
  NORTH,
  type Person,
  restart,
  startMovingRelay,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  currentAt,
  legOf,
  legsKeptBy,
  nameOfLeg,
  openedBy,
  reads,
  say,
  seatOfPerson,
  spacesAt,
} from '../testing/leg-look.ts'
import { lookInto } from '../testing/store-look.ts'

const AFRAID = 'I am afraid to say this in the room.'

let relay: MovingRelay
let fay: Person
let gil: Person
let ada: Person
let ben: Person
const people: Person[] = []

/** A second facilitator. */
async function joinFacilitator(name: string): Promise<Person> {
  const { id, link } = await fay.dialogue.invite({ role: 'facilitator', label: name })
  const person = await joinByLink(relay, link, name, 'en', relay.around)
  await until(fay.dialogue, `${name} arrives`, ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  await fay.dialogue.send({ type: 'admit', invitation: id })
  await until(person.dialogue, `${name} is in`, ({ isLive, view }) => isLive && view?.mustAffirm === false)
  return person
}

beforeAll(async () => {
  relay = await startMovingRelay()
})
beforeEach(async () => {
  fay = await foundScene(relay, undefined, relay.around)
  await fay.dialogue.send({ type: 'affirmRules' })
  gil = await joinFacilitator('Gil')
  ada = await admit(relay, fay, 'Ada', NORTH, relay.around)
  ben = await admit(relay, fay, 'Ben', NORTH, relay.around)
  people.push(fay, gil, ada, ben)
}, 60_000)
afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

const again = (person: Person) => restart(relay, person, relay.around)
const isOut = ({ dialogue }: Person) => until(dialogue, 'shut out', ({ isShutOut }) => isShutOut)

test('[LE3] [LE5] nothing is opened before somebody says something; then a participant is heard, and answered', async () => {
  const before = spacesAt(relay)
  expect(await say(ada, fay, AFRAID)).toEqual({ done: true })
  await reads(fay, ada, AFRAID)
  expect(fay.dialogue.status.legs).toMatchObject([{ with: seatOfPerson(ada), unread: 1, isLive: true }])
  expect(await say(fay, ada, 'Thank you.')).toEqual({ done: true })
  await reads(ada, fay, AFRAID, 'Thank you.')
  expect(spacesAt(relay)).toHaveLength(before.length + 1)
  for (const person of [fay, ada]) {
    await again(person)
    await until(person.dialogue, 'it is there again', ({ legs }) => legs[0]?.isLive === true)
  }
  await reads(ada, fay, AFRAID, 'Thank you.')
  for (const person of people.slice(-4)) expect(person.dialogue.status.notices).toEqual([])
}, 60_000)

test('[LE3] [LE4] a facilitator may begin; both may at once, and there is one line all the same', async () => {
  expect(await say(fay, ada, 'How are you?')).toEqual({ done: true })
  await reads(ada, fay, 'How are you?')
  const before = spacesAt(relay)
  const both = await Promise.all([say(gil, ben, 'From Gil.'), say(ben, gil, 'From Ben.')])
  expect(both).toEqual([{ done: true }, { done: true }])
  await until(ben.dialogue, 'both are there', () => legOf(ben, gil)?.said.length === 2)
  await until(gil.dialogue, 'both are there', () => legOf(gil, ben)?.said.length === 2)
  expect(spacesAt(relay)).toHaveLength(before.length + 1)
  expect(await legsKeptBy(ben)).toMatchObject([{ name: nameOfLeg(ben, gil) }])
}, 60_000)

test('[LE1] [LE2] [LE4] another facilitator and the own side read nothing of it, with all that the relay has', async () => {
  expect(await say(ada, fay, AFRAID)).toEqual({ done: true })
  expect(await say(fay, ada, 'Thank you.')).toEqual({ done: true })
  const [leg] = await legsKeptBy(ada)
  const space = leg?.space ?? ''
  // Those whose leg it is could: the look finds what there is to find.
  for (const one of [ada, fay]) expect(await openedBy(one, relay, space)).toContain(currentAt(relay, space))
  for (const other of [gil, ben]) {
    expect(await openedBy(other, relay, space)).toEqual([])
    expect(await legsKeptBy(other)).toEqual([])
    const kept = await lookInto(other)
    for (const text of [space, AFRAID, 'Thank you.', nameOfLeg(ada, fay)]) expect(kept.has(text)).toBe(false)
    expect(JSON.stringify(other.dialogue.status.view)).not.toContain(AFRAID)
    // Nor who speaks with whom: the room's log has notes without an author, and nothing else.
    expect(other.dialogue.status).toMatchObject({ legs: [], notices: [] })
  }
}, 60_000)

test('[LE6] what is taken back is gone from both devices and from the relay', async () => {
  await say(ada, fay, AFRAID)
  await say(ada, fay, 'This stays.')
  await reads(fay, ada, AFRAID, 'This stays.')
  const id = legOf(ada, fay)?.said[0]?.id ?? ''
  const take = { type: 'takeBackInLeg', id } as const
  expect(await fay.dialogue.send({ ...take, with: seatOfPerson(ada) })).toEqual({ done: false, code: 'not-the-author' })
  expect(await ada.dialogue.send({ ...take, with: seatOfPerson(fay) })).toEqual({ done: true })
  await until(fay.dialogue, 'it is gone', () => legOf(fay, ada)?.said[0]?.isWithdrawn === true)
  for (const who of [ada, fay]) {
    await again(who)
    const other = who === ada ? fay : ada
    await until(who.dialogue, 'read again', () => legOf(who, other)?.said.length === 2)
    expect(legOf(who, other)?.said).toMatchObject([
      { text: undefined, isWithdrawn: true },
      { text: 'This stays.', isWithdrawn: false },
    ])
  }
  const [leg] = await legsKeptBy(ada)
  const stored = () =>
    [...relay.backup().spaces.values()].find((one) => Buffer.from(one.id).toString('base64url') === leg?.space)
  await expect.poll(() => stored()?.items.filter(({ envelope }) => !envelope).length).toBe(1)
}, 60_000)

test('[LE7] what is said while the other is away waits, keeps nothing else back, and goes out once', async () => {
  fay.device.close()
  const sent = say(ada, fay, AFRAID).catch(() => undefined)
  const later = say(ada, fay, 'And this.').catch(() => undefined)
  // What she does in the room, and with Gil, goes on.
  expect(await ada.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  expect(await say(ada, gil, 'To Gil.')).toEqual({ done: true })
  await reads(gil, ada, 'To Gil.')
  expect(ada.dialogue.status.pending).toHaveLength(2)
  await again(ada)
  await again(fay)
  await reads(fay, ada, AFRAID, 'And this.')
  await until(ada.dialogue, 'nothing waits', ({ pending }) => pending.length === 0)
  await again(ada)
  await reads(ada, fay, AFRAID, 'And this.')
  expect(legOf(fay, ada)?.said).toHaveLength(2)
  void sent
  void later
}, 90_000)

test('[LE8] who is taken out of the room is taken out of their lines, by each of the others; who is left keeps what was said', async () => {
  await say(ada, fay, AFRAID)
  await say(ada, gil, 'To Gil.')
  await reads(gil, ada, 'To Gil.')
  expect(await fay.dialogue.send({ type: 'remove', seat: seatOfPerson(ada) })).toEqual({ done: true })
  await isOut(ada)
  for (const [who, text] of [
    [fay, AFRAID],
    [gil, 'To Gil.'],
  ] as const) {
    await until(who.dialogue, 'she is gone', () => legOf(who, ada)?.isThere === false)
    expect(legOf(who, ada)?.said).toMatchObject([{ text }])
    expect(await say(who, ada, 'Are you there?')).toEqual({ done: false, code: 'not-there' })
  }
  const [leg] = await legsKeptBy(gil)
  const space = leg?.space ?? ''
  const [hers, his] = [await openedBy(ada, relay, space), await openedBy(gil, relay, space)]
  expect(hers).not.toEqual([])
  expect(hers).not.toContain(currentAt(relay, space))
  expect(his).toContain(currentAt(relay, space))
}, 60_000)

test('[LE8] whoever leaves is told of nowhere, and is out of it with the next chapter', async () => {
  await say(ben, fay, 'To Fay.')
  await reads(fay, ben, 'To Fay.')
  await ben.dialogue.leave()
  expect(ben.dialogue.status.phase).toBe('left')
  expect((await lookInto(ben)).names.filter((name) => name.startsWith('log/') || name.startsWith('key/'))).toEqual([])
  expect(legOf(fay, ben)?.isThere).toBe(true)
  // The next chapter of the room takes him out of it, and that takes him out of here.
  await fay.dialogue.send({ type: 'remove', seat: seatOfPerson(ben) })
  await until(fay.dialogue, 'he is gone', () => legOf(fay, ben)?.isThere === false)
  await reads(fay, ben, 'To Fay.')
}, 60_000)

test('[LE10] a further device comes into the lines of its person by itself, and reads from then on', async () => {
  await say(ada, fay, AFRAID)
  const laptop = await addDevice(relay, ada, relay.around)
  const tablet = await addDevice(relay, fay, relay.around)
  people.push(laptop, tablet)
  for (const one of [laptop, tablet])
    await until(one.dialogue, 'the line is there', ({ legs }) => legs[0]?.isLive === true)
  expect(await say(laptop, fay, 'From the laptop.')).toEqual({ done: true })
  for (const one of [fay, tablet])
    await until(one.dialogue, 'read', () => legOf(one, ada)?.said.at(-1)?.text === 'From the laptop.')
  expect(await say(tablet, ada, 'From the tablet.')).toEqual({ done: true })
  await until(ada.dialogue, 'read', () => legOf(ada, fay)?.said.at(-1)?.text === 'From the tablet.')
  // What was said before a device came is not given to it (CH13).
  expect(legOf(laptop, fay)?.said[0]).toMatchObject({ text: undefined, isWithdrawn: false })
  const root = laptop.dialogue.status.devices.find(({ isThis }) => isThis)?.root ?? ''
  expect(await ada.dialogue.send({ type: 'drop-device', root })).toEqual({ done: true })
  await isOut(laptop)
  await until(laptop.dialogue, 'out of the line', ({ legs }) => legs.every(({ isOver }) => isOver))
  expect(await say(fay, ada, 'Only to Ada.')).toEqual({ done: true })
  expect(legOf(laptop, fay)?.said.map(({ text }) => text)).not.toContain('Only to Ada.')
}, 120_000)

test('[LE9] what has been read is marked on this device alone, and stays marked', async () => {
  await say(ada, fay, AFRAID)
  await reads(fay, ada, AFRAID)
  const leg = legOf(fay, ada)
  if (!leg) throw new Error('there is none')
  const sent = fay.traffic.up.length
  await fay.dialogue.noteRead(leg)
  expect(fay.dialogue.status.legs[0]?.unread).toBe(0)
  expect(fay.traffic.up.length).toBe(sent)
  await again(fay)
  await reads(fay, ada, AFRAID)
  expect(fay.dialogue.status.legs[0]?.unread).toBe(0)
  await say(ada, fay, 'And this.')
  await until(fay.dialogue, 'one is new', ({ legs }) => legs[0]?.unread === 1)
}, 60_000)
