import { DatabaseSync } from '@photostructure/sqlite'
import { SHARE_KEY_ID_BYTES } from '../share-vault.ts'
import { MIGRATIONS } from '../storage/migrations.ts'
import type { Answer, Query } from '../storage/steps.ts'

/** A database file that is only read. */
export type DatabaseFile = InstanceType<typeof DatabaseSync>

/** Opens a database that a relay may be using at the same time, to be read only. Throws SQLite's own error. */
export function openToRead(path: string): DatabaseFile {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('PRAGMA busy_timeout = 10000')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Runs a statement of the relay's own on a database file. */
export const answerOnFile =
  (db: DatabaseFile) =>
  ({ statement, parameters, wants }: Query): Answer => {
    const prepared = db.prepare(statement.sqlite)
    if (wants === 'rows') return { rows: prepared.all(...parameters), count: 0 }
    return { rows: [], count: Number(prepared.run(...parameters).changes) }
  }

/**
 * Changes a copy that nobody else uses: all of `work` or, when it throws, nothing. No write-ahead log is left beside it:
 * the file alone is what there is. What is deleted is in it no more. Cost: writes the file once again.
 */
export function editCopy<T>(path: string, work: (db: DatabaseFile) => T): T {
  const db = new DatabaseSync(path)
  try {
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN')
    const outcome = work(db)
    db.exec('COMMIT')
    // secure_delete leaves copies that SQLite made when it moved rows within a page.
    db.exec('VACUUM')
    return outcome
  } finally {
    db.close()
  }
}

/** Copies the database as it is at one moment to a new file, while relays go on writing. Throws SQLite's own error. */
export function copyAtOneMoment(from: string, to: string): void {
  const db = openToRead(from)
  try {
    db.prepare('VACUUM INTO ?').run(to)
  } finally {
    db.close()
  }
}

const rows = <Row>(db: DatabaseFile, sql: string): readonly Row[] => db.prepare(sql).all() as unknown as readonly Row[]

/** The last step of the migrations that the database has seen; 0 where it is no database of a relay. */
export function stepOf(db: DatabaseFile): number {
  const [found] = rows<{ n: number }>(db, "SELECT count(*) AS n FROM sqlite_master WHERE name = 'migrations'")
  return found?.n === 1 ? (rows<{ n: number | null }>(db, 'SELECT max(number) AS n FROM migrations')[0]?.n ?? 0) : 0
}

/** Whether this version of the relay knows the database's tables. */
export const isKnownStep = (step: number): boolean => step >= 1 && step <= MIGRATIONS.length

/** What a copy of a relay's database holds, as far as an operator needs to know. */
export interface Holdings {
  readonly spaces: number
  /** When the first of them ends, in milliseconds since the epoch. */
  readonly firstEnd: number | undefined
  /** Ids of the keys that its shares are sealed under, and of the one that the next would be. */
  readonly shareKeys: readonly Uint8Array[]
}

/** @param step see {@link stepOf}: the first two know no column for the next share's key */
export function holdingsOf(db: DatabaseFile, step: number): Holdings {
  const [count] = rows<{ n: number; first: number | null }>(
    db,
    'SELECT count(*) AS n, min(retain_until) AS first FROM spaces',
  )
  // Behind the version byte of a sealed share stands the id of its key (share-vault.ts).
  const used = `SELECT DISTINCT substr(sealed_share, 2, ${SHARE_KEY_ID_BYTES}) AS id FROM chapters`
  const named = 'SELECT share_key AS id FROM relay WHERE share_key IS NOT NULL'
  const keys = rows<{ id: Uint8Array }>(db, step >= 3 ? `${used} UNION ${named}` : used)
  return { spaces: count?.n ?? 0, firstEnd: count?.first ?? undefined, shareKeys: keys.map(({ id }) => id) }
}
