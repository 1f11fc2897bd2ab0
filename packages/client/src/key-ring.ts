import { StoreError } from './ports.ts'

/** The one place where the vaults of a device take their key from, so that it can be replaced and taken away. */
export class KeyRing {
  #key: CryptoKey | undefined
  readonly #using = new Set<Promise<unknown>>()
  #replacing: Promise<void> | undefined
  #generation = 0

  constructor(key: CryptoKey) {
    this.#key = key
  }

  /** How often the key has been replaced. */
  get generation(): number {
    return this.#generation
  }

  /** Throws StoreError `unavailable` once the key has been dropped. */
  demandKey(): void {
    if (!this.#key) throw new StoreError('unavailable')
  }

  /** Begins at once unless the key is being replaced. Throws StoreError `unavailable` once it has been dropped. */
  async use<T>(doing: (key: CryptoKey) => Promise<T>): Promise<T> {
    while (this.#replacing !== undefined) await this.#replacing.catch(() => undefined)
    if (!this.#key) throw new StoreError('unavailable')
    const using = doing(this.#key)
    this.#using.add(using)
    try {
      return await using
    } finally {
      this.#using.delete(using)
    }
  }

  /** Alone with the old key; the new one counts once `doing` has succeeded. */
  async replace(next: CryptoKey, doing: (key: CryptoKey) => Promise<void>): Promise<void> {
    while (this.#replacing !== undefined) await this.#replacing.catch(() => undefined)
    this.#replacing = this.#replaceAlone(next, doing)
    try {
      await this.#replacing
    } finally {
      this.#replacing = undefined
    }
  }

  async #replaceAlone(next: CryptoKey, doing: (key: CryptoKey) => Promise<void>): Promise<void> {
    const key = this.#key
    await Promise.allSettled(this.#using)
    if (!key) throw new StoreError('unavailable')
    await doing(key)
    this.#generation++
    // Dropped meanwhile: it stays so.
    if (this.#key) this.#key = next
  }

  /** Nothing new is begun with the key; resolves when what was under way has ended. */
  async drop(): Promise<void> {
    this.#key = undefined
    await Promise.allSettled([...this.#using, this.#replacing])
  }
}
