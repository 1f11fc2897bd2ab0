import { fromUtf8, utf8 } from '@antechamber/protocol'
import type { Random } from '@antechamber/sealing'
import { StoreError } from './ports.ts'
import { draftName, lateDraftName, lateKeyName } from './records.ts'
import type { Vault } from './vault.ts'

const KEY_BYTES = 32

/**
 * Texts in the making, by field. Sealing under the vault key takes a moment that a page on its way out does not have:
 * so each field has a key of its own, which is kept sealed under the vault key and with which the last text can be
 * sealed and handed to the store at once (ST15).
 */
export class Drafts {
  readonly #vault: Vault
  readonly #local: string
  readonly #random: Random
  readonly #keys = new Map<string, Uint8Array>()
  readonly #saving = new Set<Promise<void>>()
  #isGone: (field: string) => boolean = () => false
  /** The vault's generation that the keys are of. */
  #generation: number

  constructor(vault: Vault, local: string, random: Random) {
    this.#vault = vault
    this.#local = local
    this.#random = random
    this.#generation = vault.generation
  }

  /** What somebody was in the middle of writing in a field; empty when nothing is kept. */
  async read(field: string): Promise<string> {
    const key = await this.#keyOf(field)
    const late = key && (await this.#vault.readAtOnce(lateDraftName(this.#local, field), key))
    const kept = late ?? (await this.#vault.read(draftName(this.#local, field)))
    return (kept && fromUtf8(kept)) ?? ''
  }

  /** Nothing is kept of a field that has been {@link delete}d. */
  save(field: string, text: string): Promise<void> {
    return this.#isGone(field) ? Promise.resolve() : this.#noted(this.#save(field, text))
  }

  async #save(field: string, text: string): Promise<void> {
    if (this.#isOutdated) await this.#keyOf(field)
    await this.#vault.write([
      { name: draftName(this.#local, field), content: text === '' ? undefined : utf8(text) },
      { name: lateDraftName(this.#local, field), content: undefined },
    ])
  }

  /** The same for a page that ends now: it is with the store when this returns. Needs a field that was read before. */
  saveAtOnce(field: string, text: string): Promise<void> {
    const key = this.#isOutdated ? undefined : this.#keys.get(field)
    if (!key || this.#isGone(field)) return this.save(field, text)
    return this.#noted(this.#vault.writeAtOnce(lateDraftName(this.#local, field), key, utf8(text)))
  }

  #noted(saving: Promise<void>): Promise<void> {
    const ended = saving.finally(() => this.#saving.delete(ended))
    this.#saving.add(ended)
    return ended
  }

  /** Deletes what is kept of some fields, and keeps nothing of them any more: their pages may still be open. */
  async delete(isToGo: (field: string) => boolean): Promise<void> {
    this.#isGone = isToGo
    await Promise.allSettled(this.#saving)
    const found: string[] = []
    for (const name of [draftName(this.#local, ''), lateDraftName(this.#local, ''), lateKeyName(this.#local, '')])
      found.push(...(await this.#vault.names(name)).filter((one) => isToGo(one.slice(name.length))))
    for (const field of this.#keys.keys()) if (isToGo(field)) this.#keys.delete(field)
    if (found.length > 0) await this.#vault.write(found.map((name) => ({ name, content: undefined })))
  }

  /** The keys in memory are not those of the store any more. */
  get #isOutdated(): boolean {
    return this.#generation !== this.#vault.generation
  }

  /** The field's key, made the first time; undefined where there is no room to keep one. */
  async #keyOf(field: string): Promise<Uint8Array | undefined> {
    if (this.#isOutdated) this.#keys.clear()
    this.#generation = this.#vault.generation
    const name = lateKeyName(this.#local, field)
    const kept = this.#keys.get(field) ?? (await this.#vault.read(name))
    const key = kept ?? this.#random(KEY_BYTES)
    try {
      const stray = { name: lateDraftName(this.#local, field), content: undefined }
      if (!kept) await this.#vault.write([{ name, content: key }, stray])
    } catch (error) {
      if (error instanceof StoreError) return undefined
      throw error
    }
    this.#keys.set(field, key)
    return key
  }
}

/** Makes every last text an ordinary draft, so that its key is needed no more: before the vault is sealed anew. */
export async function settleLastTexts(vault: Vault): Promise<void> {
  for (const { name, content: key } of await vault.list('latekey/')) {
    const field = name.slice('latekey/'.length)
    const late = `late/${field}`
    const text = await vault.readAtOnce(late, key)
    if (!text) continue
    await vault.write([
      { name: `draft/${field}`, content: text.length === 0 ? undefined : text },
      { name: late, content: undefined },
    ])
  }
}
