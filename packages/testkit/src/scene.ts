import { Device, type Dialogue, type Platform, type Setup } from '@antechamber/client'
import { type MemoryDevice, memoryPlatform, newMemoryDevice } from '@antechamber/client/node'
import type { Millis, SideId } from '@antechamber/core'
import { PROCESSES } from '@antechamber/core/processes'
import { systemClock } from '@antechamber/relay'
import { startTestRelay } from '@antechamber/relay/testing'
import { recorded, type Traffic } from './traffic.ts'
import { until } from './wait.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Side `a` of every scene. */
export const NORTH = 'a' as SideId
/** Side `b` of every scene. */
export const SOUTH = 'b' as SideId

/** A relay that a scene may play at. */
export interface RelayAt {
  readonly url: string
  readonly secret: Uint8Array
  readonly stop: () => Promise<void>
}

/** One person with one device. */
export interface Person {
  readonly name: string
  readonly memory: MemoryDevice
  /** All that their device has sent and received. */
  readonly traffic: Traffic
  /** A founder's recovery code, on paper. */
  readonly paper?: readonly string[]
  device: Device
  platform: Platform
  dialogue: Dialogue
  /** They say yes at once to everybody who comes to the door of their side's caucus, as whoever was admitted here does. */
  welcomes?: boolean
}

/** A dialogue under way: Fay facilitates; Ada and Ben sit on side `a`, Chi and Dov on side `b`. */
export interface Scene {
  readonly relay: RelayAt
  readonly fay: Person
  readonly people: readonly Person[]
  readonly ada: Person
  readonly ben: Person
  readonly chi: Person
  readonly dov: Person
  readonly close: () => Promise<void>
}

/** What a scene's dialogue is founded with. */
export const sceneSetup = (): Setup => {
  const process = PROCESSES[0]
  if (!process) throw new Error('no process ships')
  return {
    title: 'The well between the villages',
    convenor: 'Fay, for the Riverside Peace Trust',
    process,
    sides: [
      { id: NORTH, name: 'Northfield', mark: 'circle' },
      { id: SOUTH, name: 'Southmead', mark: 'square' },
    ],
    languages: ['en', 'ar'],
    rules: process.rules,
    confidentiality: 'agreed-text-leaves',
    retainUntil: (Date.now() + 30 * DAY_MS) as Millis,
    name: 'Fay',
    language: 'en',
  }
}

/** Puts something around a person's platform: see `interfere`. */
export type Around = (platform: Platform) => Platform
const nothing: Around = (platform) => platform

const newPlatform = async (memory: MemoryDevice, traffic: Traffic, around: Around): Promise<Platform> =>
  around(recorded(await memoryPlatform(memory), traffic))

/** A device without a passphrase, with what it keeps. */
export async function openDevice(platform: Platform, relay: { readonly url: string }): Promise<Device> {
  const opened = await Device.open(platform, relay.url)
  if (!opened.ok) throw new Error(`the device does not open: ${opened.error.code}`)
  return opened.value
}

/** Fay founds the scene's dialogue at a relay, and has her recovery code on paper. */
export async function foundScene(
  relay: RelayAt,
  setup: Setup = sceneSetup(),
  around: Around = nothing,
): Promise<Person> {
  const fay = await foundUnwritten(relay, setup, around)
  const paper = fay.dialogue.devices.recoveryCode ?? []
  await fay.dialogue.devices.noteWrittenDown()
  return { ...fay, paper }
}

/** Fay founds the scene's dialogue at a relay; her recovery code is still on her device alone. */
export async function foundUnwritten(
  relay: RelayAt,
  setup: Setup = sceneSetup(),
  around: Around = nothing,
): Promise<Person> {
  const memory = await newMemoryDevice()
  const traffic: Traffic = { up: [], down: [] }
  const platform = await newPlatform(memory, traffic, around)
  const device = await openDevice(platform, relay)
  const dialogue = await device.found(setup, relay.secret)
  await until(dialogue, 'founded', ({ phase, isLive, view }) => phase === 'inside' && isLive && view !== undefined)
  return { name: setup.name, memory, traffic, device, platform, dialogue }
}

/** Somebody joins by a link and waits. */
export async function joinByLink(
  relay: RelayAt,
  link: string,
  name: string,
  language = 'en',
  around: Around = nothing,
): Promise<Person> {
  const memory = await newMemoryDevice()
  const traffic: Traffic = { up: [], down: [] }
  const platform = await newPlatform(memory, traffic, around)
  const device = await openDevice(platform, relay)
  const dialogue = await device.join(await device.readInvitation(link), { name, language })
  const person: Person = { name, memory, traffic, device, platform, dialogue }
  keepsDoor(person)
  return person
}

/** A person who says yes to whoever is at the door, for as long as they are to. */
function keepsDoor(person: Person): void {
  const { dialogue } = person
  const asked = new Set<string>()
  dialogue.subscribe(() => {
    if (!person.welcomes) return
    for (const { seat, mine, isWelcome } of dialogue.status.view?.doors?.people ?? []) {
      if (mine !== 'undecided' || isWelcome || asked.has(seat)) continue
      asked.add(seat)
      void dialogue.send({ type: 'letIn', seat }).catch(() => undefined)
    }
  })
}

/** Resolves when somebody is in the room and in the caucus of their side. */
export const untilIn = (person: Pick<Person, 'dialogue' | 'name'>) =>
  until(person.dialogue, `${person.name} is in`, ({ isLive, view }) => isLive && view?.doors?.isWaiting === false)

/**
 * Fay invites somebody to a side, they join, she admits them, and they affirm the rules. Whoever is there of their side
 * must let them in, as those do who have come by this.
 */
export async function admit(
  relay: RelayAt,
  fay: Pick<Person, 'dialogue'>,
  name: string,
  side: SideId,
  around: Around = nothing,
): Promise<Person> {
  const invitation = await fay.dialogue.invite({ role: 'participant', side, label: name })
  const person = await joinByLink(relay, invitation.link, name, 'en', around)
  const arrived = ({ id, state }: { id: string; state: string }): boolean => id === invitation.id && state === 'arrived'
  await until(fay.dialogue, `${name} arrives`, ({ invitations }) => invitations.some(arrived))
  const outcome = await fay.dialogue.send({ type: 'admit', invitation: invitation.id })
  if (!outcome.done) throw new Error(`${name} was not admitted: ${outcome.code}`)
  person.welcomes = true
  await untilIn(person)
  return person
}

/** Somebody takes a second device in hand, and comes to a seat by a link to it. Nobody has said yes yet. */
export async function comeWith(
  relay: RelayAt,
  link: string,
  { name }: Pick<Person, 'name'>,
  choice: Omit<Parameters<Device['join']>[1], 'name' | 'language'> = {},
  around: Around = nothing,
): Promise<Person> {
  const memory = await newMemoryDevice()
  const traffic: Traffic = { up: [], down: [] }
  const platform = await newPlatform(memory, traffic, around)
  const device = await openDevice(platform, relay)
  const dialogue = await device.join(await device.readInvitation(link), { name: '', language: 'en', ...choice })
  return { name, memory, traffic, device, platform, dialogue }
}

/** Somebody adds a second device by a code from the first, and both are in. */
export async function addDevice(relay: RelayAt, person: Person, around: Around = nothing): Promise<Person> {
  const { id, link } = await person.dialogue.devices.invite()
  const second = await comeWith(relay, link, person, {}, around)
  await until(person.dialogue, 'the device has come', ({ codes }) =>
    codes.some((one) => one.id === id && one.state === 'arrived'),
  )
  const outcome = await person.dialogue.send({ type: 'accept-device', invitation: id })
  if (!outcome.done) throw new Error(`the device was not added: ${outcome.code}`)
  await until(
    second.dialogue,
    `${person.name}'s second device is in`,
    ({ isLive, view }) => isLive && view !== undefined,
  )
  return second
}

/** Everybody in the room, all rules affirmed, in the first stage; at a relay in this process unless another is given. */
export async function openScene(at?: RelayAt, around: Around = nothing, setup: Setup = sceneSetup()): Promise<Scene> {
  const relay = at ?? (await startTestRelay({ clock: systemClock }))
  const fay = await foundScene(relay, setup, around)
  await fay.dialogue.send({ type: 'affirmRules' })
  const [ada, ben, chi, dov] = await Promise.all([
    admit(relay, fay, 'Ada', NORTH, around),
    admit(relay, fay, 'Ben', NORTH, around),
    admit(relay, fay, 'Chi', SOUTH, around),
    admit(relay, fay, 'Dov', SOUTH, around),
  ])
  const people = [ada, ben, chi, dov]
  const close = async (): Promise<void> => {
    for (const { device } of [fay, ...people]) device.close()
    await relay.stop()
  }
  return { relay, fay, people, ada, ben, chi, dov, close }
}

/** Ends a person's device as a killed process would, and starts it again on what it has kept. */
export async function restart(relay: RelayAt, person: Person, around: Around = nothing): Promise<void> {
  person.device.close()
  await person.platform.store.close()
  person.platform = await newPlatform(person.memory, person.traffic, around)
  person.device = await openDevice(person.platform, relay)
  const again = person.device.dialogue(person.dialogue.local)
  if (!again) throw new Error('the device has forgotten its dialogue')
  person.dialogue = again
  keepsDoor(person)
}

/** A facilitator who has lost their only device takes another, and asks by the links of one helper of each side. */
export async function comeBackAlone(
  relay: RelayAt,
  links: readonly string[],
  { name, paper = [] }: Pick<Person, 'name' | 'paper'>,
  around: Around = nothing,
): Promise<Person> {
  const memory = await newMemoryDevice()
  const traffic: Traffic = { up: [], down: [] }
  const platform = await newPlatform(memory, traffic, around)
  const device = await openDevice(platform, relay)
  const invitations = await Promise.all(links.map((link) => device.readInvitation(link)))
  const dialogue = await device.returnAlone(invitations, { language: 'en', recoveryCode: paper.join(' ') })
  return { name, memory, traffic, device, platform, dialogue, paper }
}

/** Waits until somebody has come by an invitation to help them back. */
export const untilAsked = ({ dialogue }: Pick<Person, 'dialogue'>, id: string) =>
  until(dialogue, 'somebody asks for help', ({ rescues }) =>
    rescues.some((one) => one.id === id && one.state === 'arrived'),
  )
