import type { LogItem } from '@antechamber/protocol'
import { hash } from '@antechamber/sealing'

/** What a liar shows in the place of one item of the real log: nothing, it, another, or more. Their numbers are not looked at. */
export type Falsify = (item: LogItem) => readonly LogItem[]

/**
 * A log that is not the relay's, and contradicts itself nowhere: numbered 1, 2, 3 as a log is, and the same whenever it
 * is asked for again.
 */
export class FalseLog {
  readonly #falsify: Falsify
  readonly #shown = new Map<number, readonly LogItem[]>()
  /** How far the numbers that are shown are ahead of the real ones. */
  #ahead = 0

  constructor(falsify: Falsify) {
    this.#falsify = falsify
  }

  /** What is shown for the next item of the real log, or for one that has been shown before. */
  show(item: LogItem): readonly LogItem[] {
    const before = this.#shown.get(item.n)
    if (before) return before
    const made = this.#falsify(item).map((one, at) => ({ ...one, n: item.n + this.#ahead + at }))
    this.#ahead += made.length - 1
    this.#shown.set(item.n, made)
    return made
  }

  /** The number that is told for one of the real log. */
  told(n: number): number {
    return n + this.#ahead
  }

  /** The real number behind one that a device names. */
  meant(n: number): number {
    const found = [...this.#shown].find(([, items]) => items.some((item) => item.n === n))
    return found?.[0] ?? n - this.#ahead
  }
}

/** Another envelope, with the hash that it has. */
export const itemOf = (envelope: Uint8Array): LogItem => ({ n: 0, envelope, envelopeHash: hash(envelope) })
