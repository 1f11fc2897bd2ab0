import type { DialogueStatus } from '@antechamber/client'
import {
  admit,
  comeBackAlone,
  joinByLink,
  NORTH,
  openScene,
  type Person,
  restart,
  type Scene,
  SOUTH,
  until,
  untilAsked,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reads, say } from '../testing/leg-look.ts'

let scene: Scene
let fay: Person
beforeAll(async () => {
  scene = await openScene()
}, 60_000)
afterAll(async () => {
  fay?.device.close()
  await scene.close()
})

const stageIs =
  (wanted: string) =>
  ({ isLive, view }: DialogueStatus): boolean =>
    isLive && view?.stages.find(({ status }) => status === 'now')?.id === wanted

test('[DV13] a facilitator alone whose device is lost comes back by the code and one helper of each side', async () => {
  const { ada, chi, people, relay } = scene
  const lost = scene.fay
  // What a helper has said to the facilitator alone is nobody else's to give, and in nobody's way.
  expect(await say(ada, lost, 'Between us.')).toEqual({ done: true })
  await reads(lost, ada, 'Between us.')
  lost.device.close()
  for (const helper of [ada, chi]) expect(helper.dialogue.status.alone).toBe(lost.dialogue.status.record.seat)
  const [north, south] = await Promise.all([ada.dialogue.helpBack(), chi.dialogue.helpBack()])
  fay = await comeBackAlone(relay, [north.link, south.link], lost)
  const words = await fay.dialogue.safetyWords()
  for (const [helper, { id }] of [
    [ada, north],
    [chi, south],
  ] as const) {
    const { rescues } = await untilAsked(helper, id)
    expect(rescues.find((one) => one.id === id)?.arrival).toMatchObject({ name: 'Fay', words })
  }
  expect(await ada.dialogue.send({ type: 'let-back', invitation: north.id })).toEqual({ done: true })
  expect(fay.dialogue.status.phase).toBe('waiting')
  expect(await chi.dialogue.send({ type: 'let-back', invitation: south.id })).toEqual({ done: true })
  await until(fay.dialogue, 'Fay is back', ({ isLive, view }) => isLive && view?.table !== undefined)
  expect(fay.dialogue.status.notices).toEqual([])
  const helpedBy = [ada, chi].map(({ dialogue }) => dialogue.status.record.seat).sort()
  for (const { dialogue } of people)
    await until(dialogue, 'all are told', ({ notices }) =>
      notices.some((one) => one.code === 'devices' && one.removed === 1 && `${one.helpedBy}` === `${helpedBy}`),
    )
}, 60_000)

test('[DV13] the room goes on: a stage, somebody comes in and is taken out again, and the code is as good as before', async () => {
  const { people, relay } = scene
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  expect(await fay.dialogue.send({ type: 'enterStage', stage, reason: 'We go on.' })).toEqual({ done: true })
  for (const { dialogue } of people) await until(dialogue, 'all go on', stageIs(stage))
  expect(await say(scene.chi, fay, 'Good that you are back.')).toEqual({ done: true })
  await reads(fay, scene.chi, 'Good that you are back.')
  const eli = await admit(relay, fay, 'Eli', NORTH)
  expect(await fay.dialogue.send({ type: 'remove', seat: eli.dialogue.status.record.seat })).toEqual({ done: true })
  await until(eli.dialogue, 'Eli is out', ({ isShutOut }) => isShutOut)
  eli.device.close()
  await restart(relay, fay)
  await until(fay.dialogue, 'after a restart', ({ isLive, view }) => isLive && view?.table !== undefined)
  expect(fay.dialogue.status.needsCode).toBe(false)
  // A second facilitator, invited by whoever came back, invites others in turn.
  const { id, link } = await fay.dialogue.invite({ role: 'facilitator', label: 'Gil' })
  const gil = await joinByLink(relay, link, 'Gil')
  await until(fay.dialogue, 'Gil has come', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  await fay.dialogue.send({ type: 'admit', invitation: id })
  await until(gil.dialogue, 'Gil is in', ({ isLive, view }) => isLive && view?.table !== undefined)
  const hal = await admit(relay, gil, 'Hal', SOUTH)
  for (const { dialogue } of people) await until(dialogue, 'nobody is alone', ({ alone }) => alone === undefined)
  expect(await gil.dialogue.send({ type: 'leave' })).toEqual({ done: true })
  await fay.dialogue.send({ type: 'remove', seat: gil.dialogue.status.record.seat })
  for (const { device } of [gil, hal]) device.close()
}, 60_000)

test('[DV12] the lost device reads nothing more', async () => {
  const lost = scene.fay
  await restart(scene.relay, lost)
  await until(lost.dialogue, 'shut out', ({ isShutOut }) => isShutOut)
  expect(lost.dialogue.status.view).toBeUndefined()
}, 60_000)

test('[DV11] the device that is lost next is replaced in the same way, by others', async () => {
  const { ben, dov, people, relay } = scene
  const second = fay
  second.device.close()
  const invited = await Promise.all([ben, dov].map(({ dialogue }) => dialogue.helpBack()))
  fay = await comeBackAlone(
    relay,
    invited.map(({ link }) => link),
    scene.fay,
  )
  for (const [at, helper] of [ben, dov].entries()) {
    const id = invited[at]?.id as string
    await untilAsked(helper, id)
    expect(await helper.dialogue.send({ type: 'let-back', invitation: id })).toEqual({ done: true })
  }
  await until(fay.dialogue, 'Fay is back again', ({ isLive, view }) => isLive && view?.table !== undefined)
  const stage = fay.dialogue.status.view?.stages[2]?.id as string
  await fay.dialogue.send({ type: 'enterStage', stage, reason: 'Again.' })
  for (const { dialogue } of people) await until(dialogue, 'all go on', stageIs(stage))
  await restart(relay, second)
  await until(second.dialogue, 'shut out', ({ isShutOut }) => isShutOut)
  second.device.close()
}, 60_000)
