import type { DialogueStatus } from '@antechamber/client'
import { addDevice, comeWith, openScene, type Person, type Scene, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
}, 60_000)
afterAll(() => scene.close())

const seatOf = ({ dialogue }: Person) => dialogue.status.record.seat
const codeOf = ({ dialogue }: Person): string => (dialogue.devices.recoveryCode ?? []).join(' ')

/** Fay makes an invitation back, somebody comes by it, and Fay's device sees them. */
async function comeBack(person: Person, recoveryCode: string, keepsOthers = false) {
  const { fay, relay } = scene
  const { id, link } = await fay.dialogue.inviteBack({ seat: seatOf(person) })
  const back = await comeWith(relay, link, person, { recoveryCode, keepsOthers })
  await until(fay.dialogue, 'somebody has come', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  return { id, back }
}

test('[DV1] a recovery code is shown until it is on paper, and then no device has it any more', async () => {
  const { ada, fay } = scene
  expect(ada.dialogue.status.hasCode).toBe(true)
  expect(ada.dialogue.devices.recoveryCode).toHaveLength(12)
  const laptop = await addDevice(scene.relay, ada)
  expect(laptop.dialogue.devices.recoveryCode).toBeUndefined()
  expect(fay.paper).toHaveLength(12)
  expect(fay.dialogue.devices.recoveryCode).toBeUndefined()
  expect(fay.dialogue.status.hasCode).toBe(false)
  await ada.dialogue.send({ type: 'drop-device', root: laptop.dialogue.status.devices[1]?.root as string })
  await until(laptop.dialogue, 'out again', ({ isShutOut }) => isShutOut)
  laptop.device.close()
}, 60_000)

test('[DV7] a code that is none, or of another seat, is told before anything is sent', async () => {
  const { fay, ben, ada, relay } = scene
  const { id, link } = await fay.dialogue.inviteBack({ seat: seatOf(ben) })
  await expect(comeWith(relay, link, ben, { recoveryCode: 'meadow' })).rejects.toMatchObject({ code: 'mistyped' })
  await expect(comeWith(relay, link, ben, { recoveryCode: codeOf(ada) })).rejects.toMatchObject({ code: 'other-code' })
  expect(fay.dialogue.status.invitations.find((one) => one.id === id)?.state).toBe('open')
  await fay.dialogue.send({ type: 'revoke', invitation: id })
})

test('[DV7] whoever has lost their device comes back to their seat, and the lost one reads nothing more', async () => {
  const { fay, ben, ada, chi } = scene
  const { id, back } = await comeBack(ben, codeOf(ben))
  const arrival = fay.dialogue.status.invitations.find((one) => one.id === id)?.arrival
  expect(arrival).toMatchObject({ name: 'Ben', words: await back.dialogue.safetyWords() })
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(back.dialogue, 'Ben is back', ({ isLive, view }) => isLive && view !== undefined)
  expect(back.dialogue.status.view?.me).toMatchObject({ seat: seatOf(ben), name: 'Ben', side: 'a', devices: 1 })
  expect(back.dialogue.status.view?.mustAffirm).toBe(false)
  await until(ben.dialogue, 'the lost one is shut out', ({ isShutOut }) => isShutOut)
  const told = { code: 'devices', seat: seatOf(ben), added: 1, removed: 1, devices: 1, helpedBy: [] }
  const isTold = ({ notices }: DialogueStatus): boolean =>
    notices.some((one) => one.code === 'devices' && one.seat === seatOf(ben) && one.added + one.removed === 2)
  for (const { dialogue } of [fay, ada, chi]) {
    const { notices } = await until(dialogue, 'told', isTold)
    expect(notices).toContainEqual(told)
  }
  expect(await back.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  await until(ada.dialogue, 'Ben has asked to stop', ({ view }) => view?.paused === true)
  await fay.dialogue.send({ type: 'resume' })
  back.device.close()
}, 60_000)

test('[DV7] whose device is not lost may keep it', async () => {
  const { fay, dov } = scene
  const { id, back } = await comeBack(dov, codeOf(dov), true)
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(back.dialogue, 'Dov is in with both', ({ isLive, devices }) => isLive && devices.length === 2)
  await until(dov.dialogue, 'on the first too', ({ isLive, devices }) => isLive && devices.length === 2)
  back.device.close()
}, 60_000)

test('[DV2] what was signed before the devices changed counts no more: another invitation is needed', async () => {
  const { fay, chi } = scene
  const { id, back } = await comeBack(chi, codeOf(chi))
  const laptop = await addDevice(scene.relay, chi)
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: false, code: 'bad-voucher' })
  await fay.dialogue.send({ type: 'decline', invitation: id })
  for (const { device } of [back, laptop]) device.close()
  expect(chi.dialogue.status.isShutOut).toBe(false)
}, 60_000)
