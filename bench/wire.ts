import { join } from 'node:path'
import { enter, entry, type LiveClient, startPostgres } from '@antechamber/relay/testing'
import type { Figure } from './lib/figure.ts'
import { newRoom, type Room, rated } from './lib/load.ts'
import { inFolder, type RunningRelay, startRelay } from './lib/relay.ts'

const SPACES = 8
/** How many are in flight, and how many there are in a run. */
const APPENDS = [
  [1, 500],
  [16, 4_000],
  [128, 8_000],
] as const
/** Connections that write, spread over the spaces and the relays. */
const WRITERS = 16

interface Writer {
  readonly room: Room
  readonly client: LiveClient
}

async function writersOf(relays: readonly RunningRelay[]): Promise<readonly Writer[]> {
  const rooms: Room[] = []
  for (let i = 0; i < SPACES; i++) rooms.push(await newRoom(relays[0] as RunningRelay))
  return Promise.all(
    Array.from({ length: WRITERS }, async (_, i) => {
      const room = rooms[i % SPACES] as Room
      // Each space is written to through every relay.
      const relay = relays[Math.floor(i / SPACES) % relays.length] as RunningRelay
      return { room, client: await enter(relay.url, room.space, room.device) }
    }),
  )
}

async function through(what: string, relays: readonly RunningRelay[]): Promise<Figure[]> {
  const writers = await writersOf(relays)
  const figures: Figure[] = []
  for (const [inFlight, count] of APPENDS) {
    const prepare = () =>
      Array.from({ length: count }, (_, i) => {
        const { room, client } = writers[i % WRITERS] as Writer
        const envelope = entry(room.space, room.chapter)
        return async () => {
          const answer = await client.ask({ type: 'append', envelope })
          if (typeof answer === 'string') throw new Error(answer)
        }
      })
    figures.push(...(await rated(`appends through the wire, ${what}`, count, inFlight, prepare)))
  }
  for (const { client } of writers) client.socket.terminate()
  return figures
}

/**
 * Durable appends of 1 KB through real connections, with SQLite and with PostgreSQL (which waits for the disk as well),
 * by one relay and by two. Who writes runs on the same cores. Takes about two minutes.
 */
export const measureWire = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    const figures: Figure[] = []
    const alone = await startRelay(folder)
    figures.push(...(await through('SQLite, one process', [alone])))
    await alone.stop()
    const postgres = await startPostgres(['fsync=on', 'synchronous_commit=on'])
    const env = { DATABASE_URL: postgres.url, SHARE_KEY_FILE: join(folder, 'keys', 'share.key') }
    try {
      const first = await startRelay(join(folder, 'first'), env)
      figures.push(...(await through('PostgreSQL, one process', [first])))
      const second = await startRelay(join(folder, 'second'), env, first)
      figures.push(...(await through('PostgreSQL, two processes', [first, second])))
      await Promise.all([first.stop(), second.stop()])
    } finally {
      await postgres.stop()
    }
    return figures
  })
