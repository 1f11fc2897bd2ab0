import { type Seat, seatOf } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import {
  newSealingKey,
  newSigningKey,
  sealingKeyRecord,
  signingKeyFromSecret,
  systemRandom,
} from '@antechamber/sealing'
import {
  admit,
  comeWith,
  foundScene,
  joinByLink,
  NORTH,
  type Person,
  restart,
  SOUTH,
  until,
  untilIn,
} from '@antechamber/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decoded } from '../encoding.ts'
import { newId } from '../identity.ts'
import { makeProofs } from '../proofs.ts'
import type { DialogueRecord } from '../records.ts'
import { RelayDoors } from '../relay-doors.ts'
import { RogueSpace } from '../testing/rogue-space.ts'
import { openVault } from '../vault-door.ts'

let relay: TestRelay
let fay: Person
let ada: Person
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})
/** Ada sits alone on her side, and answers for herself who comes. */
beforeEach(async () => {
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
  ada = await admit(relay, fay, 'Ada', NORTH)
  ada.welcomes = false
  people.push(fay, ada)
})
afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

/** Somebody whom Fay has let into the room, and who waits at the door of Ada's side. */
async function atTheDoor(name: string): Promise<Person> {
  const { id, link } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: name })
  const person = await joinByLink(relay, link, name)
  people.push(person)
  await until(fay.dialogue, `${name} arrives`, ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(person.dialogue, `${name} waits`, ({ isLive, view }) => isLive && view?.doors?.isWaiting === true)
  return person
}

const doorsOf = ({ dialogue }: Person) => dialogue.status.view?.doors
const seatOfPerson = ({ dialogue }: Person) => dialogue.status.record.seat

test('[CH18] [IN12] [IN13] whoever comes to a side is in the room, and at the door of its caucus until one of its people says yes', async () => {
  const ben = await atTheDoor('Ben')
  // They take part in the room, and nothing is wrong.
  expect(ben.dialogue.status).toMatchObject({ isShutOut: false, notices: [] })
  expect(await ben.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  expect(await fay.dialogue.send({ type: 'resume' })).toEqual({ done: true })
  const words = (await ben.dialogue.safetyWords()).join(' ')
  const seat = seatOfPerson(ben)
  const { doorWords } = await until(ada.dialogue, 'she sees his words', (status) => status.doorWords.size === 1)
  expect(doorWords.get(seat)?.join(' ')).toBe(words)
  expect(doorsOf(fay)?.people).toMatchObject([{ seat, name: 'Ben', side: NORTH, isWelcome: false }])

  // "Not now" is kept, tells nobody anything, and can be changed at any time, also after a restart of everybody.
  expect(await ada.dialogue.send({ type: 'holdDoor', seat })).toEqual({ done: true })
  for (const person of [ada, ben, fay]) await restart(relay, person)
  await until(ben.dialogue, 'he waits again', ({ isLive, view }) => isLive && view?.doors?.isWaiting === true)
  await until(
    ada.dialogue,
    'she is back',
    ({ isLive, doorWords }) => isLive && doorWords.get(seat)?.join(' ') === words,
  )
  expect(doorsOf(ada)?.people).toMatchObject([{ mine: 'not-yet' }])
  await until(fay.dialogue, 'Fay is back', ({ isLive, view }) => isLive && view?.doors?.people.length === 1)
  expect(await ada.dialogue.send({ type: 'letIn', seat })).toEqual({ done: true })
  await untilIn(ben)
  await until(ada.dialogue, 'nobody waits', ({ view }) => view?.doors?.people.length === 0)
  for (const person of [ada, ben, fay]) expect(person.dialogue.status.notices).toEqual([])
}, 100_000)

test('[CH18] [IN11] a yes that comes while no facilitator is there is used when one is; until then it can be taken back', async () => {
  const ben = await atTheDoor('Ben')
  const seat = seatOfPerson(ben)
  fay.device.close()
  expect(await ada.dialogue.send({ type: 'letIn', seat })).toEqual({ done: true })
  expect(doorsOf(ada)?.people).toMatchObject([{ mine: 'turned', isWelcome: true }])
  expect(await ada.dialogue.send({ type: 'holdDoor', seat })).toEqual({ done: true })
  expect(doorsOf(ada)?.people).toMatchObject([{ mine: 'not-yet', isWelcome: false }])
  expect(await ada.dialogue.send({ type: 'letIn', seat })).toEqual({ done: true })
  expect(doorsOf(ben)?.isWaiting).toBe(true)
  await restart(relay, fay)
  await untilIn(ben)
}, 100_000)

test('[IN11] [IN12] whoever leaves while they wait does not come in, whatever was said', async () => {
  const [ben, eli] = [await atTheDoor('Ben'), await atTheDoor('Eli')]
  fay.device.close()
  for (const person of [ben, eli]) await ada.dialogue.send({ type: 'letIn', seat: seatOfPerson(person) })
  await ben.dialogue.leave()
  await restart(relay, fay)
  await untilIn(eli)
  const roster = () => fay.dialogue.status.view?.doors
  await until(fay.dialogue, 'nobody waits', ({ isLive }) => isLive && roster()?.people.length === 0)
  expect(roster()?.strangers).toEqual([])
}, 100_000)

test('[IN12] [DV4] a further device comes when its person is in everywhere, and is refused before', async () => {
  const ben = await atTheDoor('Ben')
  const { id, link } = await ben.dialogue.devices.invite()
  people.push(await comeWith(relay, link, ben))
  await until(ben.dialogue, 'it has come', ({ codes }) => codes.some((one) => one.id === id && one.state === 'arrived'))
  expect(await ben.dialogue.send({ type: 'accept-device', invitation: id })).toEqual({
    done: false,
    code: 'at-the-door',
  })
  await ada.dialogue.send({ type: 'letIn', seat: seatOfPerson(ben) })
  await untilIn(ben)
  expect(await ben.dialogue.send({ type: 'accept-device', invitation: id })).toEqual({ done: true })
}, 100_000)

test('[IN12] [DV7] whoever loses their device at the door comes back to the door', async () => {
  const ben = await atTheDoor('Ben')
  const code = ben.dialogue.devices.recoveryCode?.join(' ') ?? ''
  const seat = seatOfPerson(ben)
  ben.device.close()
  const { id, link } = await fay.dialogue.inviteBack({ seat })
  const back = await comeWith(relay, link, ben, { recoveryCode: code })
  people.push(back)
  await until(fay.dialogue, 'he comes back', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(back.dialogue, 'he waits', ({ isLive, view }) => isLive && view?.doors?.isWaiting === true)
  const words = (await back.dialogue.safetyWords()).join(' ')
  await until(ada.dialogue, 'the words of the new device', ({ doorWords }) => doorWords.get(seat)?.join(' ') === words)
  expect(await ada.dialogue.send({ type: 'letIn', seat })).toEqual({ done: true })
  await untilIn(back)
}, 100_000)

test('[IN12] [DV7] a device that is lost at the door, and let in while its person is on their way back, does not stay', async () => {
  const ben = await atTheDoor('Ben')
  const code = ben.dialogue.devices.recoveryCode?.join(' ') ?? ''
  const seat = seatOfPerson(ben)
  const back = async () => {
    const { id, link } = await fay.dialogue.inviteBack({ seat })
    const person = await comeWith(relay, link, ben, { recoveryCode: code })
    people.push(person)
    await until(fay.dialogue, 'he comes back', ({ invitations }) =>
      invitations.some((one) => one.id === id && one.state === 'arrived'),
    )
    return { id, person }
  }
  const first = await back()
  expect(await ada.dialogue.send({ type: 'letIn', seat })).toEqual({ done: true })
  await untilIn(ben)
  await until(fay.dialogue, 'Fay sees it', ({ view }) => view?.doors?.people.length === 0)
  // What he has signed knows nothing of the lost device in the caucus.
  expect(await fay.dialogue.send({ type: 'admit', invitation: first.id })).toEqual({ done: false, code: 'bad-voucher' })
  const second = await back()
  expect(await fay.dialogue.send({ type: 'admit', invitation: second.id })).toEqual({ done: true })
  await untilIn(second.person)
  await until(ben.dialogue, 'the lost one is out', ({ isShutOut }) => isShutOut)
}, 100_000)

test('[IN12] [DV6] whoever is at the door takes out another device of theirs, and goes on', async () => {
  const ben = await atTheDoor('Ben')
  const code = ben.dialogue.devices.recoveryCode?.join(' ') ?? ''
  const [first] = ben.dialogue.status.devices
  const { id, link } = await fay.dialogue.inviteBack({ seat: seatOfPerson(ben) })
  const back = await comeWith(relay, link, ben, { recoveryCode: code, keepsOthers: true })
  people.push(back)
  await until(fay.dialogue, 'he comes back', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(back.dialogue, 'both are there', ({ isLive, devices }) => isLive && devices.length === 2)
  expect(await back.dialogue.send({ type: 'drop-device', root: first?.root ?? '' })).toEqual({ done: true })
  await until(ben.dialogue, 'the other is out', ({ isShutOut }) => isShutOut)
  expect(await back.dialogue.send({ type: 'pause' })).toEqual({ done: true })
}, 100_000)

/** Fay's own keys of a caucus, in the hands of a program that asks nobody. */
async function rogueOf(person: Person): Promise<RogueSpace> {
  person.device.close()
  const opened = await openVault(person.platform)
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const [record] = (await vault.listJson('dialogue/')) as readonly DialogueRecord[]
  const caucus = record?.spaces.find(({ name }) => name === `caucus:${NORTH}`)
  if (!record || !caucus) throw new Error('nothing is kept')
  const rogue = new RogueSpace(caucus, {
    platform: person.platform,
    vault,
    doors: new RelayDoors(record.origin, person.platform.fetch),
    proofs: makeProofs(),
    dialogue: decoded(record.charter.dialogue),
    me: record.seat,
    root: signingKeyFromSecret(decoded(record.rootSecret)),
    trustedRoots: record.trustedRoots,
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

/** Somebody whom the side has never heard of, with a device that could read. */
async function planted(space: Uint8Array, role: Seat['role']) {
  const root = newSigningKey(systemRandom)
  const device = systemRandom(16)
  const key = sealingKeyRecord(root, space, device, await newSealingKey(0, systemRandom))
  const seat: Seat = {
    id: newId(systemRandom) as Seat['id'],
    role,
    ...(role === 'participant' && { side: NORTH }),
    name: 'Mallory',
    anchor: toBase64Url(systemRandom(32)),
    devices: [{ device: toBase64Url(device), root: toBase64Url(root.publicKey) }],
  }
  const access = { device, loginKey: newSigningKey(systemRandom).publicKey, keeper: role === 'facilitator' }
  return { seat, coming: { access, key } }
}

test('[CH18] a facilitator with a changed client who plants somebody in a side is refused by its devices, and they are told', async () => {
  const ben = await admitted('Ben')
  const chi = await admit(relay, fay, 'Chi', SOUTH)
  people.push(chi)
  const rogue = await rogueOf(fay)
  const { seat, coming } = await planted(rogue.id, 'participant')
  rogue.pretend(seat, seatOfPerson(ada))
  await rogue.openChapter([{ type: 'admitted', seat }], [coming]).catch(() => undefined)
  for (const { dialogue } of [ada, ben]) {
    const { notices } = await until(dialogue, 'they are told', (status) => status.notices.length > 0)
    expect(notices).toEqual([{ code: 'planted', space: `caucus:${NORTH}`, by: seatOfPerson(fay) }])
    expect(JSON.stringify(dialogue.status.view)).not.toContain('Mallory')
  }
  // Nothing is sealed for the planted device: what they say is not said there until a keeper opens a chapter that counts.
  expect(chi.dialogue.status.notices).toEqual([])
  await restart(relay, ada)
  const { notices } = await until(ada.dialogue, 'and still', ({ isLive, notices: told }) => isLive && told.length > 0)
  expect(notices).toMatchObject([{ code: 'planted' }])
  // An honest program in the same hands opens the next chapter, and goes on without the one who was planted.
  rogue.close()
  await restart(relay, fay)
  const eli = await atTheDoor('Eli')
  expect(await ada.dialogue.send({ type: 'letIn', seat: seatOfPerson(eli) })).toEqual({ done: true })
  await untilIn(eli)
  expect(seatOf(rogue.state?.governing.roster ?? [], seat.id)).toBeUndefined()
}, 90_000)

test('[CH19] somebody whom a facilitator has made read a caucus as one of their own is shown to the side', async () => {
  const rogue = await rogueOf(fay)
  const { seat, coming } = await planted(rogue.id, 'facilitator')
  await rogue.openChapter([{ type: 'admitted', seat }], [coming])
  await until(ada.dialogue, 'she is shown who reads', ({ view }) => view?.doors?.strangers.length === 1)
  expect(doorsOf(ada)?.strangers).toEqual([{ seat: seat.id, name: 'Mallory', side: NORTH }])
  rogue.close()
  // An honest program in the same hands takes them out where they are.
  await restart(relay, fay)
  await until(fay.dialogue, 'Fay sees it', ({ isLive, view }) => isLive && view?.doors?.strangers.length === 1)
  expect(await fay.dialogue.send({ type: 'remove', seat: seat.id })).toEqual({ done: true })
  await until(ada.dialogue, 'nobody reads it', ({ isLive, view }) => isLive && view?.doors?.strangers.length === 0)
}, 60_000)

async function admitted(name: string): Promise<Person> {
  const person = await atTheDoor(name)
  await ada.dialogue.send({ type: 'letIn', seat: seatOfPerson(person) })
  await untilIn(person)
  return person
}
