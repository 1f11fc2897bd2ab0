import { copyOf, takeChanges } from '../memory-store.ts'
import { type Store, type StoreChange, type StoredRecord, StoreError } from '../ports.ts'
import { asStoreError, type Database, openDatabase } from './database.ts'
import { takeLock } from './lock.ts'

/** Above every name that a record may have. */
const LAST = '\uffff'
/** Resolved means written to the disk, as far as the browser can know. */
const STRICT = { durability: 'strict' } as const

async function list(database: Database, prefix: string): Promise<StoredRecord[]> {
  const range = IDBKeyRange.bound(prefix, prefix + LAST)
  const { store, done } = database.transaction('r')
  const [names, values] = await Promise.all([store.getAllKeys(range), store.getAll(range), done])
  return names.map((name, index) => ({ name, bytes: values[index] as Uint8Array }))
}

async function write(database: Database, changes: readonly StoreChange[]): Promise<void> {
  const transaction = database.transaction('r', 'readwrite', STRICT)
  const { store, done } = transaction
  // A copy is kept as long as it is; a view would be kept with all that lies beside it.
  const requests = changes.map(({ name, bytes }) => (bytes ? store.put(copyOf(bytes), name) : store.delete(name)))
  // Nothing more comes: so said, it is carried out also when the page ends now. Some older browsers find out themselves.
  transaction.commit?.()
  await Promise.all([...requests, done])
}

async function wipe(database: Database): Promise<void> {
  const { store, done } = database.transaction('r', 'readwrite', STRICT)
  await Promise.all([store.clear(), done])
}

/** A store and the database it is in, where the device key lies too. */
export interface OpenedStore {
  readonly store: Store
  readonly database: Database
}

/**
 * Opens the store kept in the browser's database of that name, for this page alone and until it ends: a page that
 * comes back from the browser's cache finds its store closed. Throws StoreError: `busy` while another window has it,
 * `unavailable`. Source: docs/spec/store.md.
 */
export async function openIdbStore(name: string): Promise<OpenedStore> {
  const release = await takeLock(name)
  try {
    const database = await openDatabase(name)
    return { store: storeOver(database, release), database }
  } catch (error) {
    release()
    throw asStoreError(error)
  }
}

/** Resolves when everything that was begun before has ended, well or not. */
async function settled(database: Database): Promise<void> {
  try {
    await database.transaction('r', 'readwrite').done
  } catch {
    // Already closed, by the browser or by whoever deletes it: then nothing is under way.
    return
  }
}

function storeOver(database: Database, release: () => void): Store {
  let isOpen = true
  const run = async <T>(doing: () => Promise<T>): Promise<T> => {
    if (!isOpen) throw new StoreError('unavailable')
    try {
      return await doing()
    } catch (error) {
      if (error instanceof RangeError) throw error
      throw asStoreError(error)
    }
  }
  const letGo = (): void => {
    isOpen = false
    database.close()
    release()
  }
  // Some browsers keep a page's lock for a while after it has gone; what was begun is still finished.
  addEventListener('pagehide', letGo)
  return {
    get: (name) => run(() => database.get('r', name)),
    list: (prefix) => run(() => list(database, prefix)),
    write: (changes) => run(async () => (changes.length > 0 ? write(database, takeChanges(changes)) : undefined)),
    wipe: () => run(() => wipe(database)),
    close: async () => {
      if (!isOpen) return
      isOpen = false
      removeEventListener('pagehide', letGo)
      await settled(database)
      letGo()
    },
  }
}
