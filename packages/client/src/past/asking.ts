import { type LogItem, MAX_REGRANTED_AT_ONCE, type RegrantedChapter } from '@antechamber/protocol'
import type { Connection } from '../connection.ts'
import { Failure } from '../errors.ts'

type Asking = Pick<Connection, 'request'>

/** The relay has more than a chapter can be, or does not go on: it is not read to its end. */
const MAX_ITEMS = 20_000

/** What a device was given again, of the chapters that this one may read, oldest first. Rejects with {@link Failure}. */
export async function listRegrants(connection: Asking, device: Uint8Array): Promise<readonly RegrantedChapter[]> {
  const listed: RegrantedChapter[] = []
  for (let after = 0; ; after = listed.at(-1)?.first ?? 0) {
    const { chapters } = await connection.request({ type: 'regrants', device, after }, 'regrants')
    listed.push(...chapters)
    // A list that does not go on is at its end, whatever it says.
    if (chapters.length < MAX_REGRANTED_AT_ONCE || (chapters.at(-1)?.first ?? 0) <= after) return listed
  }
}

/** A part of a chapter, behind a number. Rejects with {@link Failure}. */
export const readPart = (connection: Asking, chapter: Uint8Array, after: number) =>
  connection.request({ type: 'chapter', chapter, after }, 'chapter')

/** A whole chapter with the header behind it. Rejects with {@link Failure}; `not-understood` where the relay does not come to its end. */
export async function readWhole(connection: Asking, chapter: Uint8Array): Promise<readonly LogItem[]> {
  const items: LogItem[] = []
  for (let after = 0; items.length < MAX_ITEMS; after = items.at(-1)?.n ?? 0) {
    const part = await readPart(connection, chapter, after)
    items.push(...part.items)
    const last = items.at(-1)?.n ?? 0
    if (part.next !== undefined && last >= part.next) return items
    if (last <= after) break
  }
  throw new Failure('not-understood')
}
