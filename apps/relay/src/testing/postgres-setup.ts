import { createServer } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The port of this machine on which a run's PostgreSQL is asked for. */
    readonly postgresDoor: number
  }
}

/** One PostgreSQL for a whole run of tests, started when the first of them asks for it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<PostgresServer> | undefined
  const door = createServer((socket) => {
    started ??= startPostgres()
    started.then(
      ({ url }) => socket.end(url),
      (error: unknown) => socket.end(`failed: ${error}`),
    )
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const address = door.address()
  project.provide('postgresDoor', typeof address === 'object' && address !== null ? address.port : 0)
  return async () => {
    door.close()
    await started?.then((server) => server.stop())
  }
}
