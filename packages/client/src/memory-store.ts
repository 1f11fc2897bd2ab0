import { type Store, type StoreChange, type StoredRecord, StoreError } from './ports.ts'
import { demandRecordName } from './record-name.ts'

/** What a memory store leaves behind when it closes, as a disk would. Made by {@link newMemoryDisk}. */
export interface MemoryDisk {
  readonly records: Map<string, Uint8Array>
  isTaken: boolean
}

/** An empty disk for {@link openMemoryStore}. */
export const newMemoryDisk = (): MemoryDisk => ({ records: new Map(), isTaken: false })

/** Records whose name starts with `prefix`, in the order of their names, as copies. Cost: O(n log n) of all names. */
export const listRecords = (records: ReadonlyMap<string, Uint8Array>, prefix: string): StoredRecord[] =>
  [...records.keys()]
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => ({ name, bytes: copyOf(records.get(name) as Uint8Array) }))

/** A copy of its own, also of a Buffer, whose `slice` would share memory. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

/** Changes that the caller can no longer touch. Throws RangeError for a name that no record may have. */
export function takeChanges(changes: readonly StoreChange[]): StoreChange[] {
  for (const { name } of changes) demandRecordName(name)
  return changes.map(({ name, bytes }) => ({ name, bytes: bytes && copyOf(bytes) }))
}

/** Carries out changes on records held in memory; of two changes of one name the later counts. */
export function applyChanges(records: Map<string, Uint8Array>, changes: readonly StoreChange[]): void {
  for (const { name, bytes } of changes) {
    if (bytes === undefined) records.delete(name)
    else records.set(name, bytes)
  }
}

/**
 * A store in memory, for tests and simulations: the twin of the file and of the browser's store.
 *
 * @param disk reopening the same disk finds what was written to it; throws StoreError `busy` while another has it
 */
export async function openMemoryStore(disk: MemoryDisk = newMemoryDisk()): Promise<Store> {
  if (disk.isTaken) throw new StoreError('busy')
  disk.isTaken = true
  let isOpen = true
  const records = (): Map<string, Uint8Array> => {
    if (!isOpen) throw new StoreError('unavailable')
    return disk.records
  }
  return {
    get: async (name) => {
      const bytes = records().get(name)
      return bytes && copyOf(bytes)
    },
    list: async (prefix) => listRecords(records(), prefix),
    write: async (changes) => applyChanges(records(), takeChanges(changes)),
    wipe: async () => records().clear(),
    close: async () => {
      if (isOpen) disk.isTaken = false
      isOpen = false
    },
  }
}
