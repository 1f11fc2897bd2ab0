import type { Platform } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import { type Clock, systemClock } from '@antechamber/relay'
import { startTestRelay } from '@antechamber/relay/testing'
import { openDevice, openScene, type Person, type Scene, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const DAY_MS = 24 * 60 * 60 * 1000
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
const open = async (person: Person) => {
  person.device.close()
  await person.platform.store.close()
  person.platform = around(await memoryPlatform(person.memory))
  person.device = await openDevice(person.platform, scene.relay)
  return person.device
}

beforeAll(async () => {
  scene = await openScene(await startTestRelay({ clock }), around)
}, 60_000)
afterAll(() => scene.close())

test('[DX13] on the dialogue’s date every device deletes all of it by itself, and says when that was', async () => {
  const { ada, ben, chi, fay } = scene
  // Ben and Chi are away when the date comes.
  for (const away of [ben, chi]) away.device.close()
  moved = 29 * DAY_MS
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(ada.device.ended).toEqual([])
  moved = 31 * DAY_MS
  for (const there of [ada, fay]) {
    await until(there.dialogue, 'its date has come', ({ phase }) => phase === 'left')
    expect(there.device.dialogues).toEqual([])
    expect(there.device.ended).toMatchObject([{ local: there.dialogue.local }])
    expect(kept(there).filter((name) => !STAYS.test(name))).toEqual([])
  }
})

test('[DX13] who comes back later deletes it before anything is shown or asked of the server', async () => {
  const { ben } = scene
  const { local } = ben.dialogue
  const { length } = ben.traffic.up
  const device = await open(ben)
  expect(device.dialogue(local)).toBeUndefined()
  expect(device.ended).toMatchObject([{ local }])
  expect(kept(ben).filter((name) => !STAYS.test(name))).toEqual([])
  expect(ben.traffic.up.length).toBe(length)
})

test('[DX13] the server’s signed word is shown as long as it is given; then nothing is known of the dialogue any more', async () => {
  const { ben } = scene
  const { local } = ben.dialogue
  expect(await ben.device.lastReceipt(local)).toBeUndefined()
  relayMoved = 31 * DAY_MS
  await expect
    .poll(() => ben.device.lastReceipt(local), { timeout: 10_000 })
    .toMatchObject({
      destroyedAt: expect.any(Number),
      backupsUntil: expect.any(Number),
    })
  await scene.ada.device.forgetEnded(scene.ada.dialogue.local)
  expect(kept(scene.ada)).toEqual(['vault-key'])
  moved = 125 * DAY_MS
  expect((await open(ben)).ended).toEqual([])
  expect(kept(ben)).toEqual(['vault-key'])
})
