import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { utf8 } from '@antechamber/protocol'
import { openAtRest, sealAtRest } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { destroyDeviceKey, openDeviceKey } from './device-key.ts'
import { inFolder } from './testing/folder.ts'

test('[ST14] the key is drawn once, kept in its owner’s file, and the same ever after', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'k')
    const sealed = await sealAtRest(await openDeviceKey(path), 'a', utf8('words'))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path)).toHaveLength(32)
    expect(await readdir(folder)).toEqual(['k'])
    await chmod(path, 0o644)
    expect(await openAtRest(await openDeviceKey(path), 'a', sealed)).toEqual({ ok: true, value: utf8('words') })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const other = await openDeviceKey(join(folder, 'k2'))
    expect((await openAtRest(other, 'a', sealed)).ok).toBe(false)
  }))

test('[ST14] no code can read the key out of the key object', () =>
  inFolder(async (folder) => {
    const key = await openDeviceKey(join(folder, 'k'))
    expect(key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
  }))

test.each([0, 31, 33])('[ST14] a key file of %i bytes is damage, and is left as it is', (length) =>
  inFolder(async (folder) => {
    const path = join(folder, 'k')
    await writeFile(path, new Uint8Array(length))
    await expect(openDeviceKey(path)).rejects.toMatchObject({ code: 'damaged' })
    expect(await readFile(path)).toHaveLength(length)
  }),
)

test('[ST14] a destroyed key is gone; destroying none is no fault', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'k')
    await openDeviceKey(path)
    await destroyDeviceKey(path)
    await destroyDeviceKey(path)
    expect(await readdir(folder)).toEqual([])
  }))
