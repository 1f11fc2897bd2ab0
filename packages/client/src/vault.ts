import { fromUtf8, utf8 } from '@antechamber/protocol'
import { openAtOnce, openAtRest, sealAtOnce, sealAtRest, VAULT_KEY_RECORD } from '@antechamber/sealing'
import type { KeyRing } from './key-ring.ts'
import { type Store, type StoreChange, StoreError } from './ports.ts'
import { isOfLastTexts } from './records.ts'

/** A record to write; undefined deletes it. */
export interface VaultChange {
  readonly name: string
  readonly content: Uint8Array | undefined
}

/** The device's store with every record sealed under the vault key and bound to its name (ST1). */
export class Vault {
  readonly #store: Store
  readonly #ring: KeyRing
  readonly #writing = new Set<Promise<void>>()
  #isForgotten = false

  constructor(store: Store, ring: KeyRing) {
    this.#store = store
    this.#ring = ring
  }

  /** The same records for somebody who may {@link forget} theirs, and keeps nothing afterwards. */
  apart(): Vault {
    return new Vault(this.#store, this.#ring)
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return this.#ring.use(async (key) => {
      const bytes = await this.#store.get(name)
      return bytes && open(key, name, bytes)
    })
  }

  /** The names that records have which start so; nothing is opened. */
  async names(prefix: string): Promise<readonly string[]> {
    return (await this.#store.list(prefix)).map(({ name }) => name)
  }

  /** Contents in the order of their names. */
  list(prefix: string): Promise<readonly { readonly name: string; readonly content: Uint8Array }[]> {
    return this.#ring.use(async (key) => {
      const records = await this.#store.list(prefix)
      return Promise.all(records.map(async ({ name, bytes }) => ({ name, content: await open(key, name, bytes) })))
    })
  }

  /** All or none, and durable once it resolves; nothing at all once this vault has forgotten. */
  async write(changes: readonly VaultChange[]): Promise<void> {
    const writing = this.#write(changes)
    this.#writing.add(writing)
    try {
      await writing
    } finally {
      this.#writing.delete(writing)
    }
  }

  #write(changes: readonly VaultChange[]): Promise<void> {
    return this.#ring.use(async (key) => {
      const sealed = await Promise.all(changes.map((change) => seal(key, change)))
      if (!this.#isForgotten) await this.#store.write(sealed)
    })
  }

  /**
   * Seals every record anew under another key, together with another change: all or none. Whatever else is read or written
   * waits. Keys of last texts (ST15) and what is sealed with them are left out: see `settleLastTexts`. Costs one reading and
   * one writing of the whole store.
   */
  reseal(next: CryptoKey, also: StoreChange): Promise<void> {
    return this.#ring.replace(next, async (key) => {
      const records = (await this.#store.list('')).filter(({ name }) => name !== VAULT_KEY_RECORD)
      const again = records.map(async ({ name, bytes }) =>
        isOfLastTexts(name) ? { name, bytes: undefined } : seal(next, { name, content: await open(key, name, bytes) }),
      )
      await this.#store.write([...(await Promise.all(again)), also])
    })
  }

  /** Changes when everything has been sealed anew: keys that were kept here before are no longer. */
  get generation(): number {
    return this.#ring.generation
  }

  /** Takes the key away from this vault and all that are apart from it, once what is under way has ended (ST19). */
  lock(): Promise<void> {
    return this.#ring.drop()
  }

  /** What {@link writeAtOnce} has written under that name, or undefined. */
  async readAtOnce(name: string, key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#ring.demandKey()
    const bytes = await this.#store.get(name)
    const opened = bytes && openAtOnce(key, name, bytes)
    if (opened?.ok === false) throw new StoreError('damaged')
    return opened?.value
  }

  /** Seals under a key of 32 bytes, and has handed it to the store when it returns; durable once it resolves (ST15). */
  async writeAtOnce(name: string, key: Uint8Array, content: Uint8Array): Promise<void> {
    this.#ring.demandKey()
    if (!this.#isForgotten) await this.#store.write([{ name, bytes: sealAtOnce(key, name, content) }])
  }

  async readJson(name: string): Promise<unknown> {
    const content = await this.read(name)
    return content && parseJson(name, content)
  }

  async listJson(prefix: string): Promise<readonly unknown[]> {
    return (await this.list(prefix)).map(({ name, content }) => parseJson(name, content))
  }

  writeJson(name: string, value: unknown): Promise<void> {
    return this.write([{ name, content: value === undefined ? undefined : utf8(JSON.stringify(value)) }])
  }

  /** Deletes every record whose name starts with one of `prefixes`. Whatever is still to be written here is dropped. */
  async forget(prefixes: readonly string[]): Promise<void> {
    this.#isForgotten = true
    await Promise.allSettled(this.#writing)
    // Never while all is sealed anew: that would write again what is deleted here.
    await this.#ring.use(async () => {
      const records = await Promise.all(prefixes.map((prefix) => this.#store.list(prefix)))
      await this.#store.write(records.flat().map(({ name }) => ({ name, bytes: undefined })))
    })
  }
}

async function seal(key: CryptoKey, { name, content }: VaultChange): Promise<StoreChange> {
  return { name, bytes: content && (await sealAtRest(key, name, content)) }
}

async function open(key: CryptoKey, name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const opened = await openAtRest(key, name, bytes)
  if (!opened.ok) throw new StoreError('damaged')
  return opened.value
}

/** Only this device wrote it, and the seal has been checked: what is no JSON is damage. */
function parseJson(name: string, content: Uint8Array): unknown {
  const json = fromUtf8(content)
  if (json === undefined) throw new StoreError('damaged', name)
  return JSON.parse(json)
}
