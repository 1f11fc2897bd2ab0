import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { utf8 } from '@antechamber/protocol'
import { LEAST_COST } from '@antechamber/sealing'
import { expect, test, vi } from 'vitest'
import type { Platform } from '../ports.ts'
import type { Vault } from '../vault.ts'
import { changePassphrase, openVault } from '../vault-door.ts'
import { forgetDevice, memoryPlatform, newMemoryDevice, nodePlatform } from './index.ts'
import { inFolder } from './testing/folder.ts'

async function vaultOf(platform: Platform): Promise<Vault> {
  const opened = await openVault(platform)
  if (!opened.ok) throw new Error(opened.error.code)
  return opened.value.vault
}

test('[ST1] what a device keeps can be read with its key only, under the name that it was kept by', () =>
  inFolder(async (folder) => {
    const directory = join(folder, 'device')
    const platform = await nodePlatform({ directory })
    await (await vaultOf(platform)).write([
      { name: 'draft/1', content: utf8('what we are afraid of') },
      { name: 'draft/2', content: utf8('what we hope for') },
    ])
    const [first] = await platform.store.list('draft/1')
    await platform.store.write([{ name: 'draft/2', bytes: first?.bytes }])
    await platform.store.close()
    for (const name of await readdir(directory))
      expect((await readFile(join(directory, name))).toString('latin1')).not.toMatch(/afraid|hope/)

    const again = await nodePlatform({ directory })
    const vault = await vaultOf(again)
    expect(await vault.read('draft/1')).toEqual(utf8('what we are afraid of'))
    await expect(vault.read('draft/2')).rejects.toMatchObject({ code: 'damaged' })
    const stranger = await memoryPlatform()
    await expect(vaultOf({ ...again, deviceKey: stranger.deviceKey })).rejects.toMatchObject({ code: 'damaged' })
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

test('[ST7] forgetting that is cut short is finished at the next opening, wherever it stopped', () =>
  inFolder(async (folder) => {
    for (const gone of [[], ['k'], ['k', 'a']]) {
      const directory = join(folder, gone.join('') || 'none')
      const first = await nodePlatform({ directory })
      await (await vaultOf(first)).write([{ name: 'draft/1', content: utf8('not yet said') }])
      await first.store.close()
      const key = await readFile(join(directory, 'k'))
      // What a killed process leaves behind: the note that all is to go, and some of it gone.
      await writeFile(join(directory, 'w'), '')
      for (const name of gone) await rm(join(directory, name))
      const again = await nodePlatform({ directory })
      expect(await again.store.list('')).toEqual([])
      expect(await readFile(join(directory, 'k'))).not.toEqual(key)
      await again.store.close()
      expect((await readdir(directory)).sort()).toEqual(['a', 'k'])
    }
  }))

test('[ST7] a device is forgotten without its passphrase, and when its store is damaged', () =>
  inFolder(async (directory) => {
    const { store, ...rest } = await nodePlatform({ directory })
    const vault = await vaultOf({ store, ...rest })
    await changePassphrase({ store, ...rest }, vault, { next: 'the heron stands still', cost: LEAST_COST })
    await store.close()
    await writeFile(join(directory, 'a'), 'not a store')
    await expect(nodePlatform({ directory })).rejects.toMatchObject({ code: 'damaged' })
    await forgetDevice({ directory })
    expect(await readdir(directory)).toEqual([])
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
  await (await vaultOf(first)).write([{ name: 'a', content: utf8('x') }])
  await expect(memoryPlatform(device)).rejects.toMatchObject({ code: 'busy' })
  await first.store.close()
  const second = await memoryPlatform(device)
  expect(await (await vaultOf(second)).read('a')).toEqual(utf8('x'))
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
