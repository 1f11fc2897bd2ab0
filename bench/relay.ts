import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  appendOf,
  deskSecret,
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

/** One figure: the median over `runs`, with the smallest and the greatest. */
export interface RelayFigure {
  readonly name: string
  readonly unit: 'per second' | 'ms'
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

const RUNS = 5
/** How many are in flight, and how many there are in a run. */
const APPENDS = [
  [1, 1_500],
  [16, 8_000],
  [128, 15_000],
] as const
const ROOT = process.cwd()
const DIST = join(ROOT, 'apps', 'relay', 'dist')

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)
const quantile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

function figure(name: string, unit: RelayFigure['unit'], values: readonly number[]): RelayFigure {
  const digits = unit === 'ms' ? 2 : 0
  const round = (value: number) => Number(value.toFixed(digits))
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return { name, unit, median: round(quantile(values, 0.5)), min: round(min), max: round(max), runs: values.length }
}

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

/** Durable appends of 1 KB at the storage port, into eight spaces of a fresh file on this disk. */
async function appends(folder: string, inFlight: number, count: number): Promise<RelayFigure[]> {
  const storage = await sqliteStorage(join(folder, `${inFlight}.sqlite`), Date.now(), {
    workerUrl: pathToFileURL(join(DIST, 'storage-worker.js')),
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

interface RunningRelay {
  readonly child: ChildProcess
  readonly url: string
  readonly secret: Uint8Array
}

/** The built relay in a process of its own, as it is run. */
async function startRelay(folder: string): Promise<RunningRelay> {
  const env = { PATH: process.env['PATH'] ?? '', PORT: '0', DATA_DIR: join(folder, 'data'), RATE_SCALE: '100000' }
  const child = spawn(process.execPath, [join(DIST, 'main.js'), 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  for (;;) {
    const link = /http:\/\/localhost:\d+\/desk#d1\.[\w-]{43}/.exec(said)?.[0]
    if (link) return { child, url: new URL(link).origin, secret: deskSecret(link) }
    await once(child.stdout, 'data')
  }
}

/** Milliseconds from sending an envelope until each of `readers` live connections has it, for each of many envelopes. */
async function fanOut(relay: RunningRelay, readers: number): Promise<RelayFigure[]> {
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
export async function measureRelay(): Promise<readonly RelayFigure[]> {
  // Beside the sources, so that it is the disk on which a relay would keep its data, and no memory file system.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.bench-data-'))
  try {
    const figures: RelayFigure[] = []
    for (const [inFlight, count] of APPENDS) figures.push(...(await appends(folder, inFlight, count)))
    const relay = await startRelay(folder)
    try {
      for (const readers of [40, 1_000]) figures.push(...(await fanOut(relay, readers)))
    } finally {
      relay.child.kill('SIGTERM')
      await once(relay.child, 'close')
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
