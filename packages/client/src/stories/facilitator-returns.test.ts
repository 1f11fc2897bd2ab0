import type { DialogueStatus } from '@antechamber/client'
import {
  addDevice,
  admit,
  comeWith,
  joinByLink,
  NORTH,
  openScene,
  type Person,
  restart,
  type Scene,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let scene: Scene
let gil: Person
let fay: Person
beforeAll(async () => {
  scene = await openScene()
  const { id, link } = await scene.fay.dialogue.invite({ role: 'facilitator', label: 'Gil' })
  gil = await joinByLink(scene.relay, link, 'Gil')
  await arrived(scene.fay, id)
  await scene.fay.dialogue.send({ type: 'admit', invitation: id })
  await until(gil.dialogue, 'Gil is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  const stage = scene.fay.dialogue.status.view?.stages[1]?.id as string
  await scene.fay.dialogue.send({ type: 'enterStage', stage, reason: 'It is time.' })
  await until(gil.dialogue, 'all go on', stageIs(stage))
}, 60_000)
afterAll(async () => {
  for (const { device } of [gil, fay]) device?.close()
  await scene.close()
})

const arrived = ({ dialogue }: Person, id: string) =>
  until(dialogue, 'somebody has come', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
const stageIs =
  (wanted: string) =>
  ({ isLive, view }: DialogueStatus): boolean =>
    isLive && view?.stages.find(({ status }) => status === 'now')?.id === wanted
const roundOf = ({ view }: DialogueStatus) => view?.runs.find((one) => one.view.kind === 'round')
const isRound =
  (status: string) =>
  (now: DialogueStatus): boolean => {
    const round = roundOf(now)?.view
    return round?.kind === 'round' && round.status === status
  }

test('[DV7] a facilitator who has lost their device comes back by their code, let in by the other facilitator', async () => {
  const lost = scene.fay
  const run = roundOf(gil.dialogue.status)?.run as never
  // Opened by the device that is lost: its key must still be closed by whoever is left.
  expect(await lost.dialogue.send({ run, command: { type: 'openRound' } })).toEqual({ done: true })
  await until(scene.ada.dialogue, 'the round is open', isRound('open'))
  const offer = { type: 'offerContribution', text: 'The well is ours too.', attribution: 'side' } as const
  expect(await scene.ada.dialogue.send({ run, command: offer })).toEqual({ done: true })

  const recoveryCode = (lost.paper ?? []).join(' ')
  const { seat } = lost.dialogue.status.record
  lost.device.close()
  const { id, link } = await gil.dialogue.inviteBack({ seat })
  fay = await comeWith(scene.relay, link, lost, { recoveryCode })
  const status = await arrived(gil, id)
  expect(status.invitations.find((one) => one.id === id)?.arrival).toMatchObject({
    name: 'Fay',
    words: await fay.dialogue.safetyWords(),
  })
  expect(await gil.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(fay.dialogue, 'at the table', ({ isLive, view }) => isLive && view?.table !== undefined)
  expect(fay.dialogue.status.view?.me).toMatchObject({ seat, name: 'Fay', devices: 1 })
  expect(fay.dialogue.status.view?.mustAffirm).toBe(false)
  expect(fay.dialogue.status.notices).toEqual([])
  for (const { dialogue } of [gil, ...scene.people]) {
    await until(dialogue, 'told', ({ notices }) => notices.some((one) => one.code === 'devices' && one.seat === seat))
    await dialogue.devices.dismissNews(seat)
    expect(dialogue.status.notices).toEqual([])
  }
}, 60_000)

test('[DV7] the facilitator who is back closes the round, opens chapters, lets people in and takes them out', async () => {
  const run = roundOf(fay.dialogue.status)?.run as never
  expect(await fay.dialogue.send({ run, command: { type: 'closeRound' } })).toEqual({ done: true })
  const read = ({ view }: DialogueStatus): boolean => JSON.stringify(view?.runs).includes('The well is ours too.')
  for (const { dialogue } of [gil, ...scene.people]) await until(dialogue, 'it is read', read)
  const stage = fay.dialogue.status.view?.stages[2]?.id as string
  expect(await fay.dialogue.send({ type: 'enterStage', stage, reason: 'Back again.' })).toEqual({ done: true })
  for (const { dialogue } of [gil, ...scene.people]) await until(dialogue, 'all go on', stageIs(stage))
  const eli = await admit(scene.relay, fay, 'Eli', NORTH)
  expect(await fay.dialogue.send({ type: 'remove', seat: eli.dialogue.status.record.seat })).toEqual({ done: true })
  await until(eli.dialogue, 'the door is shut', ({ isShutOut }) => isShutOut)
  eli.device.close()
  for (const { dialogue } of [fay, gil, ...scene.people]) expect(dialogue.status.notices).toEqual([])
}, 60_000)

test('[DV7] the lost device reads nothing more, also where its own chapters were', async () => {
  const lost = scene.fay
  await restart(scene.relay, lost)
  await until(lost.dialogue, 'shut out', ({ isShutOut }) => isShutOut)
  expect(lost.dialogue.status.view).toBeUndefined()
}, 60_000)

test('[DV7] a facilitator who still has another device comes back by it: the one that lets them in stays', async () => {
  const laptop = await addDevice(scene.relay, gil)
  const recoveryCode = (gil.dialogue.devices.recoveryCode ?? []).join(' ')
  const { seat } = gil.dialogue.status.record
  gil.device.close()
  const { id, link } = await laptop.dialogue.inviteBack({ seat })
  const phone = await comeWith(scene.relay, link, gil, { recoveryCode })
  await arrived(laptop, id)
  expect(await laptop.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(phone.dialogue, 'at the table', ({ isLive, view }) => isLive && view?.table !== undefined)
  await restart(scene.relay, gil)
  await until(gil.dialogue, 'the lost one is shut out', ({ isShutOut }) => isShutOut)
  for (const { dialogue } of [phone, laptop]) expect(dialogue.status.devices).toHaveLength(2)
  const stage = phone.dialogue.status.view?.stages[3]?.id as string
  expect(await phone.dialogue.send({ type: 'enterStage', stage, reason: 'From the new one.' })).toEqual({ done: true })
  for (const { dialogue } of [laptop, fay, ...scene.people]) await until(dialogue, 'all go on', stageIs(stage))
  for (const { device } of [phone, laptop]) device.close()
}, 60_000)
