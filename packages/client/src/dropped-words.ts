import { decodeEnvelope, type LogItem, toBase64Url } from '@antechamber/protocol'
import { isOwnWords, type SigningKey, withdrawalSecret } from '@antechamber/sealing'
import type { Request } from './connection.ts'
import { Failure } from './errors.ts'
import { keptRecord } from './kept-log.ts'
import type { Vault } from './vault.ts'

/** What forgetting words needs of their space. */
export interface DroppedWordsOf {
  readonly vault: Vault
  readonly space: Uint8Array
  readonly root: SigningKey
  readonly ask: (request: Request) => Promise<unknown>
}

/**
 * Forgets words that were taken back (RD7): the envelope goes from this device's store, and, where this device has sent
 * it, from the relay first, so that a device which is stopped between the two does it again.
 */
export class DroppedWords {
  readonly #of: DroppedWordsOf
  /** Envelopes of words that are still kept, by what events name the words by. */
  readonly #kept = new Map<string, LogItem[]>()

  constructor(of: DroppedWordsOf) {
    this.#of = of
  }

  /** Words have come, and are kept. */
  note(ref: string, logEntry: LogItem): void {
    this.#kept.set(ref, [...(this.#kept.get(ref) ?? []), logEntry])
  }

  /** Forgets what is not forgotten yet. Rejects when the relay cannot be reached; it is then to be asked again. */
  async forget(dropped: readonly string[]): Promise<void> {
    for (const ref of dropped) {
      for (const logEntry of this.#kept.get(ref) ?? []) await this.#forget(logEntry)
      this.#kept.delete(ref)
    }
  }

  /** Knows no more what was deleted with its chapter. @param begins the number that the log begins with again */
  leave(begins: number): void {
    for (const [ref, all] of this.#kept) {
      const left = all.filter(({ n }) => n >= begins)
      if (left.length > 0) this.#kept.set(ref, left)
      else this.#kept.delete(ref)
    }
  }

  /**
   * Forgets words of chapters before the newest that nothing names: they were sent again, and what had named them is
   * destroyed. Rejects when the relay cannot be reached; it is then to be asked again.
   *
   * @param current the number of the newest header: what came since may be named yet
   */
  async forgetUnnamed(current: number, named: ReadonlySet<string>): Promise<void> {
    const unnamed = [...this.#kept].filter(([ref]) => !named.has(ref))
    for (const [ref, all] of unnamed) {
      for (const logEntry of all.filter(({ n }) => n < current)) await this.#forget(logEntry)
      this.#kept.set(
        ref,
        all.filter(({ n }) => n >= current),
      )
    }
  }

  async #forget({ n, envelope, envelopeHash }: LogItem): Promise<void> {
    const { vault, space, root, ask } = this.#of
    const read = envelope && decodeEnvelope(envelope)
    if (read?.ok && isOwnWords(root, read.value)) {
      const secret = withdrawalSecret(root, space, read.value.nonce)
      await ask({ type: 'withdraw', secret }).catch(unlessGone)
    }
    const logEntry = { n, envelope: undefined, envelopeHash }
    await vault.write([keptRecord(toBase64Url(space), { logEntry, trusted: false })])
  }
}

/** A relay that does not know the words any more has nothing to take out. */
function unlessGone(failure: unknown): void {
  if (!(failure instanceof Failure && failure.code === 'not-found')) throw failure
}
