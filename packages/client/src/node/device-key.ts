import { readFile, rename, rm } from 'node:fs/promises'
import { importDeviceKey, systemRandom } from '@antechamber/sealing'
import { StoreError } from '../ports.ts'
import { asStoreError, openPrivate, overwrite, syncFolderOf, unlessMissing, writeAll } from './files.ts'

const KEY_BYTES = 32

async function create(path: string): Promise<Uint8Array> {
  const fresh = `${path}.new`
  const key = systemRandom(KEY_BYTES)
  const file = await openPrivate(fresh, 'w')
  try {
    await writeAll(file, key, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
  await syncFolderOf(path)
  return key
}

/** Whoever may read the file may read the store: it is made its owner's alone, whatever it was before. */
async function makePrivate(path: string): Promise<void> {
  await (await openPrivate(path, 'r')).close()
}

/**
 * The device key kept in the file at `path`: 32 random bytes that are drawn the first time. The key object cannot be
 * read out again. One process at a time: take the store's lock first.
 * Throws StoreError: `damaged` when the file does not hold 32 bytes, `full`, `unavailable`. Source: rule ST14.
 */
export async function openDeviceKey(path: string): Promise<CryptoKey> {
  let bytes: Uint8Array | undefined
  try {
    bytes = await unlessMissing(readFile(path))
    if (bytes) await makePrivate(path)
    bytes ??= await create(path)
  } catch (error) {
    throw asStoreError(error)
  }
  if (bytes.length !== KEY_BYTES) throw new StoreError('damaged')
  const key = await importDeviceKey(bytes)
  bytes.fill(0)
  return key
}

/** Overwrites and deletes the key: what is left of the store can never be read again. Without a key, does nothing. */
export async function destroyDeviceKey(path: string): Promise<void> {
  try {
    const file = await unlessMissing(openPrivate(path, 'r+'))
    if (!file) return
    try {
      await overwrite(file, 0, KEY_BYTES)
    } finally {
      await file.close()
    }
    await rm(path)
    await syncFolderOf(path)
  } catch (error) {
    throw asStoreError(error)
  }
}
