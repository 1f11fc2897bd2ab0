import { newDevice, openSpace, randomId } from '@antechamber/relay/testing'
import { type Figure, figure } from './lib/figure.ts'
import { admitted, fanOut, inParallel, newRoom, type Room, readersOf } from './lib/load.ts'
import { bytesIn, inFolder, type RunningRelay, startRelay } from './lib/relay.ts'

const READERS = 5_000
const SPACES = 2_000
/** In rooms of forty. */
const MEMBERS = 4_000
const PEOPLE = 40

/** What `count` more of something take of memory and disk, for each of them. */
async function costOf(what: string, count: number, relay: RunningRelay, folder: string, more: () => Promise<unknown>) {
  const before = { memory: relay.memory().now, disk: bytesIn(folder) }
  await more()
  const each = (after: number, first: number): number => (after - first) / count / 1024
  return [
    figure(`one more ${what}: memory`, 'KB', [each(relay.memory().now, before.memory)]),
    figure(`one more ${what}: disk`, 'KB', [each(bytesIn(folder), before.disk)]),
  ]
}

/** What a crowd costs: a room with 5,000 who read it live, and one more space, member and reader. Takes about two minutes. */
export const measureCrowd = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    const relay = await startRelay(folder)
    try {
      const figures: Figure[] = [
        figure('memory of a relay that has just started', 'MB', [relay.memory().now / 2 ** 20]),
      ]
      const { url, secret } = relay
      const spaces = () =>
        inParallel(SPACES, 8, () => openSpace(url, { secret }, randomId(), newDevice(), Date.now() + 86_400_000))
      figures.push(...(await costOf('space, with nobody in it', SPACES, relay, folder, spaces)))
      const rooms = await Promise.all(Array.from({ length: MEMBERS / PEOPLE }, () => newRoom(relay)))
      const come = (): Promise<unknown> =>
        inParallel(rooms.length, 4, (i) => admitted(rooms[i] as Room, Array.from({ length: PEOPLE }, newDevice)))
      figures.push(...(await costOf('member, with a grant, not connected', MEMBERS, relay, folder, come)))
      const crowd = await newRoom(relay)
      let readers: Awaited<ReturnType<typeof readersOf>> = []
      const connect = async (): Promise<void> => {
        readers = await readersOf(relay, crowd, READERS)
      }
      figures.push(...(await costOf('reader, connected', READERS, relay, folder, connect)))
      figures.push(...(await fanOut(crowd, readers)))
      const { now, peak } = relay.memory()
      figures.push(figure(`memory with ${READERS} readers, after the last envelope`, 'MB', [now / 2 ** 20]))
      figures.push(figure(`memory with ${READERS} readers, at most`, 'MB', [peak / 2 ** 20]))
      for (const { socket } of readers) socket.terminate()
      await Promise.all([crowd.client.close(), ...rooms.map(({ client }) => client.close())])
      return figures
    } finally {
      await relay.stop()
    }
  })
