import { caucusOf, type DestructionView, type SpaceName } from '@antechamber/core'
import { type Grant, toBase64Url } from '@antechamber/protocol'
import {
  addDevice,
  type MovingRelay,
  NORTH,
  openScene,
  type Person,
  SOUTH,
  startMovingRelay,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR_MS, LongDays, noticesOf } from '../testing/long-days.ts'
import { type Doomed, doomedIn, leftOf, lookInto, spaceOf } from '../testing/store-look.ts'

const north = caucusOf(NORTH)
const south = caucusOf(SOUTH)
const REASON = 'A reason that was noted, and to be gone.'

const days = new LongDays()
let relay: MovingRelay
const around = (platform: Person['platform']) => days.around(relay.around(platform))
/** Ada's second device: what is hers alone goes from both. */
let laptop: Person

/** What is to be gone of one space, and whose devices have it. */
interface Part {
  readonly name: SpaceName
  readonly devices: readonly Person[]
  readonly upTo: string
  readonly id: string
  readonly doomed: Doomed
  /** Of the chapters that are to be gone: what a relay has that does not delete them. */
  readonly grants: readonly Grant[]
}
let parts: readonly Part[]

const inSpace = ({ dialogue }: Person, space: SpaceName): DestructionView =>
  dialogue.status.view?.destructionElsewhere.find((one) => one.space === space)?.destruction ?? {
    asked: undefined,
    destroyed: [],
    extents: [],
  }

/** The newest thing that somebody may ask for in a space, once there is one. */
async function lastExtent(person: Person, space: SpaceName, length: number): Promise<string> {
  await until(person.dialogue, `${space} can be asked for`, () => inSpace(person, space).extents.length === length)
  return inSpace(person, space).extents.at(-1)?.upTo ?? ''
}

async function partOf(name: SpaceName, devices: readonly [Person, ...Person[]], length: number): Promise<Part> {
  const upTo = await lastExtent(devices[0], name, length)
  const kept = await lookInto(devices[0])
  const { space: id } = await spaceOf(kept, name)
  const doomed = await doomedIn(kept, id, upTo)
  const stored = [...relay.backup().spaces.values()].filter((one) => toBase64Url(one.id) === id)
  const chapters = stored.flatMap((one) => [...one.chapters.values()])
  const grants = chapters.flatMap((one) => ((one.first ?? 0) < doomed.begins ? [...one.grants.values()] : []))
  return { name, devices, upTo, id, doomed, grants }
}

beforeAll(async () => {
  relay = await startMovingRelay()
  days.scene = await openScene(relay, around)
  const { fay, ada, ben } = days.scene
  laptop = await addDevice(relay, ada, around)
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  expect(await fay.dialogue.send({ type: 'enterStage', stage, reason: REASON })).toEqual({ done: true })
  await until(ada.dialogue, 'a round', ({ view }) => view?.runs.some(({ run }) => run === days.run(1)) === true)
  await until(fay.dialogue, 'the reason is noted', ({ view }) => view?.table?.reasons.includes(REASON) === true)
  // After a week chapters end by themselves.
  days.moved += 7 * 24 * HOUR_MS
  parts = [
    // The founding, Ada, Ben, and Ada's laptop: each began a chapter.
    await partOf(north, [fay, ada, laptop, ben], 4),
    await partOf('panel', [fay], 1),
    await partOf('own', [ada, laptop], 2),
  ]
}, 100_000)
afterAll(async () => {
  laptop.device.close()
  await days.scene.close()
})

/** All of it is there, or nothing is. */
async function expectKept(person: Person, { name, id, doomed, grants }: Part, isKept: boolean): Promise<void> {
  const kept = await lookInto(person)
  const left = leftOf(kept, id, doomed)
  if (isKept) expect([person.name, name, left.length > 0]).toEqual([person.name, name, true])
  else expect([person.name, name, left]).toEqual([person.name, name, []])
  const { device, sealingKeys } = await spaceOf(kept, name)
  const opened = grants.filter(
    (grant) => toBase64Url(grant.device) === device && sealingKeys.some(({ number }) => number === grant.keyNumber),
  )
  if (!isKept) expect([person.name, name, opened.length]).toEqual([person.name, name, 0])
}

/** Of so many devices of somebody's seat those who read the space know that they have deleted it. */
const hasConfirmed = (reader: Person, space: SpaceName, { dialogue }: Person, devices = 1): Promise<unknown> =>
  until(reader.dialogue, `${space} is deleted by ${dialogue.status.record.name}`, () =>
    inSpace(reader, space).destroyed.some(({ seats }) =>
      seats.some(({ seat, confirmed }) => seat === dialogue.status.record.seat && confirmed === devices),
    ),
  )

test('[DX12] [DX7] a caucus, the panel and one’s own space go from each device there, which says so in that space, and from the relay', async () => {
  const { fay, ada, ben } = days.scene
  for (const part of parts) for (const person of part.devices) await expectKept(person, part, true)
  for (const [person, { name: space, upTo }] of [
    [ada, parts[0] as Part],
    [fay, parts[1] as Part],
    [ada, parts[2] as Part],
  ] as const)
    expect(await person.dialogue.send({ type: 'askDestruction', space, upTo })).toEqual({ done: true })
  expect(await fay.dialogue.send({ type: 'turnDestruction', space: 'panel' })).toEqual({ done: true })
  for (const person of [ada, ben]) {
    await until(person.dialogue, 'asked', () => inSpace(person, north).asked?.mine === 'undecided')
    expect(await person.dialogue.send({ type: 'turnDestruction', space: north })).toEqual({ done: true })
  }
  // The chapter that begins the day is opened by facilitators' devices; in one's own space by one's own.
  for (const [person, space] of [
    [ada, north],
    [fay, 'panel'],
    [ada, 'own'],
  ] as const)
    await until(person.dialogue, `${space} is agreed`, () => inSpace(person, space).asked?.dueAt !== undefined)
  ben.device.close()
  days.moved += 25 * HOUR_MS
  for (const reader of [fay, ada]) {
    await hasConfirmed(reader, north, fay)
    await hasConfirmed(reader, north, ada, 2)
  }
  await hasConfirmed(fay, 'panel', fay)
  await hasConfirmed(ada, 'own', ada, 2)
  for (const part of parts) for (const person of part.devices) await expectKept(person, part, person === ben)
  expect(fay.dialogue.status.view?.table?.reasons).toEqual([])
  for (const { id, doomed } of parts) {
    const [stored] = [...relay.backup().spaces.values()].filter((one) => toBase64Url(one.id) === id)
    const before = [...(stored?.chapters.values() ?? [])].filter(({ first = 0 }) => first > 0 && first < doomed.begins)
    const left = stored?.items.filter(({ n, envelope }) => n < doomed.begins && envelope !== undefined)
    expect([before, left]).toEqual([[], []])
  }
}, 100_000)

test('[WR24] the server’s word is there for each space, and for that space’s destruction', async () => {
  const { fay, ada } = days.scene
  for (const [person, space] of [
    [ada, north],
    [fay, 'panel'],
    [ada, 'own'],
  ] as const) {
    const [gone] = inSpace(person, space).destroyed
    expect(await person.dialogue.receipts(space)).toMatchObject([{ isAll: false, destruction: gone?.id }])
  }
  expect(await ada.dialogue.receipts()).toEqual([])
}, 100_000)

test('[DX12] [DX8] who was away deletes it there on coming back; nobody misses anything, and nothing else is gone', async () => {
  const { fay, people, ada, ben, chi } = days.scene
  await days.back(ben, around)
  await hasConfirmed(fay, north, ben)
  await expectKept(ben, parts[0] as Part, false)
  for (const person of [fay, ada, laptop, ben]) {
    await days.back(person, around)
    for (const part of parts.filter(({ devices }) => devices.includes(person))) await expectKept(person, part, false)
  }
  for (const person of [fay, laptop, ...people]) {
    expect([person.name, noticesOf(person)]).toEqual([person.name, []])
    expect([person.name, person.dialogue.status.view?.destruction?.destroyed]).toEqual([person.name, []])
  }
  for (const person of [fay, chi]) expect(inSpace(person, south).destroyed).toEqual([])
  expect(inSpace(ben, 'own').destroyed).toEqual([])
}, 100_000)
