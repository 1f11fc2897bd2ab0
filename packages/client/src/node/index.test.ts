import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { utf8 } from '@antechamber/protocol'
import { expect, test, vi } from 'vitest'
import { Vault } from '../vault.ts'
import { forgetDevice, memoryPlatform, newMemoryDevice, nodePlatform } from './index.ts'
import { inFolder } from './testing/folder.ts'

test('[ST1] what a device keeps can be read with its key only, under the name that it was kept by', () =>
  inFolder(async (folder) => {
    const directory = join(folder, 'device')
    const platform = await nodePlatform({ directory })
    await new Vault(platform.store, platform.deviceKey).write([
      { name: 'draft/1', content: utf8('what we are afraid of') },
      { name: 'draft/2', content: utf8('what we hope for') },
    ])
    const [first] = await platform.store.list('draft/1')
    await platform.store.write([{ name: 'draft/2', bytes: first?.bytes }])
    await platform.store.close()
    for (const name of await readdir(directory))
      expect((await readFile(join(directory, name))).toString('latin1')).not.toMatch(/afraid|hope/)

    const again = await nodePlatform({ directory })
    const vault = new Vault(again.store, again.deviceKey)
    expect(await vault.read('draft/1')).toEqual(utf8('what we are afraid of'))
    await expect(vault.read('draft/2')).rejects.toMatchObject({ code: 'damaged' })
    const stranger = await memoryPlatform()
    await expect(new Vault(again.store, stranger.deviceKey).read('draft/1')).rejects.toMatchObject({ code: 'damaged' })
    await again.store.close()
  }))

test('[ST13] the folder is its owner’s alone, and no name in it tells what it is for', () =>
  inFolder(async (folder) => {
    const directory = join(folder, 'deep', 'device')
    const { store } = await nodePlatform({ directory })
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect(await readdir(directory)).toEqual(['a', 'a.lock', 'k'])
    for (const name of ['a', 'k']) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
    await store.close()
  }))

test('[ST6] a second process finds the folder busy, and the key untouched', () =>
  inFolder(async (directory) => {
    const { store } = await nodePlatform({ directory })
    await expect(nodePlatform({ directory })).rejects.toMatchObject({ code: 'busy' })
    await expect(forgetDevice({ directory })).rejects.toMatchObject({ code: 'busy' })
    expect(await readFile(join(directory, 'k'))).toHaveLength(32)
    await store.close()
  }))

test('[ST14] a store whose key is gone is told as damaged, and no new key hides it', () =>
  inFolder(async (directory) => {
    const { store } = await nodePlatform({ directory })
    await store.write([{ name: 'a', bytes: utf8('x') }])
    await store.close()
    await rm(join(directory, 'k'))
    await expect(nodePlatform({ directory })).rejects.toMatchObject({ code: 'damaged' })
    expect(await readdir(directory)).toEqual(['a'])
  }))

test('[ST7] [ST14] a forgotten device leaves neither key nor store, and the folder can be used anew', () =>
  inFolder(async (directory) => {
    const { store } = await nodePlatform({ directory })
    await store.write([{ name: 'a', bytes: utf8('x') }])
    await store.close()
    await forgetDevice({ directory })
    expect(await readdir(directory)).toEqual([])
    const again = await nodePlatform({ directory })
    expect(await again.store.list('')).toEqual([])
    await again.store.close()
  }))

test('a folder that cannot be made is told as unavailable', () =>
  inFolder(async (folder) => {
    const { store } = await nodePlatform({ directory: folder })
    await expect(nodePlatform({ directory: join(folder, 'k') })).rejects.toMatchObject({ code: 'unavailable' })
    await store.close()
  }))

test('[ST4] a device in memory is the same after a restart, and another one is not', async () => {
  const device = await newMemoryDevice()
  const first = await memoryPlatform(device)
  await new Vault(first.store, first.deviceKey).write([{ name: 'a', content: utf8('x') }])
  await expect(memoryPlatform(device)).rejects.toMatchObject({ code: 'busy' })
  await first.store.close()
  const second = await memoryPlatform(device)
  expect(await new Vault(second.store, second.deviceKey).read('a')).toEqual(utf8('x'))
  expect(await (await memoryPlatform()).store.list('')).toEqual([])
})

test('a call after a wait longer than a timer takes comes then, and not before; a cancelled one never comes', async () => {
  vi.useFakeTimers()
  try {
    const { after, now } = await memoryPlatform()
    const days = 24 * 60 * 60 * 1000
    const calls: number[] = []
    const start = now()
    after(60 * days, () => calls.push(now() - start))
    after(1000, () => calls.push(now() - start))
    const cancel = after(60 * days, () => calls.push(-1))
    await vi.advanceTimersByTimeAsync(30 * days)
    cancel()
    expect(calls).toEqual([1000])
    await vi.advanceTimersByTimeAsync(100 * days)
    expect(calls).toEqual([1000, 60 * days])
  } finally {
    vi.useRealTimers()
  }
})

test('parts of a platform work apart from it', async () => {
  const { random, fetch } = await memoryPlatform()
  expect(random(24)).toHaveLength(24)
  expect(random(24)).not.toEqual(random(24))
  expect(await (await fetch('data:text/plain,x')).text()).toBe('x')
})
