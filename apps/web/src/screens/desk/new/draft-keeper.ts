import type { Device } from '@antechamber/client'
import { keepBeforeLock } from '../../../engine/unsaved.ts'
import { type Draft, readDraft } from './draft.ts'

const FIELD = 'new'
const REST_MS = 400

/** Keeps a dialogue that is being prepared on the device, a moment after each change, so that a reload loses nothing. */
export class DraftKeeper {
  readonly #device: Device
  #timer: ReturnType<typeof setTimeout> | undefined
  #text = ''
  #stopKeeping: (() => void) | undefined
  #saving: Promise<void> = Promise.resolve()

  constructor(device: Device) {
    this.#device = device
  }

  /** The draft that somebody can go on with: not one whose dialogue is founded, or is being founded without trouble. */
  async read(): Promise<Draft | undefined> {
    const draft = readDraft(await this.#device.deskDraft(FIELD))
    const begun = draft?.founding === undefined ? undefined : this.#device.dialogue(draft.founding)
    if (!draft || !begun) return draft
    const { phase, notices } = begun.status
    if (phase !== 'founding') await this.forget()
    return phase === 'founding' && notices.some(({ code }) => code === 'failed') ? draft : undefined
  }

  /** Reads all of the draft at once, so that an effect that calls this follows every field of it. */
  keep(draft: Draft): void {
    this.#text = JSON.stringify(draft)
    clearTimeout(this.#timer)
    this.#stopKeeping ??= keepBeforeLock(() => this.flush())
    this.#timer = setTimeout(() => this.flush(), REST_MS)
  }

  /** Keeps at once what waits. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#stopKeeping?.()
    this.#stopKeeping = undefined
    const text = this.#text
    // One write that failed, for want of room, must not be the end of all later ones.
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#device.saveDeskDraft(FIELD, text))
    return this.#saving
  }

  forget(): Promise<void> {
    this.#text = ''
    return this.flush()
  }
}
