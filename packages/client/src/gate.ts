import { Failure } from './errors.ts'

interface Waiter {
  readonly holds: () => boolean
  readonly resolve: () => void
  readonly reject: (failure: unknown) => void
}

/** Lets callers wait until something holds; whoever changes it calls {@link check}. */
export class Gate {
  #waiters: readonly Waiter[] = []
  #closed = false

  /** Resolves once `holds` answers true; rejects with what it throws, or `unreachable` when the gate closes. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters = [...this.#waiters, { holds, resolve, reject }]
      this.check()
    })
  }

  check(): void {
    this.#waiters = this.#waiters.filter((waiter) => !this.#isDone(waiter))
  }

  close(): void {
    this.#closed = true
    this.check()
  }

  #isDone({ holds, resolve, reject }: Waiter): boolean {
    try {
      if (this.#closed) throw new Failure('unreachable')
      const held = holds()
      if (held) resolve()
      return held
    } catch (failure) {
      reject(failure)
      return true
    }
  }
}
