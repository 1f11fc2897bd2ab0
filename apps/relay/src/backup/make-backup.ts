import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { databaseFile, type RelayConfig } from '../config/config.ts'
import { makeFolder } from '../data-folder.ts'
import { NewerDatabaseError } from '../storage/migrate.ts'
import { copyAtOneMoment, type Holdings, holdingsOf, isKnownStep, openToRead, stepOf } from './database-file.ts'
import { BackupError, told } from './errors.ts'
import { demandFree, hasAll, type KeyCopy, readKeys, writeKeyCopy } from './key-copy.ts'
import { type BackupFacts, sealBackup } from './seal-file.ts'
import { copyFromPostgres } from './transfer.ts'

/** How often a copy is begun again because the keys were renewed while it was made. */
const ATTEMPTS = 5

export interface BackupOrder {
  /** Where the copy of the database goes; nothing may be there yet. */
  readonly out: string
  /** Where the copy of the key file goes, if this is to make one: never into the same folder. */
  readonly keys: string | undefined
  readonly now: number
}

export type BackupDone = BackupFacts & Omit<Holdings, 'shareKeys'>

type Source = Pick<RelayConfig, 'dataDir' | 'databaseUrl' | 'shareKeyFile'>

/** What is copied, as the operator knows it. */
export const nameOf = ({ dataDir, databaseUrl }: Source): string =>
  databaseUrl === undefined ? `the database in ${dataDir}` : 'the database that DATABASE_URL names'

async function copyDatabase(source: Source, to: string, now: number): Promise<void> {
  const { dataDir, databaseUrl } = source
  if (databaseUrl !== undefined) {
    if (await copyFromPostgres(databaseUrl, to, now)) return
  } else if (existsSync(databaseFile(dataDir))) return copyAtOneMoment(databaseFile(dataDir), to)
  throw new BackupError('refused', `no relay has been started on ${nameOf(source)} yet; there is nothing to copy`)
}

function readHoldings(path: string, source: Source): Holdings {
  const db = openToRead(path)
  try {
    const step = stepOf(db)
    if (!isKnownStep(step)) throw new NewerDatabaseError(`the database in ${source.dataDir} is at step ${step}`)
    return holdingsOf(db, step)
  } finally {
    db.close()
  }
}

/**
 * A copy and the keys that it needs. A renewal may end between the two, and its old key be gone: then both are taken
 * again.
 */
async function copyWithKeys(source: Source, to: string, { keys, now }: BackupOrder) {
  for (let attempts = 1; ; attempts++) {
    await copyDatabase(source, to, now)
    const holdings = readHoldings(to, source)
    if (keys === undefined) return { holdings, keyCopy: undefined }
    const keyCopy: KeyCopy = readKeys(source.shareKeyFile)
    if (hasAll(keyCopy, holdings.shareKeys)) return { holdings, keyCopy }
    if (attempts === ATTEMPTS) {
      throw new BackupError('bad', `the key file ${source.shareKeyFile} is not the one of ${nameOf(source)}`)
    }
    rmSync(to)
  }
}

/**
 * Copies a relay's database, as it is at one moment, and its keys, to two files. The relay may run meanwhile.
 *
 * Throws {@link BackupError} and DataFolderError; then neither file is there. Cost: reads the database, and as much room
 * as it has.
 */
export async function makeBackup(source: Source, order: BackupOrder): Promise<BackupDone> {
  const { out, keys, now } = order
  if (keys !== undefined && dirname(resolve(keys)) === dirname(resolve(out))) {
    throw new BackupError(
      'refused',
      'the key file must go to another folder than the backup: together they say too much',
    )
  }
  demandFree(out)
  if (keys !== undefined) demandFree(keys)
  makeFolder(dirname(resolve(out)))
  const making = `${out}.${process.pid}.part`
  try {
    const { holdings, keyCopy } = await copyWithKeys(source, making, order)
    const facts = await sealBackup(making, now)
    if (keys !== undefined && keyCopy !== undefined) writeKeyCopy(keys, keyCopy)
    renameSync(making, out)
    const { spaces, firstEnd } = holdings
    return { ...facts, spaces, firstEnd }
  } catch (error) {
    if (error instanceof NewerDatabaseError) {
      throw new BackupError('refused', `${nameOf(source)} was written by a newer version; update first`, {
        cause: error,
      })
    }
    throw told(error, nameOf(source), `cannot be copied to ${out}`)
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${making}${suffix}`, { force: true })
  }
}
