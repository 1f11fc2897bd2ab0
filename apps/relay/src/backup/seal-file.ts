import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import {
  decode,
  encode,
  equalBytes,
  err,
  fixed,
  HASH_BYTES,
  ok,
  type Result,
  struct,
  u64,
  versioned,
} from '@antechamber/protocol'

const MAGIC = 0xb5
const VERSION = 1

/** The end of a backup: a file that was cut short has none. Source: docs/spec/backup.md, BK3. */
const ending = versioned(MAGIC, VERSION, struct({ madeAt: u64, length: u64, hash: fixed(HASH_BYTES) }))
const ENDING_BYTES = 2 + 8 + 8 + HASH_BYTES

/** What a backup says of itself. */
export interface BackupFacts {
  /** Milliseconds since the epoch. */
  readonly madeAt: number
  /** Of the database in it, in bytes. */
  readonly length: number
}

/**
 * Why a file is no backup that can be used.
 *
 * - `no-backup`: it does not end as a backup does: another file, or one that was cut short
 * - `other-version`: a later version of the relay made it
 * - `changed`: what is in it is not what was put in
 */
export type BackupFault = { readonly code: 'no-backup' | 'other-version' | 'changed' }

const FAULTS: Readonly<Record<BackupFault['code'], string>> = {
  'no-backup': 'is no backup, or a part of one: it may have been cut short',
  'other-version': 'was made by a newer version; update first',
  changed: 'is damaged: what is in it is not what was put in',
}

/** A fault in words for the operator. */
export const faultSentence = (path: string, { code }: BackupFault): string => `${path} ${FAULTS[code]}`

const startHash = (): Hash => createHash('sha256').update('antechamber/v1/backup')
const endHash = (hash: Hash, { madeAt, length }: BackupFacts): Uint8Array =>
  new Uint8Array(hash.update(encode(u64, madeAt)).update(encode(u64, length)).digest())

/** Makes a backup of a database file that nobody writes to: appends its end. Durable once it resolves. Cost: reads it once. */
export async function sealBackup(path: string, madeAt: number): Promise<BackupFacts> {
  const hash = startHash()
  let length = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk)
    length += chunk.length
  }
  const facts = { madeAt, length }
  const file = await open(path, 'a')
  try {
    await file.write(encode(ending, { ...facts, hash: endHash(hash, facts) }))
    await file.sync()
  } finally {
    await file.close()
  }
  return facts
}

async function readEnding(path: string): Promise<Result<BackupFacts & { readonly hash: Uint8Array }, BackupFault>> {
  const { size } = await stat(path)
  if (size < ENDING_BYTES) return err({ code: 'no-backup' })
  const bytes = new Uint8Array(ENDING_BYTES)
  const file = await open(path)
  try {
    await file.read(bytes, 0, ENDING_BYTES, size - ENDING_BYTES)
  } finally {
    await file.close()
  }
  const read = decode(ending, bytes, ENDING_BYTES)
  if (read.ok && read.value.length === size - ENDING_BYTES) return ok(read.value)
  return err({ code: bytes[0] === MAGIC && bytes[1] !== VERSION ? 'other-version' : 'no-backup' })
}

/**
 * Copies the database out of a backup, and checks it on the way. When the answer is a fault, or it rejects (with Node's
 * own error), what was copied is worth nothing. Cost: reads the backup once.
 */
export async function unsealBackup(path: string, to: string): Promise<Result<BackupFacts, BackupFault>> {
  const read = await readEnding(path)
  if (!read.ok) return read
  const { madeAt, length, hash } = read.value
  const seen = startHash()
  const end = Math.max(0, length - 1)
  await pipeline(
    createReadStream(path, { end }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        seen.update(chunk)
        yield chunk
      }
    },
    createWriteStream(to, { mode: 0o600 }),
  )
  return length > 0 && equalBytes(hash, endHash(seen, { madeAt, length }))
    ? ok({ madeAt, length })
    : err({ code: 'changed' })
}
