import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fromBase64Url, toBase64Url } from '@antechamber/protocol'
import { DataFolderError, lockFolder, makeFolder } from './data-folder.ts'
import {
  areSame,
  drawShareKey,
  type KeyKeeper,
  SHARE_KEY_BYTES,
  SHARE_KEY_ID_BYTES,
  type ShareKey,
} from './share-vault.ts'

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

function writing<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    throw new DataFolderError('not-writable', `the key file ${path} cannot be written`, { cause })
  }
}

/** Makes the file, unless another process just has. */
function makeFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, text, { mode: 0o600, flush: true })
  try {
    linkSync(fresh, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(fresh)
  }
}

/** The keys of a key file's text; undefined if it is not a whole one. */
export function keysOfText(text: string): readonly ShareKey[] | undefined {
  const keys = text.trimEnd().split('\n').map(keyOfLine)
  const good = keys.filter((key) => key !== undefined)
  return good.length === keys.length ? good : undefined
}

function readKeys(path: string): readonly ShareKey[] {
  const keys = keysOfText(readFileSync(path, 'utf8'))
  if (keys !== undefined) return keys
  throw new DataFolderError('key-damaged', `the key file ${path} is damaged; restore it from its backup`)
}

/**
 * The key file: read, or made when there is no database yet. A database without its key is not given a new one:
 * everything in it would be lost without a word. Several processes may share one file. Throws {@link DataFolderError}.
 *
 * @param hasDatabase whether there are shares that need the key
 */
export function fileKeys(path: string, hasDatabase: boolean, now: number): KeyKeeper {
  if (!existsSync(path)) {
    if (hasDatabase) {
      const hint = 'restore it from its backup, or no dialogue in this database can be opened again'
      throw new DataFolderError('key-missing', `the key file ${path} is missing; ${hint}`)
    }
    makeFolder(dirname(path))
    writing(path, () => makeFile(path, lineOf(drawShareKey(now))))
  }
  return {
    load: () => readKeys(path),
    replace: (known, fresh) => {
      // Looked at and replaced under a lock that ends with the process: nobody can come in between.
      const unlock = lockFolder(`${path}.lock`)
      try {
        if (!areSame(readKeys(path), known)) return false
        writing(path, () => replaceFile(path, fresh.map(lineOf).join('')))
        return true
      } finally {
        unlock()
      }
    },
  }
}
