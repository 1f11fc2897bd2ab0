import type { Platform } from '@antechamber/client'
import type { DestructionView, RunId } from '@antechamber/core'
import { admit, openScene, type Person, restart, type Scene, SOUTH, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const HOUR_MS = 60 * 60 * 1000
const SAID = 'Said in the first round, and to be gone.'
const LATER = 'Said afterwards, and to stay.'

/** How far the clock of everybody's device has been moved. */
let moved = 0
let scene: Scene
/** Has been away since before anything was said. */
let eli: Person

/** A device on the moved clock, which looks every tenth of a second for what it looks for every minute. */
const around = (platform: Platform): Platform => ({
  ...platform,
  now: () => Date.now() + moved,
  after: (ms, then) => platform.after(ms === 60_000 ? 100 : ms, then),
})

const destructionOf = ({ dialogue }: Person): DestructionView =>
  dialogue.status.view?.destruction ?? { asked: undefined, destroyed: [], extents: [] }

const shows = ({ dialogue }: Person, text: string): boolean => {
  const { view } = dialogue.status
  return JSON.stringify([view?.runs, view?.past]).includes(text)
}

/** A day without a sign of somebody is told (LG15), and is not what this is about. */
const stopped = ({ dialogue }: Person) => dialogue.status.notices.filter(({ code }) => code !== 'unconfirmed')

const back = async (person: Person): Promise<void> => {
  await restart(scene.relay, person, around)
  await until(person.dialogue, `${person.name} is back`, ({ isLive, view }) => isLive && view?.mustAffirm === false)
}

/** A round of a stage in which somebody says something, from its beginning to its end. */
async function sayInRound(visit: number, by: Person, text: string): Promise<void> {
  const { fay } = scene
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  const run = `${stage}/perceptions#${visit}` as RunId
  const has = (status: string) => (person: Person) =>
    until(person.dialogue, `${run} is ${status}`, ({ isLive, view }) =>
      Boolean(
        isLive && view?.runs.some((one) => one.run === run && 'status' in one.view && one.view.status === status),
      ),
    )
  await has('not-open')(fay)
  expect(await fay.dialogue.send({ run, command: { type: 'openRound' } })).toEqual({ done: true })
  await has('open')(by)
  const offered = { type: 'offerContribution', text, attribution: 'named' } as const
  expect(await by.dialogue.send({ run, command: offered })).toEqual({ done: true })
  expect(await fay.dialogue.send({ run, command: { type: 'closeRound' } })).toEqual({ done: true })
}

async function enterRounds(): Promise<void> {
  const stage = scene.fay.dialogue.status.view?.stages[1]?.id as string
  expect(await scene.fay.dialogue.send({ type: 'enterStage', stage, reason: 'on' })).toEqual({ done: true })
}

beforeAll(async () => {
  scene = await openScene(undefined, around)
  eli = await admit(scene.relay, scene.fay, 'Eli', SOUTH, around)
  eli.device.close()
  await enterRounds()
  await sayInRound(1, scene.ada, SAID)
  await enterRounds()
  await sayInRound(2, scene.chi, LATER)
}, 100_000)
afterAll(() => scene.close())

const GONE_AND_KEPT = [false, true]

/** Whether somebody is shown what is to be gone, and what is to stay. */
const shown = (person: Person): readonly boolean[] => [shows(person, SAID), shows(person, LATER)]

const confirmed = (): number =>
  destructionOf(scene.fay).destroyed[0]?.seats.filter((one) => one.confirmed === one.devices).length ?? 0

test('[DX3] every side agrees, two of each, and until a day after that nothing is gone', async () => {
  const { fay, ada, ben, chi, dov, people } = scene
  for (const person of [fay, ...people]) await until(person.dialogue, 'both', () => shown(person).every(Boolean))
  const { view } = await until(fay.dialogue, 'it can be asked', () => destructionOf(fay).extents.length === 2)
  const [, both] = view?.destruction?.extents ?? []
  expect(both?.visits.length).toBe(2)
  dov.device.close()
  expect(await fay.dialogue.send({ type: 'askDestruction', upTo: both?.upTo ?? '' })).toEqual({ done: true })
  for (const person of [ada, ben, chi]) {
    await until(person.dialogue, 'asked', () => destructionOf(person).asked?.mine === 'undecided')
    expect(await person.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
  }
  expect(destructionOf(chi).asked).toMatchObject({ isAgreed: false, side: false })
  await back(dov)
  expect(await dov.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
  await until(fay.dialogue, 'agreed', () => destructionOf(fay).asked?.dueAt !== undefined)
  dov.device.close()
  moved += 23 * HOUR_MS
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(shown(ada)).toEqual([true, true])
}, 100_000)

test('[DX7] then it goes from every device and the relay, which says so', async () => {
  const { fay, ada, ben, chi } = scene
  moved += 2 * HOUR_MS
  for (const person of [fay, ada, ben, chi]) {
    await until(person.dialogue, 'gone', () => destructionOf(person).destroyed.length === 1)
    expect(shown(person)).toEqual(GONE_AND_KEPT)
  }
  await until(fay.dialogue, 'all who are there say so', () => confirmed() === 4)
  const [{ id } = { id: undefined }] = destructionOf(fay).destroyed
  expect(await fay.dialogue.receipts()).toMatchObject([{ isAll: false, destruction: id }])
  for (const person of [ada, fay]) {
    await back(person)
    expect(shown(person)).toEqual(GONE_AND_KEPT)
    expect(stopped(person)).toEqual([])
  }
}, 100_000)

test('[DX8] who was away comes back, whether they had read it or never did, and misses nothing; nor does who comes later', async () => {
  const { fay, dov } = scene
  for (const person of [dov, eli, dov, eli]) {
    await back(person)
    await until(person.dialogue, 'gone', () => destructionOf(person).destroyed.length === 1)
    expect(shown(person)).toEqual(GONE_AND_KEPT)
    expect(stopped(person)).toEqual([])
  }
  await until(fay.dialogue, 'Dov and Eli say so too', () => confirmed() === 6)
  const gil = await admit(scene.relay, fay, 'Gil', SOUTH, around)
  await until(gil.dialogue, 'Gil sees that something was destroyed', () => destructionOf(gil).destroyed.length === 1)
  expect(stopped(gil)).toEqual([])
  gil.device.close()
}, 100_000)
