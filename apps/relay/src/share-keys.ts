import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fromBase64Url, toBase64Url } from '@antechamber/protocol'
import { DataFolderError, makeFolder } from './data-folder.ts'
import { drawShareKey, type KeyKeeper, SHARE_KEY_BYTES, SHARE_KEY_ID_BYTES, type ShareKey } from './share-vault.ts'

const LABEL = 'antechamber-share-key-1'

/** One line a key: label, id, time it was made, key. */
const lineOf = ({ id, key, madeAt }: ShareKey): string => `${LABEL} ${toBase64Url(id)} ${madeAt} ${toBase64Url(key)}\n`

function keyOfLine(line: string): ShareKey | undefined {
  const [label, idText = '', madeAtText = '', keyText = ''] = line.split(' ')
  const [id, key, madeAt] = [fromBase64Url(idText), fromBase64Url(keyText), Number(madeAtText)]
  const isGood = label === LABEL && id?.length === SHARE_KEY_ID_BYTES && key?.length === SHARE_KEY_BYTES
  return isGood && /^\d+$/.test(madeAtText) ? { id, key, madeAt } : undefined
}

/** Replaces a file as one step, and then overwrites what it held before. */
function replaceFile(path: string, text: string): void {
  const fresh = `${path}.new`
  writeFileSync(fresh, text, { mode: 0o600, flush: true })
  const old = existsSync(path) ? openSync(path, 'r+') : undefined
  try {
    renameSync(fresh, path)
    const folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
    closeSync(folder)
    if (old !== undefined) {
      // Nothing but this process still names the old file. On flash memory this is an attempt, not a promise.
      writeSync(old, new Uint8Array(fstatSync(old).size), 0, undefined, 0)
      fsyncSync(old)
    }
  } finally {
    if (old !== undefined) closeSync(old)
  }
}

function writing(path: string, keys: readonly ShareKey[]): void {
  try {
    replaceFile(path, keys.map(lineOf).join(''))
  } catch (cause) {
    throw new DataFolderError('not-writable', `the key file ${path} cannot be written`, { cause })
  }
}

/**
 * The key file: read, or made when there is no database yet. A database without its key is not given a new one:
 * everything in it would be lost without a word. Throws {@link DataFolderError}.
 */
export function fileKeys(path: string, databasePath: string, now: number): KeyKeeper {
  if (!existsSync(path)) {
    if (existsSync(databasePath)) {
      const hint = 'restore it from its backup, or no dialogue in this database can be opened again'
      throw new DataFolderError('key-missing', `the key file ${path} is missing; ${hint}`)
    }
    makeFolder(dirname(path))
    writing(path, [drawShareKey(now)])
  }
  return {
    load: () => {
      const keys = readFileSync(path, 'utf8').trimEnd().split('\n').map(keyOfLine)
      const good = keys.filter((key) => key !== undefined)
      if (good.length === keys.length) return good
      throw new DataFolderError('key-damaged', `the key file ${path} is damaged; restore it from its backup`)
    },
    save: (keys) => writing(path, keys),
  }
}
