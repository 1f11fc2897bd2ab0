import { Device, type Platform, type Socket } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { LEAST_COST } from '@antechamber/sealing'
import { admit, foundScene, interfere, NORTH, openDevice, sceneSetup, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const PASSPHRASE = 'the heron stands still'
let relay: TestRelay

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})

afterAll(() => relay.stop())

/** The connections of a platform that are open. */
function counted(platform: Platform): { open: ReadonlySet<Socket>; platform: Platform } {
  const open = new Set<Socket>()
  const openSocket: Platform['openSocket'] = (url, events) => {
    const socket = platform.openSocket(url, events)
    const close = (): void => {
      open.delete(socket)
      socket.close()
    }
    open.add(socket)
    return { send: socket.send, close }
  }
  return { open, platform: { ...platform, openSocket } }
}

test('[ST19] a lock ends every connection and gives nothing more; drafts and what waits outlive it', async () => {
  const fay = await foundScene(relay)
  const ada = await admit(relay, fay, 'Ada', NORTH)
  await ada.device.lock()
  await ada.platform.store.close()
  const { open, platform } = counted(await memoryPlatform(ada.memory))
  const away = interfere(platform)
  const device = await openDevice(away.platform, relay)
  expect(await device.changePassphrase({ next: PASSPHRASE, cost: LEAST_COST })).toMatchObject({ ok: true })
  const [dialogue] = device.dialogues
  if (!dialogue) throw new Error('nothing is kept')
  await until(dialogue, 'she is in', ({ isLive }) => isLive)
  away.rules.isAway = true
  away.cut()
  const pausing = dialogue.send({ type: 'pause' })
  await dialogue.saveDraft('round/1', 'not yet said')
  await device.lock()
  expect(await pausing).toMatchObject({ done: false })
  expect(open.size).toBe(0)
  expect(device.dialogues).toEqual([])
  await expect(dialogue.draft('round/1')).rejects.toMatchObject({ code: 'unavailable' })

  away.rules.isAway = false
  for (const given of [undefined, 'the heron stands stil'])
    expect(await Device.open(away.platform, relay.url, given)).toMatchObject({ ok: false })
  expect(open.size).toBe(0)
  const again = await Device.open(away.platform, relay.url, PASSPHRASE)
  if (!again.ok) throw new Error(again.error.code)
  const resumed = again.value.dialogue(dialogue.local)
  if (!resumed) throw new Error('the dialogue is gone')
  expect(await resumed.draft('round/1')).toBe('not yet said')
  await until(fay.dialogue, 'the pause that waited', ({ view }) => view?.paused === true)
  again.value.close()
  fay.device.close()
})

test('[ST21] where the platform demands it, nobody founds or facilitates without a passphrase, nor takes theirs away', async () => {
  const demanding = { ...(await memoryPlatform()), demandsPassphrase: true }
  const device = await openDevice(demanding, relay)
  expect(device.lacksPassphrase).toBe(true)
  await expect(device.found(sceneSetup(), relay.secret)).rejects.toMatchObject({ code: 'passphrase-needed' })
  const fay = await foundScene(relay)
  const second = await fay.dialogue.invite({ role: 'facilitator', label: 'Gus' })
  const first = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  const choice = { name: 'Gus', language: 'en' }
  const read = await device.readInvitation(second.link)
  await expect(device.join(read, choice)).rejects.toMatchObject({ code: 'passphrase-needed' })
  await device.join(await device.readInvitation(first.link), choice)

  expect(await device.changePassphrase({ next: PASSPHRASE, cost: LEAST_COST })).toMatchObject({ ok: true })
  expect(await device.changePassphrase({ current: PASSPHRASE })).toMatchObject({ ok: true })
  await device.changePassphrase({ next: PASSPHRASE, cost: LEAST_COST })
  await device.join(read, choice)
  expect(await device.changePassphrase({ current: PASSPHRASE })).toEqual({
    ok: false,
    error: { code: 'passphrase-needed' },
  })
  device.close()
  fay.device.close()
})

test('[ST22] a device locks itself after a quarter of an hour unless it is told otherwise', async () => {
  const memory = await memoryPlatform()
  const device = await openDevice(memory, relay)
  expect(await device.lockAfter()).toBe(15)
  await device.keepLockAfter('never')
  expect(await (await openDevice(memory, relay)).lockAfter()).toBe('never')
})
