import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { equalBytes } from '@antechamber/protocol'
import { makeFolder } from '../data-folder.ts'
import { keysOfText } from '../share-keys.ts'
import type { ShareKey } from '../share-vault.ts'
import { BackupError, told } from './errors.ts'

/** The keys of a key file, and its text as it stands. */
export interface KeyCopy {
  readonly text: string
  readonly keys: readonly ShareKey[]
}

/** Throws {@link BackupError}. */
export function readKeyCopy(path: string): KeyCopy {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw told(error, `the key file ${path}`)
  }
  const keys = keysOfText(text)
  if (keys === undefined) throw new BackupError('bad', `${path} is not a whole key file`)
  return { text, keys }
}

/** Whether all of `ids` are among the keys. */
export const hasAll = ({ keys }: KeyCopy, ids: readonly Uint8Array[]): boolean =>
  ids.every((id) => keys.some((key) => equalBytes(key.id, id)))

/** Writes a copy where none is yet. Throws {@link BackupError} and DataFolderError. */
export function writeKeyCopy(path: string, { text }: KeyCopy): void {
  makeFolder(dirname(resolve(path)))
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    throw told(error, `the key file ${path}`)
  }
}

/** Refuses a place that is taken: neither a backup nor a key is ever written over. */
export function demandFree(path: string): void {
  if (existsSync(path)) throw new BackupError('refused', `${path} is there already; nothing is written over it`)
}
