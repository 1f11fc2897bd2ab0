import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  appendOf,
  enter,
  entry,
  type LiveClient,
  newDevice,
  openChapter,
  openSpace,
  randomId,
  type StoredSpace,
  sqliteStorage,
  storedChapter,
  storedSpace,
} from '@antechamber/relay/testing'
import { type Figure, figure, quantile } from './lib/figure.ts'
import { RELAY_DIST, type RunningRelay, startRelay } from './lib/relay.ts'

const RUNS = 5
const FLOOR_WRITES = 1_500
/** How many are in flight, and how many there are in a run. */
const APPENDS = [
  [1, 1_500],
  [16, 8_000],
  [128, 15_000],
] as const
/** Runs `task` for each number below `count`, `inFlight` at a time; milliseconds of each, and of all. */
async function inParallel(count: number, inFlight: number, task: (i: number) => Promise<unknown>) {
  const each: number[] = []
  let next = 0
  const begun = performance.now()
  const worker = async () => {
    for (let i = next++; i < count; i = next++) {
      const start = performance.now()
      await task(i)
      each.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return { each, all: performance.now() - begun }
}

/** What this disk can do at best, one after the other: a kilobyte written to the end of a file and forced to the disk. */
function diskFloor(folder: string): Figure {
  const [file, kilobyte] = [openSync(join(folder, 'floor'), 'w'), new Uint8Array(1024)]
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const begun = performance.now()
    for (let i = 0; i < FLOOR_WRITES; i++) {
      writeSync(file, kilobyte)
      fdatasyncSync(file)
    }
    if (run > 0) rates.push((FLOOR_WRITES / (performance.now() - begun)) * 1000)
  }
  closeSync(file)
  return figure('floor: a kilobyte written and forced to the disk', 'per second', rates)
}

/** Durable appends of 1 KB at the storage port, into eight spaces of a fresh file on this disk. */
async function appends(folder: string, inFlight: number, count: number): Promise<Figure[]> {
  const storage = await sqliteStorage(join(folder, `${inFlight}.sqlite`), Date.now(), {
    workerUrl: pathToFileURL(join(RELAY_DIST, 'storage-worker.js')),
  })
  const rooms: { readonly at: StoredSpace; readonly chapter: Uint8Array }[] = []
  for (let i = 0; i < 8; i++) {
    const at = await storedSpace(storage)
    rooms.push({ at, chapter: (await storedChapter(storage, at)).chapter })
  }
  const [rates, p50s, p99s]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run <= RUNS; run++) {
    const made = Array.from({ length: count }, (_, i) => {
      const { at, chapter } = rooms[i % rooms.length] as (typeof rooms)[number]
      return appendOf(at, entry(at.space, chapter))
    })
    const { each, all } = await inParallel(count, inFlight, async (i) => {
      const answer = await storage.envelopes.append(made[i] as (typeof made)[number])
      if (!answer.ok) throw new Error(answer.error)
    })
    // The first run does not count.
    if (run === 0) continue
    rates.push((count / all) * 1000)
    p50s.push(quantile(each, 0.5))
    p99s.push(quantile(each, 0.99))
  }
  await storage.envelopes.close()
  return [
    figure(`durable appends, ${inFlight} in flight`, 'per second', rates),
    figure(`an append, ${inFlight} in flight, p50`, 'ms', p50s),
    figure(`an append, ${inFlight} in flight, p99`, 'ms', p99s),
  ]
}

/** Milliseconds from sending an envelope until each of `readers` live connections has it, for each of many envelopes. */
async function fanOut(relay: RunningRelay, readers: number): Promise<Figure[]> {
  const [space, ada] = [randomId(), newDevice()]
  await openSpace(relay.url, { secret: relay.secret }, space, ada, Date.now() + 3_600_000)
  const writer = await enter(relay.url, space, ada)
  const { chapter } = await openChapter({ space, client: writer })
  const clients: LiveClient[] = []
  await inParallel(readers, 40, async () => {
    const client = await enter(relay.url, space, ada)
    await client.tail(1).started
    clients.push(client)
  })
  let [sentAt, waiting] = [0, 0]
  let took: number[] = []
  let arrived: () => void = () => undefined
  for (const { socket } of clients) {
    // From here on a reader only notes the time: taking a thousand frames apart would be measured with them.
    socket.removeAllListeners('message')
    socket.on('message', () => {
      took.push(performance.now() - sentAt)
      waiting -= 1
      if (waiting === 0) arrived()
    })
  }
  const [p50s, p99s]: [number[], number[]] = [[], []]
  for (let run = 0; run <= RUNS; run++) {
    took = []
    for (let i = 0; i < 30; i++) {
      const envelope = entry(space, chapter)
      const all = new Promise<void>((resolve) => {
        arrived = resolve
      })
      waiting = readers
      sentAt = performance.now()
      await Promise.all([writer.ask({ type: 'append', envelope }), all])
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    if (run === 0) continue
    p50s.push(quantile(took, 0.5))
    p99s.push(quantile(took, 0.99))
  }
  for (const client of clients) client.socket.terminate()
  await writer.close()
  return [
    figure(`from append to ${readers} live readers, p50`, 'ms', p50s),
    figure(`from append to ${readers} live readers, p99`, 'ms', p99s),
  ]
}

/** Durable appends and live fan-out, on this machine and this disk. Takes about a minute. */
export async function measureRelay(): Promise<readonly Figure[]> {
  // Beside the sources, so that it is the disk on which a relay would keep its data, and no memory file system.
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.bench-data-'))
  try {
    const figures: Figure[] = [diskFloor(folder)]
    for (const [inFlight, count] of APPENDS) figures.push(...(await appends(folder, inFlight, count)))
    const relay = await startRelay(folder)
    try {
      for (const readers of [40, 1_000]) figures.push(...(await fanOut(relay, readers)))
    } finally {
      await relay.stop()
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
