import type { Platform } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import { type Clock, systemClock } from '@antechamber/relay'
import { startTestRelay } from '@antechamber/relay/testing'
import {
  interfere,
  openDevice,
  openScene,
  type Person,
  type Rules,
  recorded,
  type Scene,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const STAYS = /^(vault-key|ended\/)/

/** How far the relay's clock has been moved, and each device's. */
let relayMoved = 0
let moved = 0
let scene: Scene

const clock: Clock = {
  now: () => Date.now() + relayMoved,
  repeat: (everyMs, task) => systemClock.repeat(Math.min(everyMs, 200), task),
}
const around = (platform: Platform): Platform => ({
  ...platform,
  now: () => Date.now() + moved,
  after: (ms, then) => platform.after(ms === 60_000 ? 100 : ms, then),
})
const kept = ({ memory }: Person): readonly string[] => [...memory.disk.records.keys()]
const open = async (person: Person, also: (platform: Platform) => Platform = (same) => same) => {
  person.device.close()
  await person.platform.store.close()
  person.platform = also(around(recorded(await memoryPlatform(person.memory), person.traffic)))
  person.device = await openDevice(person.platform, scene.relay)
  return person.device
}

beforeAll(async () => {
  scene = await openScene(await startTestRelay({ clock }), around)
}, 60_000)
afterAll(() => scene.close())

/** What is kept of the dialogue itself. */
const keptOf = (person: Person): readonly string[] => kept(person).filter((name) => !STAYS.test(name))
const isHidden = (person: Person) => until(person.dialogue, 'its date has come', ({ phase }) => phase === 'left')
/** Connections that devices have opened which are {@link counted}. */
let connections = 0
const counted = (platform: Platform): Platform => ({
  ...platform,
  openSocket: (...asked) => {
    connections += 1
    return platform.openSocket(...asked)
  },
})
const pause = () => new Promise((resolve) => setTimeout(resolve, 400))

test('[DX13] a clock that is ahead for a while hides the dialogue and costs nothing once it is right again, also over a restart', async () => {
  const { ada, ben, chi, dov, fay } = scene
  const { local } = ada.dialogue
  ben.device.close()
  await ada.dialogue.saveDraft('somewhere', 'not said yet')
  const before = kept(ada)
  moved = 29 * DAY_MS
  await pause()
  expect(ada.device.ended).toEqual([])
  moved = 31 * DAY_MS
  for (const there of [ada, fay]) {
    await isHidden(there)
    expect(there.device.dialogues).toEqual([])
    const deletesBy = expect.any(Number)
    expect(there.device.ended).toMatchObject([{ local: there.dialogue.local, deletesBy }])
  }
  expect((await open(ben, counted)).dialogues).toEqual([])
  moved += 71 * HOUR_MS
  await pause()
  expect(connections).toBe(0)
  // What it would forget is not all of it yet.
  await ada.device.forgetEnded(local)
  for (const person of [ada, fay, ben]) expect(keptOf(person)).toContain(`dialogue/${person.dialogue.local}`)
  moved = 0
  for (const person of [ada, fay, ben, chi, dov]) {
    await expect
      .poll(() => person.device.dialogue(person.dialogue.local)?.status.isLive, { timeout: 10_000 })
      .toBe(true)
    expect(person.device.ended).toEqual([])
    expect(kept(person).filter((name) => name.startsWith('ended/'))).toEqual([])
    person.dialogue = person.device.dialogue(person.dialogue.local) as Person['dialogue']
  }
  expect(await ada.dialogue.draft('somewhere')).toBe('not said yet')
  expect(kept(ada)).toEqual(expect.arrayContaining([...before]))
  // It is as if nothing had been: 72 hours are counted from when the date is seen again.
  expect(await ben.dialogue.send({ type: 'leave' })).toEqual({ done: true })
})

test('[DX13] after 72 hours a device deletes all of it by itself, and says so only when it has', async () => {
  const { ada, ben, chi, fay } = scene
  chi.device.close()
  expect(ben.device.dialogues).toEqual([])
  moved = 31 * DAY_MS
  for (const there of [ada, fay]) await isHidden(there)
  let isFull = true
  const refuse: Rules['keeps'] = (names) =>
    isFull && names.some((name) => name.startsWith('dialogue/')) ? 'full' : undefined
  await open(ada, (platform) => interfere(platform, { keeps: refuse }).platform)
  expect(ada.device.ended).toMatchObject([{ deletesBy: expect.any(Number) }])
  // A restart does not begin to count anew.
  moved += 73 * HOUR_MS
  await expect.poll(() => keptOf(fay), { timeout: 10_000 }).toEqual([])
  expect(fay.device.ended).toEqual([
    { local: fay.dialogue.local, title: expect.any(String), endedAt: expect.any(Number) },
  ])
  await pause()
  expect(keptOf(ada)).not.toEqual([])
  expect(ada.device.ended).toMatchObject([{ deletesBy: expect.any(Number) }])
  isFull = false
  await expect.poll(() => ada.device.ended[0]?.deletesBy, { timeout: 10_000 }).toBeUndefined()
  expect(keptOf(ada)).toEqual([])
})

test('[DX13] who comes back later is shown nothing, and deletes on the server’s signed word without waiting; then nothing is known any more', async () => {
  const { chi, dov, ada } = scene
  const { local } = chi.dialogue
  connections = 0
  await open(chi, counted)
  expect(chi.device.dialogue(local)).toBeUndefined()
  expect(chi.device.ended).toMatchObject([{ local, deletesBy: expect.any(Number) }])
  expect(await chi.device.lastReceipt(local)).toBeUndefined()
  relayMoved = 31 * DAY_MS
  await expect
    .poll(() => chi.device.lastReceipt(local), { timeout: 10_000 })
    .toMatchObject({
      destroyedAt: expect.any(Number),
      backupsUntil: expect.any(Number),
    })
  // It asks once an hour, by its own clock.
  moved += 2 * HOUR_MS
  await expect.poll(() => keptOf(chi), { timeout: 10_000 }).toEqual([])
  expect(chi.device.ended).toMatchObject([{ local, deletesBy: undefined }])
  expect(connections).toBe(0)
  await ada.device.forgetEnded(ada.dialogue.local)
  expect(kept(ada)).toEqual(['vault-key'])
  moved = 125 * DAY_MS
  expect((await open(chi)).ended).toEqual([])
  expect(kept(chi)).toEqual(['vault-key'])
  // Of one who comes so late the relay's word is not there any more: the 72 hours are.
  await expect.poll(() => dov.device.ended[0]?.deletesBy, { timeout: 10_000 }).toBeUndefined()
})
