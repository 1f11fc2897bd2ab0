import { Failure, type FailureCode, isPassing } from './errors.ts'
import type { Platform } from './ports.ts'

const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 30_000

/** Everything that one dialogue waits for by the clock. {@link Patience.close} ends it all. */
export class Patience {
  readonly #after: Platform['after']
  readonly #timers = new Set<() => void>()
  #closed = false

  constructor(after: Platform['after']) {
    this.#after = after
  }

  /** Resolves after `ms`, or never, once this is closed. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return
      const cancel = this.#after(ms, () => {
        this.#timers.delete(cancel)
        resolve()
      })
      this.#timers.add(cancel)
    })
  }

  /**
   * Tries until the relay is reached. Whatever else it answers is told, and ends the trying.
   *
   * @param tell is given the code of each failure, and undefined once it has gone well
   * @returns whether it has gone well
   */
  async untilReached(work: () => Promise<void>, tell: (code: FailureCode | undefined) => void): Promise<boolean> {
    for (let wait = FIRST_RETRY_MS; !this.#closed; wait = Math.min(MAX_RETRY_MS, wait * 2)) {
      try {
        await work()
        tell(undefined)
        return true
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure
        tell(failure.code)
        if (!isPassing(failure)) return false
        await this.pause(Math.max(wait, failure.retryAfterMs))
      }
    }
    return false
  }

  close(): void {
    this.#closed = true
    for (const cancel of this.#timers) cancel()
  }
}
