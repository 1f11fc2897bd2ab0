import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import pg from 'pg'
import { inject } from 'vitest'
import './postgres-setup.ts'

/** The address of this run's server. */
async function serverUrl(): Promise<string> {
  const socket = connect(inject('postgresDoor'), '127.0.0.1')
  let url = ''
  socket.on('data', (chunk) => (url += chunk))
  await once(socket, 'close')
  if (!url.startsWith('postgres:')) throw new Error(`PostgreSQL did not start: ${url}`)
  return url
}

/** Runs SQL on a database of a test, past the relay. */
export async function onDatabase<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Row>(sql)
    return rows
  } finally {
    await client.end()
  }
}

/** The address of a new database that holds nothing. It goes with the server. */
export async function freshDatabase(): Promise<string> {
  const server = await serverUrl()
  const name = `t${randomBytes(8).toString('hex')}`
  await onDatabase(server, `CREATE DATABASE ${name}`)
  return server.replace(/\/postgres$/, `/${name}`)
}
