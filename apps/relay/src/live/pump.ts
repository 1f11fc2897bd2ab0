import type { LogPage } from '../storage/ports.ts'
import { addressed, itemsFrame } from './frames.ts'
import type { Outlet } from './outlet.ts'
import type { LiveSpace } from './spaces.ts'

/** What one page from the storage holds at most; well below what a message may be. */
export const PAGE = { maxItems: 256, maxBytes: 512 * 1024 } as const

/** Sends one device the log, in order and none twice, as fast as it reads and no faster (WR9, WR10). */
export interface Pump {
  /** Begins to send what comes after `after`, as answers to `ref`. A later start takes the place of an earlier one. */
  start(ref: number, after: number): void
  wake(): void
  stop(): void
}

export interface PumpPorts {
  readonly outlet: Outlet
  readonly space: LiveSpace
  /** Undefined when the device may not read any more. */
  readonly read: (after: number) => Promise<LogPage | undefined>
  readonly failed: (error: unknown) => void
}

export function createPump({ outlet, space, read, failed }: PumpPorts): Pump {
  let ref = 0
  let starts = 0
  let cursor = 0
  let isFirst = false
  let isRunning = false
  let isOver = false

  /** Sends the next items; the first answer is sent even if it holds none. */
  async function step(): Promise<void> {
    const recent = space.recentAfter(cursor)
    if (recent !== undefined) {
      outlet.send(addressed(recent.frame, ref))
      cursor = recent.last
      isFirst = false
      return
    }
    const start = starts
    const page = await read(cursor)
    // A new start while the storage read: what it read is for an old question.
    if (isOver || start !== starts) return
    if (page === undefined) {
      isOver = true
      return
    }
    space.saw(page.head)
    outlet.send(addressed(itemsFrame(page.head, page.items), ref))
    cursor = page.items.at(-1)?.n ?? Math.max(cursor, page.head)
    isFirst = false
  }

  async function run(): Promise<void> {
    if (isRunning || ref === 0) return
    isRunning = true
    try {
      while (!isOver && (isFirst || cursor < space.head())) {
        if (outlet.isFull()) await outlet.room()
        else await step()
      }
    } catch (error) {
      isOver = true
      failed(error)
    } finally {
      isRunning = false
    }
  }

  const wake = () => {
    void run()
  }
  return {
    start: (newRef, after) => {
      ref = newRef
      starts += 1
      cursor = after
      isFirst = true
      wake()
    },
    wake,
    stop: () => {
      isOver = true
    },
  }
}
