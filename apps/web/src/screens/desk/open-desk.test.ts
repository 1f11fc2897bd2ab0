import type { Device } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { openDevice } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDesk } from './open-desk.ts'

/** Nobody listens on the port for discarding. */
const AWAY = 'http://127.0.0.1:9'
const WRONG = new Uint8Array(32).fill(9)

let relay: TestRelay
beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})
afterAll(() => relay.stop())

const newDevice = async (url: string): Promise<Device> => openDevice(await memoryPlatform(), { url })

test('a good link is kept, and good without being given again', async () => {
  const device = await newDevice(relay.url)
  expect(await openDesk(device, undefined)).toEqual({ name: 'none' })
  expect(await openDesk(device, relay.secret)).toEqual({ name: 'good', secret: relay.secret })
  expect(await openDesk(device, undefined)).toEqual({ name: 'good', secret: relay.secret })
})

test('a bad link changes nothing about the one that is kept', async () => {
  const device = await newDevice(relay.url)
  await device.keepDesk(relay.secret)
  expect(await openDesk(device, WRONG)).toEqual({ name: 'bad' })
  expect(await openDesk(device, 'bad')).toEqual({ name: 'bad' })
  expect(await device.keptDesk()).toEqual(relay.secret)
})

test('a kept link that opens nothing any more is forgotten', async () => {
  const device = await newDevice(relay.url)
  await device.keepDesk(WRONG)
  expect(await openDesk(device, undefined)).toEqual({ name: 'revoked' })
  expect(await openDesk(device, undefined)).toEqual({ name: 'none' })
})

test('while the relay is away, a kept link is still good for preparing, and one just given is not kept', async () => {
  const device = await newDevice(AWAY)
  expect(await openDesk(device, relay.secret)).toEqual({ name: 'offline', secret: undefined })
  expect(await device.keptDesk()).toBeUndefined()
  await device.keepDesk(relay.secret)
  expect(await openDesk(device, undefined)).toEqual({ name: 'offline', secret: relay.secret })
})
