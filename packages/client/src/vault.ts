import { fromUtf8, utf8 } from '@antechamber/protocol'
import { openAtOnce, openAtRest, sealAtOnce, sealAtRest } from '@antechamber/sealing'
import { type Store, StoreError } from './ports.ts'

/** A record to write; undefined deletes it. */
export interface VaultChange {
  readonly name: string
  readonly content: Uint8Array | undefined
}

/** The device's store with every record sealed under the device key and bound to its name (ST1). */
export class Vault {
  readonly #store: Store
  readonly #key: CryptoKey
  readonly #writing = new Set<Promise<void>>()
  #isForgotten = false

  constructor(store: Store, key: CryptoKey) {
    this.#store = store
    this.#key = key
  }

  /** The same records for somebody who may {@link forget} theirs, and keeps nothing afterwards. */
  apart(): Vault {
    return new Vault(this.#store, this.#key)
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#store.get(name)
    return bytes && this.#open(name, bytes)
  }

  /** Contents in the order of their names. */
  async list(prefix: string): Promise<readonly { readonly name: string; readonly content: Uint8Array }[]> {
    const records = await this.#store.list(prefix)
    return Promise.all(records.map(async ({ name, bytes }) => ({ name, content: await this.#open(name, bytes) })))
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

  async #write(changes: readonly VaultChange[]): Promise<void> {
    const sealing = changes.map(async ({ name, content }) => ({
      name,
      bytes: content && (await sealAtRest(this.#key, name, content)),
    }))
    const sealed = await Promise.all(sealing)
    if (!this.#isForgotten) await this.#store.write(sealed)
  }

  /** What {@link writeAtOnce} has written under that name, or undefined. */
  async readAtOnce(name: string, key: Uint8Array): Promise<Uint8Array | undefined> {
    const bytes = await this.#store.get(name)
    const opened = bytes && openAtOnce(key, name, bytes)
    if (opened?.ok === false) throw new StoreError('damaged')
    return opened?.value
  }

  /** Seals under a key of 32 bytes, and has handed it to the store when it returns; durable once it resolves (ST15). */
  async writeAtOnce(name: string, key: Uint8Array, content: Uint8Array): Promise<void> {
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
    const records = await Promise.all(prefixes.map((prefix) => this.#store.list(prefix)))
    await this.#store.write(records.flat().map(({ name }) => ({ name, bytes: undefined })))
  }

  async #open(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const opened = await openAtRest(this.#key, name, bytes)
    if (!opened.ok) throw new StoreError('damaged')
    return opened.value
  }
}

/** Only this device wrote it, and the seal has been checked: what is no JSON is damage. */
function parseJson(name: string, content: Uint8Array): unknown {
  const json = fromUtf8(content)
  if (json === undefined) throw new StoreError('damaged', name)
  return JSON.parse(json)
}
