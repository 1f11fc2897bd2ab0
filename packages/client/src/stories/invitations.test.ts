import type { Device } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import { fromBase64Url, toBase64Url } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { foundScene, joinByLink, NORTH, openDevice, type Person, restart, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let relay: TestRelay
let fay: Person
const devices: Device[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
  fay = await foundScene(relay)
})

afterAll(async () => {
  for (const device of [fay.device, ...devices]) device.close()
  await relay.stop()
})

async function stranger(): Promise<Device> {
  const device = await openDevice(await memoryPlatform(), relay)
  devices.push(device)
  return device
}

const stateOf = (id: string) => fay.dialogue.status.invitations.find((one) => one.id === id)?.state

const failure = async (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'none',
    (error: { code: string }) => error.code,
  )

test('[IN7] a link to another place, a shortened link and a mistyped code are each told apart, and nothing changes', async () => {
  const { link, id } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  const device = await stranger()
  expect(await failure(device.readInvitation(link.slice(0, -3)))).toBe('mistyped')
  expect(await failure(device.readInvitation('seven words that are not a code'))).toBe('mistyped')
  const [address, secret] = link.split('#') as [string, string]
  const elsewhere = `${address.slice(0, -22)}${toBase64Url(new Uint8Array(16))}#${secret}`
  expect(await failure(device.readInvitation(elsewhere))).toBe('not-found')
  const bytes = fromBase64Url(secret.slice('v1.'.length)) as Uint8Array
  bytes[0] = (bytes[0] as number) ^ 1
  expect(await failure(device.readInvitation(`${address}#v1.${toBase64Url(bytes)}`))).toBe('unreadable')
  expect(stateOf(id)).toBe('open')
})

test('[IN2] a spoken code opens what its link opens', async () => {
  const { link, spokenCode, id } = await fay.dialogue.invite({
    role: 'participant',
    side: NORTH,
    label: 'Ben',
    spoken: 'en',
  })
  const device = await stranger()
  const byCode = await device.readInvitation((spokenCode as readonly string[]).join(' '))
  expect(byCode.charter.title).toBe((await device.readInvitation(link)).charter.title)
  expect(stateOf(id)).toBe('open')
})

test('[IN6] two people with one invitation are both kept out, and the facilitator is told', async () => {
  const { link, id } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  const first = await joinByLink(relay, link, 'Ada')
  const second = await joinByLink(relay, link, 'Somebody')
  devices.push(first.device, second.device)
  await until(fay.dialogue, 'both are seen', () => stateOf(id) === 'two-joins')
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: false, code: 'two-joins' })
  expect(fay.dialogue.status.view?.people.map(({ name }) => name)).toEqual(['Fay'])
  expect(fay.dialogue.status.notices).toMatchObject([{ code: 'refused', why: 'two-joins' }])
})

test('[IN5] an invitation that was taken back, turned away or used admits nobody else', async () => {
  const { link, id } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  const device = await stranger()
  const opened = await device.readInvitation(link)
  expect(await fay.dialogue.send({ type: 'revoke', invitation: id })).toEqual({ done: true })
  expect(await failure(device.readInvitation(link))).toBe('revoked')
  const late = await device.join(opened, { name: 'Ada', language: 'en' })
  const { notices } = await until(late, 'she is told', ({ phase }) => phase === 'declined')
  expect(notices).toEqual([{ code: 'failed', why: 'revoked' }])
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toMatchObject({ done: false })

  const other = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  const ada = await joinByLink(relay, other.link, 'Ada')
  devices.push(ada.device)
  await until(fay.dialogue, 'she is there', () => stateOf(other.id) === 'arrived')
  expect(await fay.dialogue.send({ type: 'decline', invitation: other.id })).toEqual({ done: true })
  await until(ada.dialogue, 'she is told', ({ phase }) => phase === 'declined')
  expect(await failure(device.readInvitation(other.link))).toBe('declined')
})

test('[IN10] a device that stops while it waits goes on waiting when it comes back, and is let in', async () => {
  const { link, id } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ben' })
  const ben = await joinByLink(relay, link, 'Ben')
  await until(fay.dialogue, 'he is there', () => stateOf(id) === 'arrived')
  await restart(relay, ben)
  devices.push(ben.device)
  expect(ben.dialogue.status).toMatchObject({ phase: 'waiting', notices: [] })
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  await until(ben.dialogue, 'he is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
})

test('whoever leaves while waiting, or has been turned away, is forgotten by their device and stays so', async () => {
  for (const turnedAway of [false, true]) {
    const { link, id } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
    const ada = await joinByLink(relay, link, 'Ada')
    await until(fay.dialogue, 'she is there', () => stateOf(id) === 'arrived')
    if (turnedAway) await fay.dialogue.send({ type: 'decline', invitation: id })
    if (turnedAway) await until(ada.dialogue, 'she is told', ({ phase }) => phase === 'declined')
    await ada.dialogue.leave()
    expect(ada.dialogue.status.phase).toBe('left')
    ada.device.close()
    await ada.platform.store.close()
    const again = await openDevice(await memoryPlatform(ada.memory), relay)
    devices.push(again)
    expect(again.dialogues).toEqual([])
    expect(stateOf(id)).toBe(turnedAway ? 'declined' : 'arrived')
  }
})
