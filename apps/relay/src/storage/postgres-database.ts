import pg from 'pg'
import type { Answer, Query } from './steps.ts'

/** Connections of one relay to its database, apart from the one that listens for hints. */
const CONNECTIONS = 12
const CONNECT_MS = 10_000
/** How often a transaction that lost against another one is tried again. */
const ATTEMPTS = 12

/** What the server is told of each connection, whatever its own settings are. */
const SETTINGS = {
  // A commit is on the server's disk before it is answered.
  synchronous_commit: 'on',
  bytea_output: 'hex',
  // A relay that stops in the midst of a transaction holds a space's row: not for ever.
  idle_in_transaction_session_timeout: '60000',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
}

/** Types of columns, as PostgreSQL numbers them. */
const OID = { bytea: 17, int8: 20, int4: 23 }

function bytesOf(text: string): Uint8Array {
  const bytes = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** Rows come as text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number): ((text: string) => unknown) => {
    if (oid === OID.bytea) return bytesOf
    return oid === OID.int8 || oid === OID.int4 ? Number : (text) => text
  },
}

/** How to connect to a database. @param url as libpq takes it: `postgres://user:password@host:port/name?sslmode=…` */
export const connectionConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'antechamber',
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  types,
  options: Object.entries(SETTINGS)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' '),
})

export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ ...connectionConfig(url), max: CONNECTIONS })
  // A connection that is lost while nothing, or nothing yet, is asked of it: the next query gets another one, or fails.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** Runs a query on one connection, or on any of a pool. */
export const answerOn =
  (connection: pg.Pool | pg.PoolClient) =>
  async ({ statement, parameters }: Query): Promise<Answer> => {
    const { name, postgres: text } = statement
    const { rows, rowCount } = await connection.query({ ...(name && { name }), text, values: [...parameters] })
    return { rows, count: rowCount ?? 0 }
  }

const codeIn = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Whether the server itself said no: then nothing was changed. Otherwise the server was lost, perhaps in a commit. */
export const isAnswer = (error: unknown): boolean => error instanceof pg.DatabaseError

/** disk_full, insufficient_resources and configuration_limit_exceeded; an index or a table that may not grow. */
const FULL: ReadonlySet<string> = new Set(['53100', '53000', '53400', '54000'])
export const isFull = (error: unknown): boolean => isAnswer(error) && FULL.has(codeIn(error) ?? '')

/**
 * Lost against another transaction: serialization, deadlock; a key or a table that somebody else made in between, which
 * the next attempt finds.
 */
const LOST: ReadonlySet<string> = new Set(['40001', '40P01', '23505', '42P07', '42701', '42710'])
const isLost = (error: unknown): boolean => isAnswer(error) && LOST.has(codeIn(error) ?? '')

/** SQLSTATE, or Node's code where no server answered; never a message, which may quote values. */
export const codeOf = (error: unknown): string => {
  const code = codeIn(error)
  return code !== undefined && /^[A-Z0-9_]{5,40}$/.test(code) ? `postgres-${code}` : 'postgres-lost'
}

/** What a transaction has to itself until its end: a space, or the one that an invitation is for. */
export type Held = { readonly space: Uint8Array } | { readonly invitation: Uint8Array }

const literal = (bytes: Uint8Array): string => `'\\x${Buffer.from(bytes).toString('hex')}'::bytea`

/**
 * Begins, and waits for its turn at a space: in one message. Each later statement sees all that was committed until it
 * starts, so whoever holds the space sees its last state.
 */
function beginning(held: Held | undefined): string {
  const begin = 'BEGIN ISOLATION LEVEL READ COMMITTED'
  if (held === undefined) return begin
  const space =
    'space' in held
      ? literal(held.space)
      : `(SELECT space FROM invitations WHERE invitation = ${literal(held.invitation)})`
  return `${begin}; SELECT 1 FROM spaces WHERE space = ${space} FOR UPDATE`
}

async function attempt<T>(pool: pg.Pool, begin: string, step: (answer: ReturnType<typeof answerOn>) => Promise<T>) {
  const client = await pool.connect()
  let failed: unknown
  try {
    await client.query(begin)
    const outcome = await step(answerOn(client))
    await client.query('COMMIT')
    return outcome
  } catch (error) {
    failed = error
    if (isAnswer(error) || !(error instanceof Error && 'code' in error)) {
      // The server is there: the connection can be used again, if it can be brought back.
      failed = await client.query('ROLLBACK').then(
        () => undefined,
        (lost: unknown) => lost,
      )
    }
    throw error
  } finally {
    client.release(failed !== undefined)
  }
}

/**
 * Runs `step` in one transaction, again from its beginning when it lost against another one. Rejects with what the
 * database rejects with; then nothing of it was done, unless the server was lost (see {@link isAnswer}).
 */
export async function transact<T>(
  pool: pg.Pool,
  held: Held | undefined,
  step: (answer: ReturnType<typeof answerOn>) => Promise<T>,
): Promise<T> {
  const begin = beginning(held)
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(pool, begin, step)
    } catch (error) {
      // At once: what it lost against is over when the server says so.
      if (attempts >= ATTEMPTS || !isLost(error)) throw error
    }
  }
}
