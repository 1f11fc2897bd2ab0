import { newDeviceKey } from '@antechamber/sealing'
import { StoreError } from '../ports.ts'
import { asStoreError, type Database } from './database.ts'

const NAME = 'k'

/**
 * The device key kept in the database, drawn the first time. The browser keeps the key object itself: no code, not
 * even ours, can read the key out. Throws StoreError: `damaged` when there are records but no key, `full`,
 * `unavailable`. Source: rule ST14.
 */
export async function openDeviceKey(database: Database): Promise<CryptoKey> {
  try {
    const kept: unknown = await database.get('k', NAME)
    if (kept instanceof CryptoKey) return kept
    if (kept !== undefined || (await database.count('r')) > 0) throw new StoreError('damaged')
    const key = await newDeviceKey()
    const { store, done } = database.transaction('k', 'readwrite', { durability: 'strict' })
    await Promise.all([store.put(key, NAME), done])
    return key
  } catch (error) {
    throw asStoreError(error)
  }
}
