import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { signingKeyFromSecret } from '@antechamber/sealing'
import { admit, comeWith, foundScene, NORTH, type Person, restart, until } from '@antechamber/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decoded } from '../encoding.ts'
import { makeProofs } from '../proofs.ts'
import { RelayDoors } from '../relay-doors.ts'
import { legOf, legsKeptBy, reads, recordOf, say, seatOfPerson } from '../testing/leg-look.ts'
import { RogueSpace } from '../testing/rogue-space.ts'
import { lookInto } from '../testing/store-look.ts'

const AFRAID = 'I am afraid to say this in the room.'

let relay: TestRelay
let fay: Person
let ada: Person
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})
beforeEach(async () => {
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
  ada = await admit(relay, fay, 'Ada', NORTH)
  people.push(fay, ada)
  await say(ada, fay, AFRAID)
  await reads(fay, ada, AFRAID)
})
afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

/** Somebody's own keys of their leg, in the hands of a changed program. */
async function rogueOf(person: Person): Promise<RogueSpace> {
  person.device.close()
  const { vault } = await lookInto(person)
  const record = await recordOf(person)
  const [leg] = await legsKeptBy(person)
  if (!leg) throw new Error('nothing is kept')
  const rogue = new RogueSpace(leg, {
    platform: person.platform,
    vault,
    doors: new RelayDoors(record.origin, person.platform.fetch),
    proofs: makeProofs(),
    dialogue: decoded(record.charter.dialogue),
    me: record.seat,
    root: signingKeyFromSecret(decoded(record.rootSecret)),
    helpers: [],
    trustedRoots: [],
    ownRoots: [],
    room: { facilitators: () => [], known: async () => undefined },
    readsOfflineUntil: undefined,
    saveKeys: async () => undefined,
    changed: () => undefined,
    joined: () => undefined,
  })
  rogue.open()
  await rogue.live()
  return rogue
}

test('[LE7] a chapter of the other’s that does not follow stops that line, and neither the room nor another line', async () => {
  const ben = await admit(relay, fay, 'Ben', NORTH)
  people.push(ben)
  await say(ben, fay, 'From Ben.')
  const rogue = await rogueOf(ada)
  // As if Fay had said something.
  rogue.invent(seatOfPerson(fay))
  void rogue.openChapter([], [], () => true).catch(() => undefined)
  await until(fay.dialogue, 'the line has stopped', ({ legs }) =>
    legs.some((leg) => leg.with === seatOfPerson(ada) && leg.isOver),
  )
  expect(await say(fay, ada, 'Are you there?')).toEqual({ done: false, code: 'stopped' })
  for (const { id } of fay.dialogue.status.pending) await fay.dialogue.dismiss(id)
  expect(fay.dialogue.status).toMatchObject({ isLive: true })
  expect(fay.dialogue.status.notices.filter(({ code }) => code === 'stopped')).toEqual([])
  expect(await fay.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  expect(await say(fay, ben, 'To Ben.')).toEqual({ done: true })
  await reads(ben, fay, 'From Ben.', 'To Ben.')
  // She can still be taken out, and what she had said stays.
  expect(await fay.dialogue.send({ type: 'remove', seat: seatOfPerson(ada) })).toEqual({ done: true })
  expect(legOf(fay, ada)?.said).toMatchObject([{ text: AFRAID }])
  rogue.close()
}, 60_000)

test('[LE2] [LE8] one of the two can end it: the other is told, reads on until they are away, and what they write comes back to them', async () => {
  const rogue = await rogueOf(ada)
  await rogue.openChapter([{ type: 'removed', seat: seatOfPerson(fay) }], [])
  rogue.close()
  await until(fay.dialogue, 'it is over', ({ legs }) => legs[0]?.isOver === true)
  expect(legOf(fay, ada)?.said).toMatchObject([{ text: AFRAID }])
  expect(await say(fay, ada, 'Why?')).toEqual({ done: false, code: 'shut-out' })
  await restart(relay, fay)
  await until(fay.dialogue, 'it is still over', ({ isLive, legs }) => isLive && legs[0]?.isOver === true)
  // Reading needs the relay, which gives them nothing of it any more (CH2).
  expect(legOf(fay, ada)).toBeUndefined()
  expect(await say(fay, ada, 'And now?')).toEqual({ done: false, code: 'shut-out' })
  await restart(relay, ada)
  await until(ada.dialogue, 'she is back', ({ isLive, legs }) => isLive && legs[0]?.isOver === false)
  // Her own device writes to nobody there.
  expect(await ada.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  expect(legOf(ada, fay)).toMatchObject({ isThere: false, said: [{ text: AFRAID }] })
  await until(fay.dialogue, 'Fay sees the pause', ({ view }) => view?.paused === true)
}, 60_000)

test('[LE10] whoever comes back to their seat with another device comes back into their lines, and the lost one is out', async () => {
  const recoveryCode = ada.dialogue.devices.recoveryCode?.join(' ') ?? ''
  const { id, link } = await fay.dialogue.inviteBack({ seat: seatOfPerson(ada) })
  const back = await comeWith(relay, link, ada, { recoveryCode })
  people.push(back)
  await until(fay.dialogue, 'she has come', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(back.dialogue, 'she is in it again', ({ legs }) => legs[0]?.isLive === true)
  await until(ada.dialogue, 'the lost one is out', ({ legs }) => legs[0]?.isOver === true)
  expect(await say(back, fay, 'I am back.')).toEqual({ done: true })
  await until(fay.dialogue, 'read', () => legOf(fay, ada)?.said.at(-1)?.text === 'I am back.')
  expect(legOf(ada, fay)?.said.map(({ text }) => text)).not.toContain('I am back.')
  expect(legOf(back, fay)?.said.map(({ text }) => text)).toEqual([undefined, 'I am back.'])
}, 60_000)
