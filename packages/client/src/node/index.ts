import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { newDeviceKey, systemRandom } from '@antechamber/sealing'
import { after } from '../after.ts'
import { type MemoryDisk, newMemoryDisk, openMemoryStore } from '../memory-store.ts'
import { type Platform, type Store, StoreError } from '../ports.ts'
import { destroyDeviceKey, openDeviceKey } from './device-key.ts'
import { lockOf, openFileStore } from './file-store.ts'
import { asStoreError, unlessMissing } from './files.ts'
import { takeLock } from './lock.ts'
import { openSocket } from './socket.ts'

export { type MemoryDisk, newMemoryDisk, openMemoryStore } from '../memory-store.ts'
export { openDeviceKey } from './device-key.ts'
export { openFileStore } from './file-store.ts'
export { openSocket } from './socket.ts'

/** Neither name tells what it is for. */
const storeIn = (directory: string): string => join(directory, 'a')
const keyIn = (directory: string): string => join(directory, 'k')

const platformOver = (store: Store, deviceKey: CryptoKey): Platform => ({
  store,
  deviceKey,
  openSocket,
  fetch: (input, init) => globalThis.fetch(input, init),
  now: () => Date.now(),
  after,
  random: systemRandom,
})

/** A store without its key is unreadable for ever: a new key would only hide that. */
async function demandKeyOfStore(store: Store, keyPath: string): Promise<void> {
  const isMissing = (await unlessMissing(stat(keyPath))) === undefined
  if (isMissing && (await store.list('')).length > 0) throw new StoreError('damaged')
}

/**
 * Node as a device: store and key in files of one folder, which is created and readable by its owner only.
 * Whoever closes the platform's store gives the folder free. Throws {@link StoreError}, `busy` while another process
 * has the folder.
 */
export async function nodePlatform({ directory }: { readonly directory: string }): Promise<Platform> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw asStoreError(error)
  }
  const store = await openFileStore(storeIn(directory))
  try {
    await demandKeyOfStore(store, keyIn(directory))
    return platformOver(store, await openDeviceKey(keyIn(directory)))
  } catch (error) {
    await store.close()
    throw error
  }
}

/**
 * Makes a folder's device as if it had never been: the key first, so that nothing that a disk may still hold can be
 * read. Close the platform's store before. Throws {@link StoreError}, `busy` while some process has the folder.
 */
export async function forgetDevice({ directory }: { readonly directory: string }): Promise<void> {
  const release = await takeLock(lockOf(storeIn(directory)))
  try {
    await destroyDeviceKey(keyIn(directory))
    await rm(storeIn(directory), { force: true })
  } catch (error) {
    throw asStoreError(error)
  } finally {
    await release()
  }
}

/** A device that lives in memory: what remains of it when its platform's store is closed. */
export interface MemoryDevice {
  readonly disk: MemoryDisk
  readonly deviceKey: CryptoKey
}

/** A device that nobody has used. */
export const newMemoryDevice = async (): Promise<MemoryDevice> => ({
  disk: newMemoryDisk(),
  deviceKey: await newDeviceKey(),
})

/** Node with a store in memory, for tests and simulations. Give the same device again to play a restart. */
export async function memoryPlatform(device?: MemoryDevice): Promise<Platform> {
  const { disk, deviceKey } = device ?? (await newMemoryDevice())
  return platformOver(await openMemoryStore(disk), deviceKey)
}
