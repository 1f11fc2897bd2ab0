import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  appendOf,
  entry,
  type StoredSpace,
  sqliteStorage,
  storedChapter,
  storedSpace,
} from '@antechamber/relay/testing'
import { type Figure, figure } from './lib/figure.ts'
import { fanOut, newRoom, rated, readersOf } from './lib/load.ts'
import { inFolder, RELAY_DIST, startRelay } from './lib/relay.ts'

const RUNS = 5
const FLOOR_WRITES = 1_500
/** How many are in flight, and how many there are in a run. */
const APPENDS = [
  [1, 1_500],
  [16, 8_000],
  [128, 15_000],
] as const

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
  const figures = await rated('durable appends', count, inFlight, () =>
    Array.from({ length: count }, (_, i) => {
      const { at, chapter } = rooms[i % rooms.length] as (typeof rooms)[number]
      const made = appendOf(at, entry(at.space, chapter))
      return async () => {
        const answer = await storage.envelopes.append(made)
        if (!answer.ok) throw new Error(answer.error)
      }
    }),
  )
  await storage.envelopes.close()
  return figures
}

/** Durable appends and live fan-out, on this machine and this disk. Takes about a minute. */
export const measureRelay = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    const figures: Figure[] = [diskFloor(folder)]
    for (const [inFlight, count] of APPENDS) figures.push(...(await appends(folder, inFlight, count)))
    const relay = await startRelay(folder)
    try {
      for (const count of [40, 1_000]) {
        const room = await newRoom(relay)
        const readers = await readersOf(relay, room, count)
        figures.push(...(await fanOut(room, readers)))
        for (const { socket } of readers) socket.terminate()
        await room.client.close()
      }
    } finally {
      await relay.stop()
    }
    return figures
  })
