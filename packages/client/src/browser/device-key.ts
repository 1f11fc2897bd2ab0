import { newDeviceKey } from '@antechamber/sealing'
import { StoreError } from '../ports.ts'
import { asStoreError, type Database, GONE } from './database.ts'

const NAME = 'k'
const STRICT = { durability: 'strict' } as const

/** Destroys the key, and notes that the records are to go as well. Source: rule ST7. */
export async function destroyDeviceKey(database: Database): Promise<void> {
  const { store, done } = database.transaction('k', 'readwrite', STRICT)
  await Promise.all([store.put(GONE, NAME), done])
}

/** What was cut short after {@link destroyDeviceKey}. */
async function finishForgetting(database: Database): Promise<void> {
  const transaction = database.transaction(['r', 'k'], 'readwrite', STRICT)
  const [records, keys] = [transaction.objectStore('r'), transaction.objectStore('k')]
  await Promise.all([records.clear(), keys.clear(), transaction.done])
}

/**
 * The device key kept in the database, drawn the first time. The browser keeps the key object itself: no code, not
 * even ours, can read the key out. Throws StoreError: `damaged` when there are records but no key, `full`,
 * `unavailable`. Source: rule ST14.
 */
export async function openDeviceKey(database: Database): Promise<CryptoKey> {
  try {
    const kept: unknown = await database.get('k', NAME)
    if (kept instanceof CryptoKey) return kept
    if (kept === GONE) await finishForgetting(database)
    else if (kept !== undefined || (await database.count('r')) > 0) throw new StoreError('damaged')
    const key = await newDeviceKey()
    const { store, done } = database.transaction('k', 'readwrite', STRICT)
    await Promise.all([store.put(key, NAME), done])
    return key
  } catch (error) {
    throw asStoreError(error)
  }
}
