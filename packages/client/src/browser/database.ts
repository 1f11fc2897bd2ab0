import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { StoreError } from '../ports.ts'

const VERSION = 1

/** Two tables, both with names that tell nothing: `r` for records, `k` for the device key or, after it, {@link GONE}. */
interface Tables extends DBSchema {
  r: { key: string; value: Uint8Array }
  k: { key: string; value: CryptoKey | typeof GONE }
}

/** Stands where the key was while everything is being forgotten: whoever opens the database next finishes that. */
export const GONE = 'g'

export type Database = IDBPDatabase<Tables>

/** The same failure in the store's words: `full` when the browser gives no more room, else `unavailable`. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const isFull = error instanceof DOMException && error.name === 'QuotaExceededError'
  return new StoreError(isFull ? 'full' : 'unavailable', error)
}

/**
 * Opens a database, creating it the first time. Throws StoreError `unavailable` where the browser keeps nothing
 * (some private windows, blocked storage), and while somebody else is deleting it.
 */
export async function openDatabase(name: string): Promise<Database> {
  if (!('indexedDB' in globalThis)) throw new StoreError('unavailable')
  return new Promise((resolve, reject) => {
    const opening = openDB<Tables>(name, VERSION, {
      upgrade: (database) => {
        database.createObjectStore('r')
        database.createObjectStore('k')
      },
      blocked: () => reject(new StoreError('unavailable', new Error('blocked'))),
      // Somebody wants to delete the database; who still held it open would make them wait for ever.
      blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    })
    opening.then(resolve, (error) => reject(asStoreError(error)))
  })
}
