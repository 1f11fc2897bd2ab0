import type { Platform } from '@antechamber/client'
import { openScene, type Person, restart, type Scene, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const HOUR_MS = 60 * 60 * 1000

/** How far the clock of everybody's device has been moved. */
let moved = 0
let scene: Scene

/** A device on the moved clock, which looks every tenth of a second for what it looks for every minute. */
const around = (platform: Platform): Platform => ({
  ...platform,
  now: () => Date.now() + moved,
  after: (ms, then) => platform.after(ms === 60_000 ? 100 : ms, then),
})

beforeAll(async () => {
  scene = await openScene()
  for (const person of [scene.fay, ...scene.people]) {
    await restart(scene.relay, person, around)
    await until(person.dialogue, 'back', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  }
})
afterAll(() => scene.close())

const isTold = ({ dialogue }: Person): boolean => dialogue.status.notices.some(({ code }) => code === 'unconfirmed')

test('[LG14] whoever is silent for long says that they are there, so that nobody is told of silence', async () => {
  const { fay, people } = scene
  for (let hours = 0; hours < 72; hours += 6) {
    moved += 6 * HOUR_MS
    await new Promise((resolve) => setTimeout(resolve, 400))
  }
  for (const person of [fay, ...people]) await until(person.dialogue, 'heard', () => !isTold(person))
})

test('[LG15] whoever has heard nobody for a day is told, also after a restart, and no more once somebody is heard', async () => {
  const { ada, fay, people, relay } = scene
  for (const person of [fay, ...people]) if (person !== ada) person.device.close()
  moved += 25 * HOUR_MS
  await until(ada.dialogue, 'told', () => isTold(ada))
  expect(ada.dialogue.status.isLive).toBe(true)
  await restart(relay, ada, around)
  await until(ada.dialogue, 'told again', ({ isLive }) => isLive && isTold(ada))
  await restart(relay, fay, around)
  await until(fay.dialogue, 'Fay is back', ({ isLive }) => isLive)
  expect(await fay.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  await until(ada.dialogue, 'Fay is heard', ({ view }) => view?.paused === true && !isTold(ada))
})
