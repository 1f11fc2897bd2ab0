import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { equalBytes } from '@antechamber/protocol'
import { receiptKeyFile } from '../config/config.ts'
import { makeFolder } from '../data-folder.ts'
import { findReceiptKey } from '../receipt-key.ts'
import { keysOfText } from '../share-keys.ts'
import type { ShareKey } from '../share-vault.ts'
import { BackupError, told } from './errors.ts'

/** The keys of a key file or of its copy. */
export interface KeyCopy {
  /** The keys of shares, as they stand in a key file. */
  readonly text: string
  readonly keys: readonly ShareKey[]
  /** The receipt key, as it stands in its own file: in copies behind the keys of shares, in a key file never. */
  readonly receiptKey: string | undefined
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw told(error, `the key file ${path}`)
  }
}

/** Throws {@link BackupError}. */
export function readKeyCopy(path: string): KeyCopy {
  const lines = readText(path).trimEnd().split('\n')
  const of = (line: string) => findReceiptKey(line)
  const receiptKeys = lines.filter((line) => of(line) === 'whole')
  const text = `${lines.filter((line) => of(line) === undefined).join('\n')}\n`
  const keys = keysOfText(text)
  if (keys === undefined || receiptKeys.length > 1 || lines.some((line) => of(line) === 'damaged'))
    throw new BackupError('bad', `${path} is not a whole key file`)
  return { text, keys, receiptKey: receiptKeys[0] && `${receiptKeys[0]}\n` }
}

/** The keys that a relay uses now, its receipt key with them. Throws {@link BackupError}. */
export function readKeys(shareKeyFile: string): KeyCopy {
  const path = receiptKeyFile(shareKeyFile)
  const receiptKey = existsSync(path) ? readText(path) : undefined
  if (receiptKey !== undefined && findReceiptKey(receiptKey.trimEnd()) !== 'whole')
    throw new BackupError('bad', `${path} is not a whole key file`)
  return { ...readKeyCopy(shareKeyFile), receiptKey }
}

/** Whether all of `ids` are among the keys. */
export const hasAll = ({ keys }: KeyCopy, ids: readonly Uint8Array[]): boolean =>
  ids.every((id) => keys.some((key) => equalBytes(key.id, id)))

/** Writes a copy where none is yet. Throws {@link BackupError} and DataFolderError. */
export const writeKeyCopy = (path: string, { text, receiptKey = '' }: KeyCopy): void =>
  writeFresh(path, text + receiptKey)

/** Puts the keys of a copy where a relay looks for them. Throws {@link BackupError} and DataFolderError. */
export function putKeyFiles(shareKeyFile: string, { text, receiptKey }: KeyCopy): void {
  writeFresh(shareKeyFile, text)
  const path = receiptKeyFile(shareKeyFile)
  if (receiptKey !== undefined && !existsSync(path)) writeFresh(path, receiptKey)
}

/** Refuses where another receipt key lies than the copy's: the dialogues of one would not believe the other. */
export function demandSameReceiptKey(shareKeyFile: string, copy: KeyCopy | undefined): void {
  const path = receiptKeyFile(shareKeyFile)
  const other = copy?.receiptKey !== undefined && existsSync(path) && readText(path) !== copy.receiptKey
  if (other) throw new BackupError('refused', `${path} is there already, and is another key than the backup's`)
}

function writeFresh(path: string, text: string): void {
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
