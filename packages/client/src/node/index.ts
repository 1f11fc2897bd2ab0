import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { newDeviceKey, systemRandom } from '@antechamber/sealing'
import { after } from '../after.ts'
import { type MemoryDisk, newMemoryDisk, openMemoryStore } from '../memory-store.ts'
import { type Platform, type Store, StoreError } from '../ports.ts'
import { destroyDeviceKey, openDeviceKey } from './device-key.ts'
import { lockOf, openFileStore } from './file-store.ts'
import { asStoreError, openPrivate, syncFolderOf, unlessMissing } from './files.ts'
import { takeLock } from './lock.ts'
import { openSocket } from './socket.ts'

export { type MemoryDisk, newMemoryDisk, openMemoryStore } from '../memory-store.ts'
export { openDeviceKey } from './device-key.ts'
export { openFileStore } from './file-store.ts'
export { openSocket } from './socket.ts'

/** Neither name tells what it is for. */
const storeIn = (directory: string): string => join(directory, 'a')
const keyIn = (directory: string): string => join(directory, 'k')
/** Is there while everything is being forgotten: whoever opens the folder next finishes that. */
const forgettingIn = (directory: string): string => join(directory, 'w')

const platformOver = (store: Store, deviceKey: CryptoKey, demandsPassphrase: boolean): Platform => ({
  store,
  deviceKey,
  demandsPassphrase,
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

/** A folder that is a device. */
export interface DeviceFolder {
  readonly directory: string
  /** Whoever facilitates on this device must have set a passphrase; not unless asked for, since files are mostly scripts'. */
  readonly demandsPassphrase?: boolean
}

/**
 * Node as a device: store and key in files of one folder, which is created and readable by its owner only.
 * Whoever closes the platform's store gives the folder free. Throws {@link StoreError}, `busy` while another process
 * has the folder.
 */
export async function nodePlatform({ directory, demandsPassphrase = false }: DeviceFolder): Promise<Platform> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    if (await unlessMissing(stat(forgettingIn(directory)))) await forgetDevice({ directory })
  } catch (error) {
    throw asStoreError(error)
  }
  const store = await openFileStore(storeIn(directory))
  try {
    await demandKeyOfStore(store, keyIn(directory))
    return platformOver(store, await openDeviceKey(keyIn(directory)), demandsPassphrase)
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Notes that everything is to be forgotten, so that it is finished also when this process is killed. */
async function noteForgetting(path: string): Promise<void> {
  const note = await openPrivate(path, 'w')
  try {
    await note.sync()
  } finally {
    await note.close()
  }
  await syncFolderOf(path)
}

/**
 * Makes a folder's device as if it had never been: the key first, so that nothing that a disk may still hold can be
 * read. Needs no passphrase, and no store that is whole; cut short, the next opening finishes it. Close the platform's
 * store before. Throws {@link StoreError}, `busy` while some process has the folder. Source: rule ST7.
 */
export async function forgetDevice({ directory }: Pick<DeviceFolder, 'directory'>): Promise<void> {
  const release = await takeLock(lockOf(storeIn(directory)))
  try {
    await noteForgetting(forgettingIn(directory))
    await destroyDeviceKey(keyIn(directory))
    for (const rest of [keyIn(directory), storeIn(directory)]) {
      await rm(rest, { force: true })
      await rm(`${rest}.new`, { force: true })
    }
    await syncFolderOf(storeIn(directory))
    await rm(forgettingIn(directory), { force: true })
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
  return platformOver(await openMemoryStore(disk), deviceKey, false)
}
