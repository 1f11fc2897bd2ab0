import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromBase64Url, type Receipt, receiptPreimage, toBase64Url } from '@antechamber/protocol'
import { DataFolderError, makeFolder } from './data-folder.ts'

const SEED_BYTES = 32
const LABEL = 'antechamber-receipt-key-1'
/** What PKCS #8 puts before the seed of an Ed25519 key (RFC 8410). */
const PKCS8 = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32)

/** Signs what the relay says that it has destroyed (WR23). */
export interface ReceiptSigner {
  /** Ed25519, 32 bytes. A dialogue is founded on it. */
  readonly publicKey: Uint8Array
  readonly sign: (receipt: Receipt) => Uint8Array
}

/** @param seed 32 bytes */
export function receiptSigner(seed: Uint8Array): ReceiptSigner {
  const key: KeyObject = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return {
    publicKey: fromBase64Url(x) ?? new Uint8Array(),
    sign: (receipt) => new Uint8Array(sign(null, receiptPreimage(receipt), key)),
  }
}

/** The seed in a receipt key's line, without its end; undefined if it is not a whole one. */
function seedOfLine(line: string): Uint8Array | undefined {
  const [label, text = '', ...more] = line.split(' ')
  const seed = fromBase64Url(text)
  return label === LABEL && seed?.length === SEED_BYTES && more.length === 0 ? seed : undefined
}

/** Whether a line of a key file's copy is a whole receipt key; `damaged` if it is a part of one, undefined if it is another. */
export function findReceiptKey(line: string): 'whole' | 'damaged' | undefined {
  if (seedOfLine(line)) return 'whole'
  return line.startsWith(LABEL) ? 'damaged' : undefined
}

/** A key that ends with the process: for tests. */
export const memoryReceiptKey = (): ReceiptSigner => receiptSigner(new Uint8Array(randomBytes(SEED_BYTES)))

/** The key in its file, which is made at the first start. Several relays may share it. Throws {@link DataFolderError}. */
export function fileReceiptKey(path: string): ReceiptSigner {
  makeFolder(dirname(path))
  if (!existsSync(path)) makeFile(path)
  const seed = seedOfLine(readFileSync(path, 'utf8').trimEnd())
  if (seed === undefined)
    throw new DataFolderError('key-damaged', `the key file ${path} is damaged; restore it from its backup`)
  return receiptSigner(seed)
}

/** Whole or not at all, and never in the place of one that another process has just made. */
function makeFile(path: string): void {
  const fresh = `${path}.${process.pid}`
  try {
    writeFileSync(fresh, `${LABEL} ${toBase64Url(new Uint8Array(randomBytes(SEED_BYTES)))}\n`, {
      mode: 0o600,
      flush: true,
    })
    linkSync(fresh, path)
  } catch (cause) {
    if (!existsSync(path))
      throw new DataFolderError('not-writable', `the key file ${path} cannot be written`, { cause })
  } finally {
    rmSync(fresh, { force: true })
  }
}
