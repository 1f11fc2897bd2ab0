import type { LogItem } from '@antechamber/protocol'
import { itemsFrame } from './frames.ts'

/** Items and bytes that a space keeps at hand for its live readers; who is further behind reads from the storage. */
const RECENT_ITEMS = 64
const RECENT_BYTES = 512 * 1024

/** Items as a message, and the last number in it. */
export interface Framed {
  readonly frame: Uint8Array
  readonly last: number
}

/** The end of a space's log, as far as it was appended here without a gap: readers who keep up are served from it. */
export interface Recent {
  remember(item: LogItem): void
  /** Keeps nothing: what was taken out of the storage is to be nowhere. */
  forget(): void
  /** All items after `after`, if they are at hand and go up to `head`. */
  after(after: number, head: number): Framed | undefined
}

const sizeOf = (item: LogItem): number => item.envelope?.length ?? 0

export function createRecent(): Recent {
  let items: LogItem[] = []
  let bytes = 0
  let framed: (Framed & { readonly after: number }) | undefined
  const forget = () => {
    items = []
    bytes = 0
    framed = undefined
  }
  return {
    forget,
    remember: (item) => {
      // A gap means that another relay appended in between: what is at hand is no longer the end of the log.
      if (item.n !== (items.at(-1)?.n ?? item.n - 1) + 1) forget()
      items.push(item)
      bytes += sizeOf(item)
      while (items.length > RECENT_ITEMS || (bytes > RECENT_BYTES && items.length > 1)) {
        bytes -= sizeOf(items.shift() as LogItem)
      }
    },
    after: (after, head) => {
      const first = items[0]
      const last = items.at(-1)
      if (first === undefined || last === undefined || after + 1 < first.n || after >= last.n || last.n < head) {
        return undefined
      }
      if (framed?.after !== after || framed.last !== last.n) {
        framed = { after, last: last.n, frame: itemsFrame(head, items.slice(after + 1 - first.n)) }
      }
      return framed
    },
  }
}
