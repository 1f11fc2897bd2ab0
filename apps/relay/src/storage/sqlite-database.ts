import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite'
import type { Compilable } from 'kysely'
import { MIGRATIONS } from './migrations.ts'
import type { SpaceLimits } from './ports.ts'
import { builder, type Statement, statement } from './statements.ts'

/** SQLite's result code for a disk, or a limit, that is full. */
const SQLITE_FULL = 13

/** One open database: each statement is prepared once and kept. */
export interface Database {
  run<Values>(statement: Statement<Values, unknown>, values: Values): number
  get<Values, Row>(statement: Statement<Values, Row>, values: Values): Row | undefined
  all<Values, Row>(statement: Statement<Values, Row>, values: Values): Row[]
  /** Rows one by one, read only as far as they are taken. */
  each<Values, Row>(statement: Statement<Values, Row>, values: Values): IterableIterator<Row>
  /** All of `step` or, when it throws, nothing. Durable once this returns. */
  transaction<T>(step: () => T): T
  /**
   * Moves what is in the write-ahead log into the database file, and empties the log. False when that could not be done
   * now, for want of room or because another process reads: nothing is lost, and the next one does it.
   */
  checkpoint(): boolean
  close(): void
}

/** The database was written by a newer version of the relay than this one. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError'
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
  migrate(db, database, now)
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
    run: ({ sql, bind }, values) => Number(prepare(sql).run(...bind(values)).changes),
    get: ({ sql, bind }, values) => prepare(sql).get(...bind(values)),
    all: ({ sql, bind }, values) => prepare(sql).all(...bind(values)),
    each: ({ sql, bind }, values) => prepare(sql).iterate(...bind(values)),
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

const lastMigration = statement<Record<string, never>>()(() =>
  builder.selectFrom('migrations').select((e) => e.fn.max('number').as('number')),
)
const insertMigration = statement<{ number: number; made_at: number }>()((v) =>
  builder.insertInto('migrations').values({ number: v.number, made_at: v.made_at }),
)

function execute(db: Db, step: Compilable): void {
  db.exec(step.compile().sql)
}

/** Runs the steps that this database has not seen, all or none. */
function migrate(db: Db, database: Database, now: number): void {
  execute(
    db,
    builder.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('number', 'integer', (column) => column.primaryKey())
      .addColumn('made_at', 'integer', (column) => column.notNull()),
  )
  database.transaction(() => {
    const done = database.get(lastMigration, {})?.number ?? 0
    if (done > MIGRATIONS.length) {
      throw new NewerDatabaseError(`the database is at step ${done}, this relay knows ${MIGRATIONS.length}`)
    }
    for (const { number, statements } of MIGRATIONS.slice(done)) {
      for (const step of statements(builder, { bytes: 'blob', whole: 'integer' })) execute(db, step)
      database.run(insertMigration, { number, made_at: now })
    }
  })
}
