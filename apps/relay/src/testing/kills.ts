import { setTimeout as sleep } from 'node:timers/promises'
import { type LogItem, toHex } from '@antechamber/protocol'
import { sha256 } from '../storage/rules.ts'
import { type Device, entry, newDevice, randomId } from './device.ts'
import { deskSecret, openSpace } from './http-client.ts'
import { enter, type LiveClient } from './live-client.ts'
import { LINK, ORIGIN, type Program, STARTED, startProgram } from './program.ts'
import { openChapter } from './relay.ts'

/** Who writes and reads while relays are killed. */
const WRITERS = 12
const READERS = 3
/** A relay lives at most so long between two kills, under load. */
const LIFE_MS = 250
/** Between two envelopes of one writer: the log is read whole at the end, and has to fit. */
const PAUSE_MS = 5

/** One of the relays of a test: it has another address each time it is started. */
interface Place {
  program: Program
  origin: string
}

/** What became of it all. */
export interface Aftermath {
  /** Of each envelope that was acknowledged, by its hash, the number that was told. */
  readonly acknowledged: ReadonlyMap<string, number>
  /** What each reader has read, over all its connections. */
  readonly readers: readonly (readonly Read[])[]
  /** The log as a relay has it at the end. */
  readonly log: readonly Read[]
}

/** An envelope as somebody has read it: its number, and the hash of its bytes. */
interface Read {
  readonly n: number
  readonly hash: string
}

const hashOf = (envelope: Uint8Array): string => toHex(sha256(envelope))
const readOf = ({ n, envelope = new Uint8Array() }: LogItem): Read => ({ n, hash: hashOf(envelope) })

/** Numbers in [0, 1), the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

async function start(env: Record<string, string>): Promise<Place> {
  const program = startProgram([], env)
  await program.says(STARTED)
  return { program, origin: await program.says(ORIGIN) }
}

class Siege {
  readonly acknowledged = new Map<string, number>()
  readonly readers: Read[][]
  isOver = false
  readonly #places: readonly Place[]
  readonly #space: Uint8Array
  readonly #device: Device
  readonly #chapter: Uint8Array

  constructor(places: readonly Place[], space: Uint8Array, device: Device, chapter: Uint8Array) {
    this.#places = places
    this.#space = space
    this.#device = device
    this.#chapter = chapter
    this.readers = Array.from({ length: READERS }, () => [])
  }

  /** Enters at any of the places, however often that takes. */
  async #enter(preferred: number): Promise<LiveClient> {
    for (let tries = preferred; ; tries++) {
      const { origin } = this.#places[tries % this.#places.length] as Place
      try {
        return await enter(origin, this.#space, this.#device)
      } catch {
        await sleep(10)
      }
    }
  }

  /** Sends one envelope after the other, each until it is acknowledged: over again when the relay has died of it. */
  async write(which: number): Promise<void> {
    let client = await this.#enter(which)
    while (!this.isOver) {
      const envelope = entry(this.#space, this.#chapter)
      let told: number | undefined
      while (told === undefined) {
        const answer = await Promise.race([client.ask({ type: 'append', envelope }), client.ended])
        if (typeof answer === 'string') throw new Error(`refused: ${answer}`)
        if ('closeCode' in answer) client = await this.#enter(which)
        else if ('n' in answer) told = answer.n
      }
      this.acknowledged.set(hashOf(envelope), told)
      await sleep(PAUSE_MS)
    }
    await client.close()
  }

  /** Reads on from where it was, over all deaths, until there is nothing more. */
  async read(which: number, until: () => number): Promise<void> {
    const items = this.readers[which] as Read[]
    while (items.length < until()) {
      const client = await this.#enter(which)
      const tail = client.tail(items.at(-1)?.n ?? 0)
      const enough = (async () => {
        while (items.length + tail.items.length < until()) await sleep(5)
      })()
      await Promise.race([client.ended, enough])
      items.push(...tail.items.map(readOf))
      await client.close()
    }
  }

  async log(): Promise<readonly Read[]> {
    const client = await this.#enter(0)
    const { n } = (await client.ask({ type: 'append', envelope: entry(this.#space, this.#chapter) })) as { n: number }
    const items = await client.tail(0).until(n)
    await client.close()
    return items.slice(0, -1).map(readOf)
  }
}

/**
 * Kills relays without a warning at random moments under load, one at a time, and starts them again.
 *
 * @param envs the environment of each relay; several stand on one database
 * @param seed of the moments
 */
export async function killAgainAndAgain(
  envs: readonly Record<string, string>[],
  kills: number,
  seed: number,
): Promise<Aftermath> {
  const random = dice(seed)
  const places: Place[] = []
  try {
    for (const env of envs) places.push(await start(env))
    const [space, device] = [randomId(), newDevice()]
    const { origin } = places[0] as Place
    const secret = deskSecret(await (places[0] as Place).program.says(LINK))
    await openSpace(origin, { secret }, space, device, Date.now() + 600_000_000)
    const { chapter } = await openChapter({ space, client: await enter(origin, space, device) })
    const siege = new Siege(places, space, device, chapter)
    const writing = Array.from({ length: WRITERS }, (_, which) => siege.write(which))
    let total = Number.POSITIVE_INFINITY
    const reading = siege.readers.map((_, which) => siege.read(which, () => total))
    for (let kill = 0; kill < kills; kill++) {
      const enough = siege.acknowledged.size + 1
      await sleep(random() * LIFE_MS)
      while (siege.acknowledged.size < enough) await sleep(1)
      const which = Math.floor(random() * places.length)
      const place = places[which] as Place
      place.program.child.kill('SIGKILL')
      await place.program.ended
      Object.assign(place, await start(envs[which] as Record<string, string>))
    }
    siege.isOver = true
    await Promise.all(writing)
    const log = await siege.log()
    total = log.length
    await Promise.all(reading)
    return { acknowledged: siege.acknowledged, readers: siege.readers, log }
  } finally {
    for (const { program } of places) program.child.kill('SIGKILL')
  }
}

/** What is wrong: nothing acknowledged may be missing or twice there, and all see one order. */
export function faultsOf({ acknowledged, readers, log }: Aftermath): string[] {
  const faults: string[] = []
  const numbers = new Map<string, number>()
  for (const [i, { n, hash }] of log.entries()) {
    if (n !== i + 1) faults.push(`${n} stands at ${i + 1}`)
    if (numbers.has(hash)) faults.push(`${n} is ${numbers.get(hash)} once more`)
    numbers.set(hash, n)
  }
  for (const [hash, told] of acknowledged) {
    const n = numbers.get(hash)
    if (n !== told) faults.push(n === undefined ? `${told} is lost` : `${n} was told as ${told}`)
  }
  for (const [reader, items] of readers.entries()) {
    const at = log.findIndex(({ n, hash }, i) => items[i]?.n !== n || items[i]?.hash !== hash)
    if (at !== -1) faults.push(`reader ${reader} has ${items[at]?.n} at ${at + 1}`)
  }
  return faults
}
