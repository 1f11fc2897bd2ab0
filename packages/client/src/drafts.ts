import { fromUtf8, utf8 } from '@antechamber/protocol'
import type { Random } from '@antechamber/sealing'
import { StoreError } from './ports.ts'
import { draftName, lateDraftName, lateKeyName } from './records.ts'
import type { Vault } from './vault.ts'

const KEY_BYTES = 32

/**
 * Texts in the making, by field. Sealing under the device key takes a moment that a page on its way out does not have:
 * so each field has a key of its own, which is kept sealed under the device key and with which the last text can be
 * sealed and handed to the store at once (ST15).
 */
export class Drafts {
  readonly #vault: Vault
  readonly #local: string
  readonly #random: Random
  readonly #keys = new Map<string, Uint8Array>()

  constructor(vault: Vault, local: string, random: Random) {
    this.#vault = vault
    this.#local = local
    this.#random = random
  }

  /** What somebody was in the middle of writing in a field; empty when nothing is kept. */
  async read(field: string): Promise<string> {
    const key = await this.#keyOf(field)
    const late = key && (await this.#vault.readAtOnce(lateDraftName(this.#local, field), key))
    const kept = late ?? (await this.#vault.read(draftName(this.#local, field)))
    return (kept && fromUtf8(kept)) ?? ''
  }

  async save(field: string, text: string): Promise<void> {
    await this.#vault.write([
      { name: draftName(this.#local, field), content: text === '' ? undefined : utf8(text) },
      { name: lateDraftName(this.#local, field), content: undefined },
    ])
  }

  /** The same for a page that ends now: it is with the store when this returns. Needs a field that was read before. */
  saveAtOnce(field: string, text: string): Promise<void> {
    const key = this.#keys.get(field)
    if (!key) return this.save(field, text)
    return this.#vault.writeAtOnce(lateDraftName(this.#local, field), key, utf8(text))
  }

  /** The field's key, made the first time; undefined where there is no room to keep one. */
  async #keyOf(field: string): Promise<Uint8Array | undefined> {
    const name = lateKeyName(this.#local, field)
    const kept = this.#keys.get(field) ?? (await this.#vault.read(name))
    const key = kept ?? this.#random(KEY_BYTES)
    try {
      if (!kept) await this.#vault.write([{ name, content: key }])
    } catch (error) {
      if (error instanceof StoreError) return undefined
      throw error
    }
    this.#keys.set(field, key)
    return key
  }
}
