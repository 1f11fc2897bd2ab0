import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseFile, type RelayConfig } from '../config/config.ts'
import { lockFolder, makeFolder } from '../data-folder.ts'
import { fileKeys } from '../share-keys.ts'
import { databaseOperations } from '../storage/database-operations.ts'
import { migrate, NewerDatabaseError } from '../storage/migrate.ts'
import { postgresStorage } from '../storage/postgres.ts'
import { runAtOnce } from '../storage/steps.ts'
import { answerOnFile, editCopy, holdingsOf, isKnownStep, openToRead, stepOf } from './database-file.ts'
import { BackupError, told } from './errors.ts'
import { demandFree, demandSameReceiptKey, hasAll, type KeyCopy, putKeyFiles, readKeyCopy } from './key-copy.ts'
import { faultSentence, unsealBackup } from './seal-file.ts'
import { copyToPostgres, NotEmptyError } from './transfer.ts'

export interface RestoreOrder {
  readonly from: string
  /** The copy of the key file; without it nothing of any dialogue can be read again, and none is put back. */
  readonly keys: string | undefined
  /** Goes on without the key file. */
  readonly withoutKeys: boolean
  readonly now: number
}

export interface RestoreDone {
  readonly madeAt: number
  /** Spaces that are there now. */
  readonly spaces: number
  /** Spaces of the backup whose date has come: deleted again. */
  readonly ended: number
  /** Spaces of the backup that were left out since nobody could read them without the key file. */
  readonly unreadable: number
}

type Target = Pick<RelayConfig, 'dataDir' | 'databaseUrl' | 'shareKeyFile' | 'backupDays'>

const DAY_MS = 24 * 60 * 60 * 1000
/** No time of a receipt. */
const NO_RECEIPT = -1

async function unpack(from: string, to: string): Promise<{ readonly madeAt: number }> {
  const unpacked = await unsealBackup(from, to).catch((error: unknown) => {
    throw told(error, from)
  })
  if (unpacked.ok) return unpacked.value
  throw new BackupError('bad', `${faultSentence(from, unpacked.error)}; nothing was restored`)
}

/** The keys that belong to the backup; undefined where it is to be restored without. Nothing is changed. */
function demandKeys(copy: string, { from, keys, withoutKeys }: RestoreOrder): KeyCopy | undefined {
  const db = openToRead(copy)
  try {
    const step = stepOf(db)
    if (!isKnownStep(step)) throw new NewerDatabaseError(`the backup is at step ${step}`)
    const { spaces, shareKeys } = holdingsOf(db, step)
    if (keys !== undefined) {
      const keyCopy = readKeyCopy(keys)
      if (hasAll(keyCopy, shareKeys)) return keyCopy
      throw new BackupError('bad', `${keys} is not the key file of ${from}: it was made at another time, or elsewhere`)
    }
    if (withoutKeys) return undefined
    throw new BackupError(
      'refused',
      `without its key file nothing in the ${spaces} spaces of ${from} can ever be read again, by anybody: give it with --keys, or say --without-keys to get back the convenors' links alone`,
    )
  } finally {
    db.close()
  }
}

/**
 * Brings the copy up to date: its tables, and what the clock has done since. Without keys all spaces go: nobody could
 * read them, and a door to them would be a false one. With them all shares are owed another key, so that the one that lay
 * with the backup opens nothing once the relay has run. What ends now is in this backup still, which its operator keeps for
 * `backupDays` at most; what is left out is in it too, and has not been destroyed: no receipt says so.
 */
function freshen(
  copy: string,
  { now, backupDays }: { readonly now: number; readonly backupDays: number },
  hasKeys: boolean,
): Omit<RestoreDone, 'madeAt'> {
  return editCopy(copy, (db) => {
    const answer = answerOnFile(db)
    runAtOnce(answer, migrate('sqlite', now))
    const sweep = (backupsUntil: number): number =>
      runAtOnce(answer, databaseOperations({}).sweep({ now, backupsUntil })).spaces.length
    const ended = sweep(now + backupDays * DAY_MS)
    if (!hasKeys) db.exec('UPDATE spaces SET retain_until = 0')
    const unreadable = sweep(NO_RECEIPT)
    db.exec(`DELETE FROM receipts WHERE backups_until = ${NO_RECEIPT}`)
    const renewal = hasKeys ? 'owes_renewal = 1' : 'owes_renewal = 0, share_key = NULL'
    db.exec(`UPDATE relay SET ${renewal}, upkeep_by = NULL, upkeep_until = 0`)
    const [count] = db.prepare('SELECT count(*) AS n FROM spaces').all() as { n: number }[]
    return { ended, unreadable, spaces: count?.n ?? 0 }
  })
}

async function prepare(copy: string, order: RestoreOrder, { backupDays }: Target) {
  const { madeAt } = await unpack(order.from, copy)
  try {
    const keyCopy = demandKeys(copy, order)
    return { keyCopy, done: { ...freshen(copy, { now: order.now, backupDays }, keyCopy !== undefined), madeAt } }
  } catch (error) {
    if (error instanceof NewerDatabaseError) {
      throw new BackupError('refused', `${order.from} was made by a newer version; update first`, { cause: error })
    }
    throw told(error, order.from)
  }
}

/** The keys of the backup; a fresh one where it was restored without. */
function putKeys(path: string, keyCopy: KeyCopy | undefined, now: number): void {
  if (keyCopy !== undefined) putKeyFiles(path, keyCopy)
  else fileKeys(path, false, now)
}

const remove = (copy: string): void => {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true })
}

function demandEmptyFolder(path: string): void {
  if (existsSync(path) && readdirSync(path).length > 0) {
    throw new BackupError(
      'refused',
      `the folder ${path} is not empty; a backup is restored into an empty one, or a new one`,
    )
  }
}

async function restoreToFolder(target: Target, order: RestoreOrder): Promise<RestoreDone> {
  const { dataDir, shareKeyFile } = target
  demandEmptyFolder(dataDir)
  demandFree(shareKeyFile)
  makeFolder(dataDir)
  const lock = join(dataDir, 'relay.lock')
  // A relay that is started on the folder meanwhile is refused.
  const unlock = lockFolder(lock)
  const copy = join(dataDir, 'restoring')
  try {
    const { keyCopy, done } = await prepare(copy, order, target)
    demandSameReceiptKey(shareKeyFile, keyCopy)
    putKeys(shareKeyFile, keyCopy, order.now)
    renameSync(copy, databaseFile(dataDir))
    return done
  } finally {
    remove(copy)
    unlock()
    if (!existsSync(databaseFile(dataDir))) rmSync(lock, { force: true })
  }
}

async function restoreToPostgres(target: Target, url: string, order: RestoreOrder): Promise<RestoreDone> {
  const { shareKeyFile } = target
  demandFree(shareKeyFile)
  const folder = mkdtempSync(join(tmpdir(), 'restoring-'))
  const copy = join(folder, 'copy')
  try {
    const { keyCopy, done } = await prepare(copy, order, target)
    demandSameReceiptKey(shareKeyFile, keyCopy)
    const storage = await postgresStorage(url, order.now)
    await storage.envelopes.close()
    putKeys(shareKeyFile, keyCopy, order.now)
    await copyToPostgres(copy, url).catch((error: unknown) => {
      rmSync(shareKeyFile, { force: true })
      throw error
    })
    return done
  } catch (error) {
    if (error instanceof NotEmptyError) {
      const problem = 'a relay has been started on the database that DATABASE_URL names; restore into an empty one'
      throw new BackupError('refused', problem, { cause: error })
    }
    throw told(error, 'the database that DATABASE_URL names')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Puts a backup in the place of a relay that is not there: into an empty folder, or an empty PostgreSQL. Where it was
 * made does not matter, nor whether an older version made it.
 *
 * Throws {@link BackupError}, DataFolderError and StorageOpenError; then there is no relay's database. Cost: reads the
 * backup once, and as much room again as it has.
 */
export function restoreBackup(target: Target, order: RestoreOrder): Promise<RestoreDone> {
  const { databaseUrl } = target
  return databaseUrl === undefined ? restoreToFolder(target, order) : restoreToPostgres(target, databaseUrl, order)
}
