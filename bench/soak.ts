import { setTimeout as sleep } from 'node:timers/promises'
import type { LogItem } from '@antechamber/protocol'
import { enter, entry, type LiveClient, newDevice } from '@antechamber/relay/testing'
import { type Figure, figure, quantile } from './lib/figure.ts'
import { admitted, inParallel, newRoom, type Room } from './lib/load.ts'
import { bytesIn, inFolder, type RunningRelay, startRelay } from './lib/relay.ts'

const SPACES = 200
const PEOPLE = 40
/** Each person writes so often, at random moments. */
const PAUSE_MS = 5 * 60_000
const MINUTE_MS = 60_000
const STRETCHES = 6

/** A stretch of the soak. */
interface Stretch {
  readonly name: string
  readonly appends: readonly number[]
  readonly arrivals: readonly number[]
  readonly memory: number
  readonly bytesEach: number
}

/** One space with its people, who all read it live. */
class Table {
  readonly #room: Room
  readonly #chapter: Uint8Array
  readonly #people: readonly LiveClient[]
  #sentAt = 0
  #isSending = false

  constructor(room: Room, chapter: Uint8Array, people: readonly LiveClient[], arrived: (ms: number) => void) {
    this.#room = room
    this.#chapter = chapter
    this.#people = people
    for (const { socket } of people) {
      // In front of the client's own: two who write in the same moment would be taken for one, so only one writes at a time.
      socket.on('message', () => this.#isSending && arrived(performance.now() - this.#sentAt))
    }
  }

  /** Somebody writes a kilobyte; milliseconds until it was acknowledged, or undefined while somebody else is writing. */
  async write(who: number): Promise<number | undefined> {
    if (this.#isSending) return undefined
    this.#isSending = true
    this.#sentAt = performance.now()
    const envelope = entry(this.#room.space, this.#chapter)
    const answer = await (this.#people[who] as LiveClient).ask({ type: 'append', envelope })
    const took = performance.now() - this.#sentAt
    if (typeof answer === 'string') throw new Error(answer)
    // What was sent to the others is on its way for a moment yet.
    setTimeout(() => {
      this.#isSending = false
    }, 500)
    return took
  }
}

/** The rooms with everybody in them. */
async function openTables(relay: RunningRelay, arrived: (ms: number) => void): Promise<readonly Table[]> {
  const tables: Table[] = []
  await inParallel(SPACES, 4, async () => {
    const room = await newRoom(relay)
    const devices = Array.from({ length: PEOPLE }, newDevice)
    const chapter = await admitted(room, devices)
    await room.client.close()
    const people: LiveClient[] = []
    for (const device of devices) {
      const client = await enter(relay.url, room.space, device)
      const tail = client.tail(2)
      await tail.started
      // What has come is not kept: millions of items here would stop this process for seconds, and seem the relay's doing.
      client.socket.on('message', () => (tail.items as LogItem[]).splice(0))
      people.push(client)
    }
    tables.push(new Table(room, chapter, people, arrived))
  })
  return tables
}

const figuresOf = ({ name, appends, arrivals, memory, bytesEach }: Stretch): readonly Figure[] => [
  figure(`${name}: an append, p50`, 'ms', [quantile(appends, 0.5)]),
  figure(`${name}: an append, p99`, 'ms', [quantile(appends, 0.99)]),
  figure(`${name}: from append to a reader, p50`, 'ms', [quantile(arrivals, 0.5)]),
  figure(`${name}: from append to a reader, p99`, 'ms', [quantile(arrivals, 0.99)]),
  figure(`${name}: memory at the end`, 'MB', [memory / 2 ** 20]),
  figure(`${name}: disk for each envelope`, 'bytes', [bytesEach]),
]

/**
 * Two hundred rooms of forty people who write at a human pace, for an hour: what a relay takes of memory and disk, and
 * how fast it is, from each sixth of the time to the next. `SOAK_MINUTES` makes it shorter.
 */
export const measureSoak = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    const minutes = Number(process.env['SOAK_MINUTES'] ?? 60)
    const relay = await startRelay(folder)
    try {
      let [appends, arrivals]: [number[], number[]] = [[], []]
      const tables = await openTables(relay, (ms) => arrivals.push(ms))
      let isOver = false
      const writing = tables.map(async (table) => {
        for (;;) {
          await sleep((-Math.log(1 - Math.random()) * PAUSE_MS) / PEOPLE)
          if (isOver) return
          const took = await table.write(Math.floor(Math.random() * PEOPLE))
          if (took !== undefined) appends.push(took)
        }
      })
      const figures: Figure[] = []
      for (let i = 1; i <= STRETCHES; i++) {
        const before = bytesIn(folder)
        await sleep((minutes * MINUTE_MS) / STRETCHES)
        const bytesEach = (bytesIn(folder) - before) / appends.length
        const name = `part ${i} of ${STRETCHES}`
        figures.push(...figuresOf({ name, appends, arrivals, memory: relay.memory().now, bytesEach }))
        ;[appends, arrivals] = [[], []]
      }
      isOver = true
      await Promise.all(writing)
      return [...figures, figure('memory at most', 'MB', [relay.memory().peak / 2 ** 20])]
    } finally {
      await relay.stop()
    }
  })
