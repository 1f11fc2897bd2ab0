import type { Platform } from '@antechamber/client'
import { codeNumber, type DeviceMessage, decode, deviceMessage, MAX_MESSAGE_BYTES } from '@antechamber/protocol'
import { interfere, openScene, type Person, type Rules, restart, type Scene, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let scene: Scene
const rules: Rules = {}

/** Time runs a hundred times as fast for whatever a device waits for. */
const hurried = (platform: Platform): Platform => ({
  ...platform,
  after: (ms, run) => platform.after(ms / 100, run),
})

beforeAll(async () => {
  scene = await openScene()
  await restart(scene.relay, scene.ada, (platform) => interfere(hurried(platform), rules).platform)
  await until(scene.ada.dialogue, 'she is back', ({ isLive }) => isLive)
})
afterAll(() => scene.close())

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const sentBy = ({ traffic }: Person): readonly DeviceMessage[] =>
  traffic.up.flatMap((frame) => {
    const message = decode(deviceMessage, frame, MAX_MESSAGE_BYTES)
    return message.ok ? [message.value] : []
  })

test('[LG7] told that a chapter has ended which has not, a device waits for the next one, and asks no more', async () => {
  const { fay, ada } = scene
  let appends = 0
  rules.sends = (message, answer) => {
    if (message.type !== 'append') return message
    appends += 1
    answer({ type: 'refused', ref: message.ref, code: codeNumber('stale-chapter'), retryAfterMs: 0 })
    return undefined
  }
  const sent = ada.dialogue.send({ type: 'pause' })
  await rest(500)
  expect(appends).toBe(1)
  delete rules.sends
  const next = fay.dialogue.status.view?.stages[1]?.id as string
  await fay.dialogue.send({ type: 'enterStage', stage: next, reason: 'It is time.' })
  expect(await sent).toEqual({ done: true })
  await until(fay.dialogue, 'the pause', ({ view }) => view?.paused === true)
  await fay.dialogue.send({ type: 'resume' })
})

test('[WR6] a connection over which nothing passes any more is given up, and made again', async () => {
  const { ada } = scene
  await rest(1_500)
  expect(ada.dialogue.status.isLive).toBe(true)
  rules.receives = () => undefined
  await until(ada.dialogue, 'the silence is noticed', ({ isLive }) => !isLive)
  delete rules.receives
  await until(ada.dialogue, 'she is back', ({ isLive }) => isLive)
})

test('[DG9] whoever has asked to leave goes with the next chapter, whatever it is opened for', async () => {
  const { fay, ben, chi } = scene
  await ben.dialogue.leave()
  await until(ben.dialogue, 'it is forgotten', ({ phase }) => phase === 'left')
  const before = sentBy(fay).length
  expect(await fay.dialogue.send({ type: 'remove', seat: chi.dialogue.status.record.seat })).toEqual({ done: true })
  // Chi's caucus, of which Ben is none; the room and the outbox.
  const batches = sentBy(fay)
    .slice(before)
    .filter((message) => message.type === 'batch')
  expect(batches.map(({ remove }) => remove.length).sort()).toEqual([1, 2, 2])
})
