import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromBase64Url, toBase64Url } from '@antechamber/protocol'
import { DatabaseSync } from '@photostructure/sqlite'
import { SHARE_KEY_BYTES } from './share-vault.ts'

/** Why a relay cannot work on its data: a code, and a sentence for the operator. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
  readonly code: 'not-writable' | 'in-use' | 'key-missing' | 'key-damaged'
  constructor(code: DataFolderError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const KEY_LABEL = 'antechamber-share-key-1'

/** Makes the folder, for this user only, if it is not there. Throws {@link DataFolderError}. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new DataFolderError('not-writable', `the folder ${path} cannot be made or written to`, { cause })
  }
}

/**
 * Reads the key that all shares at rest are sealed under, or makes it when there is no database yet. A database without
 * its key is not given a new one: everything in it would be lost without a word.
 */
export function shareKeyAt(path: string, databasePath: string): Uint8Array {
  if (!existsSync(path)) {
    if (existsSync(databasePath)) {
      const hint = 'restore it from its backup, or no dialogue in this database can be opened again'
      throw new DataFolderError('key-missing', `the key file ${path} is missing; ${hint}`)
    }
    writeNewKey(path)
  }
  const [label, text] = readFileSync(path, 'utf8').trim().split(' ')
  const key = fromBase64Url(text ?? '')
  if (label !== KEY_LABEL || key?.length !== SHARE_KEY_BYTES) {
    throw new DataFolderError('key-damaged', `the key file ${path} is damaged; restore it from its backup`)
  }
  return key
}

function writeNewKey(path: string): void {
  makeFolder(dirname(path))
  try {
    writeFileSync(path, `${KEY_LABEL} ${toBase64Url(new Uint8Array(randomBytes(SHARE_KEY_BYTES)))}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    chmodSync(path, 0o600)
  } catch (cause) {
    throw new DataFolderError('not-writable', `the key file ${path} cannot be written`, { cause })
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
