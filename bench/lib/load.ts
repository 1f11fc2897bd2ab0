import { createHash } from 'node:crypto'
import { EMPTY_LOG_HASH, logLink } from '@antechamber/protocol'
import {
  type Device,
  enter,
  entry,
  type LiveClient,
  newDevice,
  openChapter,
  openSpace,
  randomId,
} from '@antechamber/relay/testing'
import { type Figure, figure, quantile } from './figure.ts'
import type { RunningRelay } from './relay.ts'

const RUNS = 5
const HOUR_MS = 3_600_000

/** Runs `task` for each number below `count`, `inFlight` at a time; milliseconds of each, and of all. */
export async function inParallel(count: number, inFlight: number, task: (i: number) => Promise<unknown>) {
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

/** Rates of some runs, and how long each task of them took. The first run does not count. */
export async function rated(
  what: string,
  count: number,
  inFlight: number,
  prepare: () => readonly (() => Promise<unknown>)[],
): Promise<Figure[]> {
  const [rates, p50s, p99s]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run <= RUNS; run++) {
    const tasks = prepare()
    const { each, all } = await inParallel(count, inFlight, (i) => (tasks[i] as (typeof tasks)[number])())
    if (run === 0) continue
    rates.push((count / all) * 1000)
    p50s.push(quantile(each, 0.5))
    p99s.push(quantile(each, 0.99))
  }
  return [
    figure(`${what}, ${inFlight} in flight`, 'per second', rates),
    figure(`${what}, ${inFlight} in flight, p50`, 'ms', p50s),
    figure(`${what}, ${inFlight} in flight, p99`, 'ms', p99s),
  ]
}

/** A fresh space with one chapter, and its opener inside. */
export async function newRoom(relay: RunningRelay) {
  const [space, device] = [randomId(), newDevice()]
  const opened = await openSpace(relay.url, { secret: relay.secret }, space, device, Date.now() + 24 * HOUR_MS)
  if (opened.status !== 201) throw new Error(`the space was refused: ${opened.code ?? opened.status}`)
  const client = await enter(relay.url, space, device)
  const { chapter } = await openChapter({ space, client })
  return { space, device, client, chapter }
}

export type Room = Awaited<ReturnType<typeof newRoom>>

/** Live connections to a room that read from its head on. */
export async function readersOf(relay: RunningRelay, { space, device }: Room, count: number): Promise<LiveClient[]> {
  const clients: LiveClient[] = []
  await inParallel(count, 40, async () => {
    const client = await enter(relay.url, space, device)
    await client.tail(1).started
    clients.push(client)
  })
  return clients
}

/** Milliseconds from sending an envelope until each live connection has it, for each of many envelopes. */
export async function fanOut({ space, client: writer, chapter }: Room, readers: readonly LiveClient[]) {
  let [sentAt, waiting] = [0, 0]
  let took: number[] = []
  let arrived: () => void = () => undefined
  for (const { socket } of readers) {
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
      waiting = readers.length
      sentAt = performance.now()
      await Promise.all([writer.ask({ type: 'append', envelope }), all])
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    if (run === 0) continue
    p50s.push(quantile(took, 0.5))
    p99s.push(quantile(took, 0.99))
  }
  return [
    figure(`from append to ${readers.length} live readers, p50`, 'ms', p50s),
    figure(`from append to ${readers.length} live readers, p99`, 'ms', p99s),
  ]
}

/** Lets devices into a room that has one chapter, each with a grant, by a second one. */
export async function admitted({ space, client }: Room, admit: readonly Device[]): Promise<Uint8Array> {
  const [first] = await client.tail(0).until(1)
  if (!first) throw new Error('the room has no chapter')
  const headHash = new Uint8Array(
    createHash('sha256')
      .update(logLink(EMPTY_LOG_HASH, 1, first.envelopeHash))
      .digest(),
  )
  const { chapter, answer } = await openChapter({ space, client }, { head: 1, headHash, admit })
  if (typeof answer === 'string') throw new Error(`not admitted: ${answer}`)
  return chapter
}
