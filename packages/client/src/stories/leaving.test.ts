import { memoryPlatform, newMemoryDevice } from '@antechamber/client/node'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import {
  admit,
  foundScene,
  interfere,
  NORTH,
  openDevice,
  type Person,
  type Rules,
  restart,
  sceneSetup,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let relay: TestRelay
let fay: Person
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
})

afterAll(async () => {
  for (const { device } of [fay, ...people]) device.close()
  await relay.stop()
})

/** Ada is in the room, with rules around her device. */
async function adaWith(rules: Rules): Promise<{ readonly ada: Person; readonly cut: () => void }> {
  const ada = await admit(relay, fay, 'Ada', NORTH)
  people.push(ada)
  let cut: () => void = () => undefined
  await restart(relay, ada, (platform) => {
    const around = interfere(platform, rules)
    cut = around.cut
    return around.platform
  })
  await until(ada.dialogue, 'she is back', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  return { ada, cut: () => cut() }
}

const seatOf = ({ dialogue }: Person) => dialogue.status.record.seat
const kept = ({ memory }: Person): readonly string[] =>
  [...memory.disk.records.keys()].filter((name) => name !== 'vault-key')
const hasLeft = (person: Person) => until(person.dialogue, 'it is forgotten', ({ phase }) => phase === 'left')

test('[ST7] somebody who leaves while away, and is removed meanwhile, is forgotten when the door stays shut', async () => {
  const rules: Rules = {}
  const { ada, cut } = await adaWith(rules)
  rules.isAway = true
  cut()
  await until(ada.dialogue, 'she is away', ({ isLive }) => !isLive)
  const leaving = ada.dialogue.leave()
  await until(ada.dialogue, 'it waits', ({ pending }) => pending.length === 1)
  expect(await fay.dialogue.send({ type: 'remove', seat: seatOf(ada) })).toEqual({ done: true })
  rules.isAway = false
  ada.dialogue.retryNow()
  await hasLeft(ada)
  await leaving
  expect(kept(ada)).toEqual([])
  expect(ada.device.dialogues).toEqual([])
})

test('[ST2] a device that is killed between two steps of leaving goes on with it when it comes back', async () => {
  const rules: Rules = {}
  const { ada } = await adaWith(rules)
  let isNoted = false
  await new Promise<void>((resolve) => {
    rules.keeps = (names) => {
      isNoted ||= names.some((name) => name.startsWith('dialogue/'))
      // What was sent before may only now be taken from the queue.
      if (!isNoted || !names.some((name) => name.startsWith('queue/'))) return undefined
      resolve()
      return 'never'
    }
    void ada.dialogue.leave()
  })
  expect(ada.dialogue.status.phase).toBe('leaving')
  const isLeaving = () => fay.dialogue.status.view?.table?.leaving.includes(seatOf(ada)) === true
  expect(isLeaving()).toBe(false)
  await restart(relay, ada)
  await hasLeft(ada)
  expect(kept(ada)).toEqual([])
  await until(fay.dialogue, 'her device has told the facilitator', isLeaving)
})

test('[ST9] leaving while the device is full is told and nothing has happened; with room again it is done', async () => {
  const rules: Rules = {}
  const { ada } = await adaWith(rules)
  rules.keeps = (names) => (names.some((name) => name.startsWith('dialogue/')) ? 'full' : undefined)
  await ada.dialogue.leave()
  expect(ada.dialogue.status).toMatchObject({ phase: 'inside', notices: [{ code: 'failed', why: 'not-kept' }] })
  delete rules.keeps
  await ada.dialogue.leave()
  await hasLeft(ada)
  expect(kept(ada)).toEqual([])
})

test('[ST7] nothing is written of a dialogue that has been forgotten, and nothing is opened again', async () => {
  let opened = 0
  const ada = await admit(relay, fay, 'Ada', NORTH)
  people.push(ada)
  await restart(relay, ada, (platform) => ({
    ...platform,
    openSocket: (...given) => {
      opened += 1
      return platform.openSocket(...given)
    },
  }))
  await until(ada.dialogue, 'she is back', ({ isLive }) => isLive)
  const { dialogue } = ada
  await dialogue.leave()
  await hasLeft(ada)
  const before = opened
  await dialogue.saveDraft('round', 'Half a sen')
  dialogue.retryNow()
  expect(await dialogue.send({ type: 'pause' })).toEqual({ done: false, code: 'has-left' })
  expect(kept(ada)).toEqual([])
  expect(opened).toBe(before)
})

test('what somebody sends who has been taken out is refused and kept for them, and never hangs', async () => {
  const rules: Rules = {}
  const { ada, cut } = await adaWith(rules)
  rules.isAway = true
  cut()
  const sent = ada.dialogue.send({ type: 'pause' })
  await until(ada.dialogue, 'it waits', ({ pending }) => pending.length === 1)
  await fay.dialogue.send({ type: 'remove', seat: seatOf(ada) })
  rules.isAway = false
  ada.dialogue.retryNow()
  expect(await sent).toEqual({ done: false, code: 'shut-out' })
  const { notices } = await until(ada.dialogue, 'she is told', ({ isShutOut }) => isShutOut)
  expect(notices).toMatchObject([{ code: 'refused', why: 'shut-out', command: { type: 'pause' } }])
  await ada.dialogue.leave()
  expect(kept(ada)).toEqual([])
})

test('a founding that the relay has refused for good can be forgotten', async () => {
  const memory = await newMemoryDevice()
  const device = await openDevice(await memoryPlatform(memory), relay)
  const dialogue = await device.found(sceneSetup(), new Uint8Array(32))
  await until(dialogue, 'it is refused', ({ notices }) => notices.some(({ code }) => code === 'failed'))
  expect(await dialogue.send({ type: 'affirmRules' })).toEqual({ done: false, code: 'stopped' })
  await dialogue.leave()
  expect(dialogue.status.phase).toBe('left')
  expect([...memory.disk.records.keys()]).toEqual(['vault-key'])
  expect(device.dialogues).toEqual([])
  device.close()
})
