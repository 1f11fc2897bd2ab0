import { DatabaseSync } from '@photostructure/sqlite'
import pg from 'pg'
import { migrate, NewerDatabaseError } from '../storage/migrate.ts'
import { MIGRATIONS } from '../storage/migrations.ts'
import { StorageOpenError } from '../storage/ports.ts'
import { codeOf, connectionConfig } from '../storage/postgres-database.ts'
import { runAtOnce } from '../storage/steps.ts'
import { answerOnFile, openToRead } from './database-file.ts'

/** Rows that are fetched at once: envelopes are up to 256 KB, and twice that on PostgreSQL's wire. */
const ROWS_AT_ONCE = 64

type Db = InstanceType<typeof DatabaseSync>
type Row = Readonly<Record<string, Uint8Array | string | number | null>>

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionConfig(url))
  // A connection that is lost is told by the query that needs it.
  client.on('error', () => undefined)
  await client.connect().catch((error: unknown) => {
    throw new StorageOpenError('unreadable', codeOf(error))
  })
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

const tablesOf = (db: Db): readonly string[] =>
  (db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all() as { name: string }[]).map(
    ({ name }) => name,
  )

async function lastStep(client: pg.Client): Promise<number> {
  const found = await client.query<{ there: string | null }>("SELECT to_regclass('migrations')::text AS there")
  if (found.rows[0]?.there == null) return 0
  const last = await client.query<{ number: number | null }>('SELECT max(number) AS number FROM migrations')
  return last.rows[0]?.number ?? 0
}

async function copyTable(client: pg.Client, db: Db, table: string): Promise<void> {
  db.exec(`DELETE FROM "${table}"`)
  await client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT * FROM "${table}"`)
  for (;;) {
    const { rows, fields } = await client.query<Row>(`FETCH ${ROWS_AT_ONCE} FROM rows`)
    if (rows.length === 0) break
    const names = fields.map(({ name }) => name)
    const insert = db.prepare(
      `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    )
    for (const row of rows) insert.run(...names.map((name) => row[name] ?? null))
  }
  await client.query('CLOSE rows')
}

/**
 * Copies a PostgreSQL database, as it is at one moment, to a new SQLite file with the same tables. Relays go on writing.
 *
 * @returns false when there is no relay's database at that address
 * @throws NewerDatabaseError, and what the two databases throw
 */
export function copyFromPostgres(url: string, to: string, now: number): Promise<boolean> {
  return connected(url, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const step = await lastStep(client)
    if (step > MIGRATIONS.length) throw new NewerDatabaseError(`the database is at step ${step}`)
    if (step === 0) return false
    const db = new DatabaseSync(to)
    try {
      // Whoever finds a part of it finds no end of a backup: it need not be safe before it is whole.
      db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN')
      runAtOnce(answerOnFile(db), migrate('sqlite', now, step))
      for (const table of tablesOf(db)) await copyTable(client, db, table)
      db.exec('COMMIT')
    } finally {
      db.close()
    }
    await client.query('COMMIT')
    return true
  })
}

/** The database is not empty: a relay has been started on it. */
export class NotEmptyError extends Error {
  override readonly name = 'NotEmptyError'
}

async function demandEmpty(client: pg.Client): Promise<void> {
  // Locked until the end: of two that restore at once, one waits here and then finds what the other has brought.
  await client.query('LOCK TABLE spaces, relay IN ACCESS EXCLUSIVE MODE')
  const { rows } = await client.query<{ n: number }>(
    `SELECT (SELECT count(*) FROM spaces) + (SELECT count(*) FROM desks)
       + (SELECT count(*) FROM relay WHERE share_key IS NOT NULL) AS n`,
  )
  if (rows[0]?.n !== 0) throw new NotEmptyError('a relay has been started on this database')
}

async function putTable(client: pg.Client, db: Db, table: string): Promise<void> {
  await client.query(`DELETE FROM "${table}"`)
  let text = ''
  for (const row of db.prepare(`SELECT * FROM "${table}"`).iterate() as Iterable<Row>) {
    const names = Object.keys(row)
    if (text === '') {
      const places = names.map((_, i) => `$${i + 1}`).join(', ')
      text = `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${places})`
    }
    const values = names
      .map((name) => row[name])
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value))
    await client.query({ name: `put_${table}`, text, values })
  }
}

/**
 * Copies a database file, which is at the newest step, to a PostgreSQL whose tables are there and empty: all of it or
 * nothing.
 *
 * @throws NotEmptyError, and what the two databases throw
 */
export function copyToPostgres(from: string, url: string): Promise<void> {
  return connected(url, async (client) => {
    await client.query('BEGIN')
    await demandEmpty(client)
    const db = openToRead(from)
    try {
      for (const table of tablesOf(db).filter((name) => name !== 'migrations')) await putTable(client, db, table)
    } finally {
      db.close()
    }
    await client.query('COMMIT')
  })
}
