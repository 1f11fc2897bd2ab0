import type { Bus, Hint } from '../bus.ts'
import type { Clock } from '../clock.ts'
import { keyOf } from '../storage/rules.ts'

/** So long others wait at most for a keeper who tries again; and so long after a vain wait nobody is waited for. */
export const HOLD_MS = 8_000
const TICK_MS = 500

/**
 * Lets a keeper on a slow line open a chapter in a space that is never still. Its batch is for the head that it has seen
 * (CH3), and in a busy room there is always a newer one: whoever writes fast enough, meaning it or not, would keep
 * everybody in and everybody else out. So while a keeper tries again, what others append waits (WR27).
 */
export interface Holds {
  /** A keeper's batch has come too late. */
  lost(space: Uint8Array, device: Uint8Array): void
  /** A device begins a batch: where its last one came too late, others wait now. */
  begin(space: Uint8Array, device: Uint8Array): void
  /** Its batch is stored, or the device has gone. */
  end(space: Uint8Array, device: Uint8Array): void
  /** When this device may append: a promise that resolves then, or undefined for now. */
  wait(space: Uint8Array, device: Uint8Array): Promise<void> | undefined
  stop(): void
}

interface Hold {
  readonly space: Uint8Array
  readonly device: Uint8Array
  readonly until: number
  readonly over: Promise<void>
  readonly free: () => void
}

export const createHolds = (bus: Bus, clock: Clock): Holds => new SpaceHolds(bus, clock)

class SpaceHolds implements Holds {
  readonly #bus: Bus
  readonly #clock: Clock
  readonly #stops: readonly (() => void)[]
  /** Devices, each with its space, whose last batch came too late. */
  readonly #losers = new Set<string>()
  readonly #holds = new Map<string, Hold>()
  /** Until when nobody is waited for, by space. */
  readonly #rests = new Map<string, number>()

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus
    this.#clock = clock
    this.#stops = [bus.subscribe((hint) => this.#hear(hint)), clock.repeat(TICK_MS, () => this.#tick())]
  }

  lost(space: Uint8Array, device: Uint8Array): void {
    this.#losers.add(keyOf(space) + keyOf(device))
  }

  begin(space: Uint8Array, device: Uint8Array): void {
    const isFree = !this.#holds.has(keyOf(space)) && !this.#rests.has(keyOf(space))
    if (isFree && this.#losers.has(keyOf(space) + keyOf(device))) this.#bus.publish({ type: 'held', space, device })
  }

  end(space: Uint8Array, device: Uint8Array): void {
    this.#losers.delete(keyOf(space) + keyOf(device))
    const hold = this.#holds.get(keyOf(space))
    if (hold && keyOf(hold.device) === keyOf(device)) this.#bus.publish({ type: 'freed', space })
  }

  wait(space: Uint8Array, device: Uint8Array): Promise<void> | undefined {
    const hold = this.#holds.get(keyOf(space))
    return hold && keyOf(hold.device) !== keyOf(device) ? hold.over : undefined
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    for (const hold of this.#holds.values()) hold.free()
  }

  #hear(hint: Hint): void {
    if (hint.type === 'held' && !this.#holds.has(keyOf(hint.space))) this.#hold(hint)
    if (hint.type === 'freed') this.#free(hint.space)
  }

  #hold({ space, device }: Pick<Hold, 'space' | 'device'>): void {
    let free = (): void => undefined
    const over = new Promise<void>((resolve) => (free = resolve))
    this.#holds.set(keyOf(space), { space, device, until: this.#clock.now() + HOLD_MS, over, free })
  }

  #free(space: Uint8Array): void {
    this.#holds.get(keyOf(space))?.free()
    this.#holds.delete(keyOf(space))
  }

  #tick(): void {
    const now = this.#clock.now()
    for (const [key, until] of this.#rests) if (now >= until) this.#rests.delete(key)
    for (const [key, { space, until }] of this.#holds) {
      if (now < until) continue
      this.#free(space)
      this.#rests.set(key, now + HOLD_MS)
    }
  }
}
