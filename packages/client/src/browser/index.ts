import { systemRandom } from '@antechamber/sealing'
import { deleteDB } from 'idb'
import { after } from '../after.ts'
import { type Platform, StoreError } from '../ports.ts'
import { asStoreError, openDatabase } from './database.ts'
import { destroyDeviceKey, openDeviceKey } from './device-key.ts'
import { openIdbStore } from './idb-store.ts'
import { takeLock } from './lock.ts'
import { openSocket } from './socket.ts'

/** What anybody sees who looks through the browser's storage: it tells nothing. */
const DATABASE = 'a'

/** Asks the browser not to clear the store by itself. Some ask the person, so nothing waits for the answer. */
function askToPersist(): void {
  navigator.storage?.persist?.().catch(() => false)
}

/**
 * This browser as a device, for this page alone: other windows get `busy` until the platform's store is closed or the
 * page ends. A page that the browser brings back from its cache (`pageshow` with `persisted`) has lost its store and
 * must load itself again. Throws {@link StoreError}: `busy`, `damaged`, `full`, `unavailable` (also where the page was
 * not served securely).
 */
export async function browserPlatform(): Promise<Platform> {
  if (!globalThis.isSecureContext) throw new StoreError('unavailable')
  const { store, database } = await openIdbStore(DATABASE)
  try {
    const deviceKey = await openDeviceKey(database)
    askToPersist()
    return {
      store,
      deviceKey,
      demandsPassphrase: true,
      openSocket,
      fetch: (input, init) => globalThis.fetch(input, init),
      now: () => Date.now(),
      after,
      random: systemRandom,
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The key first. A database that does not even open is only deleted. */
async function destroyKeyIn(name: string): Promise<void> {
  const database = await openDatabase(name).catch(() => undefined)
  try {
    if (database) await destroyDeviceKey(database)
  } finally {
    database?.close()
  }
}

/**
 * Makes this browser as if it had never been a device: key and records. Needs no passphrase, and no store that is whole;
 * cut short, the next opening finishes it. Close the platform's store before. Throws {@link StoreError}, `busy` while
 * another window has it. Source: rule ST7.
 */
export async function forgetDevice(): Promise<void> {
  const release = await takeLock(DATABASE)
  try {
    await destroyKeyIn(DATABASE).catch(() => undefined)
    await deleteDB(DATABASE)
  } catch (error) {
    throw asStoreError(error)
  } finally {
    release()
  }
}
