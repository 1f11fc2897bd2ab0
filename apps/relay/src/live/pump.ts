import type { LogPage, PageRequest } from '../storage/ports.ts'
import type { Allowance } from './allowance.ts'
import { addressed, itemsFrame } from './frames.ts'
import type { Outlet } from './outlet.ts'
import type { LiveSpace } from './spaces.ts'

/** What one page from the storage holds at most; well below what a message may be. */
export const PAGE = { maxItems: 256, maxBytes: 512 * 1024 } as const

/** The same while all connections together have too much waiting. */
export const SMALL_PAGE = { maxItems: 64, maxBytes: 64 * 1024 } as const

type PageSize = Pick<PageRequest, 'maxItems' | 'maxBytes'>

export interface PumpPorts {
  readonly outlet: Outlet
  readonly allowance: Allowance
  readonly space: LiveSpace
  /** The first envelope that concerns the device: none before it is sent (WR18). */
  readonly since: number
  /** Undefined when the device may not read any more. */
  readonly read: (after: number, size: PageSize) => Promise<LogPage | undefined>
  readonly failed: (error: unknown) => void
}

/** Sends one device the log, in order and none twice, as fast as it reads and no faster (WR9, WR10). */
export class Pump {
  readonly #ports: PumpPorts
  #ref = 0
  #starts = 0
  #cursor = 0
  #isFirst = false
  #isRunning = false
  #isOver = false

  constructor(ports: PumpPorts) {
    this.#ports = ports
  }

  /** Begins to send what comes after `after`, as answers to `ref`. A later start takes the place of an earlier one. */
  start(ref: number, after: number): void {
    this.#ref = ref
    this.#starts += 1
    this.#cursor = Math.max(after, this.#ports.since - 1)
    this.#isFirst = true
    this.wake()
  }

  /** The log has grown. */
  wake(): void {
    if (!this.#isRunning && this.#starts > 0) void this.#run()
  }

  stop(): void {
    this.#isOver = true
  }

  async #run(): Promise<void> {
    const { outlet, space, failed } = this.#ports
    this.#isRunning = true
    try {
      while (!this.#isOver && (this.#isFirst || this.#cursor < space.head())) {
        if (outlet.isFull()) await outlet.room()
        else await this.#step()
      }
    } catch (error) {
      this.#isOver = true
      failed(error)
    } finally {
      this.#isRunning = false
    }
  }

  /** Sends the next items; the first answer is sent even if it holds none. */
  async #step(): Promise<void> {
    const { space, allowance } = this.#ports
    const isTight = allowance.isSpent()
    const recent = space.recentAfter(this.#cursor)
    if (recent !== undefined && !(isTight && recent.frame.length > SMALL_PAGE.maxBytes)) {
      return this.#send(recent.frame, recent.last)
    }
    const start = this.#starts
    const page = await this.#read(isTight ? SMALL_PAGE : PAGE)
    // A new start while the storage read: what it read is for an old question.
    if (this.#isOver || start !== this.#starts) return
    if (page === undefined) return this.stop()
    space.saw(page.head)
    this.#send(itemsFrame(page.head, page.items), page.items.at(-1)?.n ?? this.#cursor)
  }

  /** A page that is on its way counts as waiting: hundreds may ask at once. */
  async #read(size: PageSize): Promise<LogPage | undefined> {
    const { allowance, read } = this.#ports
    const letGo = allowance.hold(size.maxBytes)
    try {
      return await read(this.#cursor, size)
    } finally {
      letGo()
    }
  }

  #send(frame: Uint8Array, last: number): void {
    this.#ports.outlet.send(addressed(frame, this.#ref))
    this.#cursor = last
    this.#isFirst = false
  }
}
