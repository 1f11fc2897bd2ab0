import { expect, test } from 'vitest'
import { Device } from './device.ts'
import { memoryPlatform, newMemoryDevice } from './node/index.ts'
import type { Platform } from './ports.ts'

const ORIGIN = 'https://relay.example'

async function opened(platform: Platform, passphrase?: string): Promise<Device> {
  const device = await Device.open(platform, ORIGIN, passphrase)
  if (!device.ok) throw new Error(device.error.code)
  return device.value
}

test('the desk and what was begun at it are kept over a restart, sealed', async () => {
  const memory = await newMemoryDevice()
  const secret = new Uint8Array(32).fill(7)
  const before = await memoryPlatform(memory)
  const first = await opened(before)
  await first.keepDesk(secret)
  await first.saveDeskDraft('new', 'The well between the villages')
  await before.store.close()

  const platform = await memoryPlatform(memory)
  const again = await opened(platform)
  expect(await again.keptDesk()).toEqual(secret)
  expect(await again.deskDraft('new')).toBe('The well between the villages')
  for (const { bytes } of await platform.store.list('')) {
    const stored = Buffer.from(bytes)
    expect(stored.includes(Buffer.from(secret))).toBe(false)
    expect(stored.includes('villages')).toBe(false)
  }
})

test('a desk and a draft that are forgotten are gone', async () => {
  const platform = await memoryPlatform(await newMemoryDevice())
  const device = await opened(platform)
  await device.keepDesk(new Uint8Array(32).fill(7))
  await device.saveDeskDraft('new', 'text')
  await device.keepDesk(undefined)
  await device.saveDeskDraft('new', '')
  expect(await device.keptDesk()).toBeUndefined()
  expect(await device.deskDraft('new')).toBe('')
  expect((await platform.store.list('')).map(({ name }) => name)).toEqual(['vault-key'])
})
