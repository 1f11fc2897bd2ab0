import { mkdirSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'

/** Why a relay cannot work on its data: a code, and a sentence for the operator. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
  readonly code: 'not-writable' | 'in-use' | 'key-missing' | 'key-damaged'
  constructor(code: DataFolderError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Makes the folder, for this user only, if it is not there. Throws {@link DataFolderError}. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new DataFolderError('not-writable', `the folder ${path} cannot be made or written to`, { cause })
  }
}

/**
 * Takes the folder for this process alone. The lock is the operating system's, on a database of its own: it ends with
 * the process, however that ends, and leaves nothing stale behind.
 *
 * @returns gives the folder back
 */
export function lockFolder(lockPath: string): () => void {
  let lock: InstanceType<typeof DatabaseSync> | undefined
  try {
    lock = new DatabaseSync(lockPath)
    lock.exec('PRAGMA locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    const held = lock
    return () => held.close()
  } catch (cause) {
    lock?.close()
    const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === 5
    if (isBusy) throw new DataFolderError('in-use', 'another relay is running on this data folder', { cause })
    throw new DataFolderError('not-writable', `the file ${lockPath} cannot be written`, { cause })
  }
}
