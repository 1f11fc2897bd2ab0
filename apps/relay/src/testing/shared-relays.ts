import { join } from 'node:path'
import { sharedPorts } from '../shared.ts'
import { testClock } from './clock.ts'
import { tempFolder } from './folder.ts'
import { freshDatabase, onDatabase } from './postgres.ts'
import { startTestRelay, type TestRelay } from './relay.ts'

/** Two relays on one database, with one key file and one clock. */
export async function startTwoRelays() {
  const [url, folder, clock] = [await freshDatabase(), await tempFolder(), testClock()]
  const shareKeyFile = join(folder.path, 'keys', 'share.key')
  const start = async (): Promise<TestRelay> => {
    const ports = await sharedPorts({ databaseUrl: url, shareKeyFile, logLevel: 'silent' }, clock)
    return { ...(await startTestRelay({ ...ports, clock })), clock }
  }
  const [near, far] = [await start(), await start()]
  return {
    near,
    far,
    clock,
    shareKeyFile,
    start,
    /** Ends the connections on which the relays hear of each other, as a broken network does. */
    deafen: () =>
      onDatabase(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query LIKE '%pg_notify%' AND pid <> pg_backend_pid()",
      ),
    sql: <Row extends Record<string, unknown>>(text: string) => onDatabase<Row>(url, text),
    stop: async () => {
      await Promise.all([near.stop(), far.stop()])
      await folder.remove()
    },
  }
}

export type TwoRelays = Awaited<ReturnType<typeof startTwoRelays>>
