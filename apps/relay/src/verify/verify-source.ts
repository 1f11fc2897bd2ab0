import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isKnownStep, openToRead, stepOf } from '../backup/database-file.ts'
import { BackupError, told } from '../backup/errors.ts'
import { readKeyCopy } from '../backup/key-copy.ts'
import { nameOf } from '../backup/make-backup.ts'
import { faultSentence, unsealBackup } from '../backup/seal-file.ts'
import { copyFromPostgres } from '../backup/transfer.ts'
import { databaseFile, type RelayConfig } from '../config/config.ts'
import { NewerDatabaseError } from '../storage/migrate.ts'
import { type Findings, verifyDatabase } from './verify-database.ts'

type Source = Pick<RelayConfig, 'dataDir' | 'databaseUrl' | 'shareKeyFile'>

export interface VerifyOrder {
  /** A backup that is looked at in the place of the relay's own database. */
  readonly backup: string | undefined
  /** A key file; the relay's own database is held against its own. */
  readonly keys: string | undefined
  readonly now: number
}

/** Runs `work` on the database as a file: the relay's own, or a copy in a folder that goes afterwards. */
async function withDatabase<T>(source: Source, order: VerifyOrder, work: (path: string) => T): Promise<T> {
  const { dataDir, databaseUrl } = source
  const own = databaseFile(dataDir)
  const none = new BackupError(
    'refused',
    `no relay has been started on ${nameOf(source)} yet; there is nothing to verify`,
  )
  if (order.backup === undefined && databaseUrl === undefined) {
    if (!existsSync(own)) throw none
    return work(own)
  }
  const folder = mkdtempSync(join(tmpdir(), 'verifying-'))
  const copy = join(folder, 'copy')
  try {
    if (order.backup !== undefined) {
      const unsealed = await unsealBackup(order.backup, copy)
      if (!unsealed.ok) throw new BackupError('bad', faultSentence(order.backup, unsealed.error))
    } else if (databaseUrl !== undefined && !(await copyFromPostgres(databaseUrl, copy, order.now))) throw none
    return work(copy)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Which key file the shares are held against: a backup's own is known to whoever gives it alone. */
const keyFileOf = ({ shareKeyFile }: Source, { backup, keys }: VerifyOrder): string | undefined =>
  keys ?? (backup === undefined && existsSync(shareKeyFile) ? shareKeyFile : undefined)

/**
 * Checks every log of a relay's database, while relays run, or of a backup.
 *
 * Throws {@link BackupError}. Cost: reads everything once; of a backup or a PostgreSQL it makes a copy first.
 */
export async function verifySource(source: Source, order: VerifyOrder): Promise<Findings> {
  const subject = order.backup ?? nameOf(source)
  const keyFile = keyFileOf(source, order)
  const keys = keyFile === undefined ? undefined : readKeyCopy(keyFile).keys
  try {
    return await withDatabase(source, order, (path) => {
      const db = openToRead(path)
      try {
        if (!isKnownStep(stepOf(db))) throw new NewerDatabaseError('a step that is not known')
        return verifyDatabase(db, keys)
      } finally {
        db.close()
      }
    })
  } catch (error) {
    if (error instanceof NewerDatabaseError) {
      throw new BackupError('refused', `${subject} was written by a newer version; update first`, { cause: error })
    }
    throw told(error, subject)
  }
}
