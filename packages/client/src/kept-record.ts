import { type DialogueRecord, dialogueName, type SpaceRecord } from './records.ts'
import type { Vault } from './vault.ts'

/** What one device keeps of a dialogue itself: as it is, and on its way to the store. */
export class KeptRecord {
  /** As it is now, kept or about to be. */
  now: DialogueRecord
  readonly #vault: Vault
  readonly #changed: () => void
  #saving: Promise<void> = Promise.resolve()

  constructor(record: DialogueRecord, vault: Vault, changed: () => void) {
    this.now = record
    this.#vault = vault
    this.#changed = changed
  }

  /** One write after the other, also after one that failed: the last record given is the one that stays. */
  save(record: DialogueRecord): Promise<void> {
    this.now = record
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(() => this.#vault.writeJson(dialogueName(record.local), this.now))
    return this.#saving.then(this.#changed)
  }

  /** Keeps a space's sealing keys. By its id, in base64url: another one of that name may be in its place by now (LE3). */
  saveKeys(id: string, sealingKeys: SpaceRecord['sealingKeys']): Promise<void> {
    const spaces = this.now.spaces.map((one) => (one.space === id ? { ...one, sealingKeys } : one))
    return this.save({ ...this.now, spaces })
  }

  /** Resolves when nothing is being written. */
  settled(): Promise<void> {
    return this.#saving.catch(() => undefined)
  }
}
