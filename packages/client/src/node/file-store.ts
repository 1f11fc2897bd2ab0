import { copyOf, listRecords, takeChanges } from '../memory-store.ts'
import { type Store, type StoreChange, StoreError } from '../ports.ts'
import { costOf } from './frames.ts'
import { takeLock } from './lock.ts'
import { FRAME_TARGET_BYTES, LogFile } from './log-file.ts'

interface Waiting {
  readonly changes: readonly StoreChange[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const sizeOf = ({ changes }: Waiting): number =>
  changes.reduce((sum, { name, bytes }) => sum + costOf(name, bytes ?? new Uint8Array()), 0)

/** As many of the writes, from the first, as go together into one frame. */
function takeGroup(batch: Waiting[]): Waiting[] {
  let size = 0
  const tooMany = batch.findIndex((one, index) => {
    size += sizeOf(one)
    return index > 0 && size > FRAME_TARGET_BYTES
  })
  return batch.splice(0, tooMany === -1 ? batch.length : tooMany)
}

/** One frame and one sync for all of them; without room, what is dead is cleared away and they are tried again. */
async function appendGroup(log: LogFile, group: readonly Waiting[]): Promise<void> {
  const changes = group.flatMap((one) => one.changes)
  try {
    await log.append(changes)
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'full' && (await log.rewrite()))) throw error
    await log.append(changes)
  }
}

async function commitGroup(log: LogFile, group: readonly Waiting[]): Promise<void> {
  try {
    await appendGroup(log, group)
    for (const { resolve } of group) resolve()
  } catch (error) {
    // One write that is too big for the room that is left must not take the small ones beside it down.
    if (group.length > 1) for (const one of group) await commitGroup(log, [one])
    else group[0]?.reject(error)
  }
}

async function commit(log: LogFile, batch: Waiting[]): Promise<void> {
  while (batch.length > 0) await commitGroup(log, takeGroup(batch))
  if (log.isWorthRewriting) await log.rewrite()
}

/** Where the lock of the store at `path` stands. */
export const lockOf = (path: string): string => `${path}.lock`

/**
 * Opens the store kept in the file at `path`, creating the file (its folder must be there). Everything is held in
 * memory; writes that come together share one sync. Throws StoreError: `busy` while a living process has it open,
 * `damaged` when the file is not what was written (the file is left as it is), `full`, `unavailable`.
 * Source: docs/spec/store.md.
 */
export async function openFileStore(path: string): Promise<Store> {
  const release = await takeLock(lockOf(path))
  try {
    return storeOver(await LogFile.open(path), release)
  } catch (error) {
    await release()
    throw error
  }
}

function storeOver(log: LogFile, release: () => Promise<void>): Store {
  let queue: Promise<unknown> = Promise.resolve()
  let batch: Waiting[] | undefined
  let closing: Promise<void> | undefined

  /** Starts when everything before has ended. Writes given from now on come after it. */
  const inTurn = <T>(doing: () => Promise<T>): Promise<T> => {
    batch = undefined
    const turn = queue.then(doing)
    queue = turn.catch(() => undefined)
    return turn
  }
  const demandOpen = (): void => {
    if (closing !== undefined) throw new StoreError('unavailable')
  }
  const enqueue = (waiting: Waiting): void => {
    if (batch) {
      batch.push(waiting)
      return
    }
    const mine = [waiting]
    void inTurn(() => {
      if (batch === mine) batch = undefined
      return commit(log, mine)
    })
    batch = mine
  }
  const shut = async (): Promise<void> => {
    try {
      await log.rewrite()
    } finally {
      await log.close()
      await release()
    }
  }
  return {
    get: async (name) => {
      demandOpen()
      const bytes = log.records.get(name)
      return bytes && copyOf(bytes)
    },
    list: async (prefix) => {
      demandOpen()
      return listRecords(log.records, prefix)
    },
    write: async (changes) => {
      demandOpen()
      const taken = takeChanges(changes)
      if (taken.length > 0) await new Promise<void>((resolve, reject) => enqueue({ changes: taken, resolve, reject }))
    },
    wipe: async () => {
      demandOpen()
      await inTurn(() => log.wipe())
    },
    close: () => {
      closing ??= inTurn(shut)
      return closing
    },
  }
}
