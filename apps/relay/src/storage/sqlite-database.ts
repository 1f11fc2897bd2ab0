import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite'
import { migrate } from './migrate.ts'
import type { SpaceLimits } from './ports.ts'
import { type Answer, type Query, runAtOnce } from './steps.ts'

/** SQLite's result code for a disk, or a limit, that is full. */
const SQLITE_FULL = 13

/** One open database: each statement is prepared once and kept. */
export interface Database {
  readonly answer: (query: Query) => Answer
  /** All of `step` or, when it throws, nothing. Durable once this returns. */
  transaction<T>(step: () => T): T
  /**
   * Moves what is in the write-ahead log into the database file, and empties the log. False when that could not be done
   * now, for want of room or because another process reads: nothing is lost, and the next one does it.
   */
  checkpoint(): boolean
  close(): void
}

export const isFull = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL

/** SQLite's own result code of an error, as `sqlite-<number>`; never its message. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'errcode' in error ? `sqlite-${error.errcode}` : 'unknown'

export interface DatabaseOptions extends SpaceLimits {
  /** A limit on the database's size, in pages of 4 KB: for tests of a full disk. */
  readonly maxPages?: number
}

/** Opens or makes the database, durable against a power cut, and brings it up to date. */
export function openDatabase(path: string, now: number, options: DatabaseOptions = {}): Database {
  const db = new DatabaseSync(path)
  // FULL: every commit is on the disk before it is acknowledged. secure_delete: what is purged is overwritten.
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'busy_timeout = 10000', 'secure_delete = ON']) {
    db.exec(`PRAGMA ${pragma}`)
  }
  db.exec('PRAGMA cache_size = -32768')
  const database = over(db)
  database.transaction(() => runAtOnce(database.answer, migrate('sqlite', now)))
  if (options.maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${options.maxPages}`)
  return database
}

type Db = InstanceType<typeof DatabaseSync>

function over(db: Db): Database {
  const prepared = new Map<string, StatementSyncInstance>()
  const prepare = (sql: string): StatementSyncInstance => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const fresh = db.prepare(sql)
    prepared.set(sql, fresh)
    return fresh
  }
  return {
    answer: ({ statement, parameters, wants }) => {
      const found = prepare(statement.sqlite)
      if (wants === 'rows') return { rows: found.all(...parameters), count: 0 }
      return { rows: [], count: Number(found.run(...parameters).changes) }
    },
    transaction: (step) => {
      prepare('BEGIN IMMEDIATE').run()
      try {
        const outcome = step()
        prepare('COMMIT').run()
        return outcome
      } catch (error) {
        // A full disk may have rolled back by itself.
        if (db.isTransaction) prepare('ROLLBACK').run()
        throw error
      }
    },
    checkpoint: () => {
      try {
        const done = prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { readonly busy: number }
        return done.busy === 0
      } catch (error) {
        if (error instanceof Error && 'errcode' in error) return false
        throw error
      }
    },
    close: () => {
      prepared.clear()
      db.close()
    },
  }
}
