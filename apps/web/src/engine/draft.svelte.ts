import { type Dialogue, StoreError } from '@antechamber/client'
import { keepBeforeLock } from './unsaved.ts'

/** Those of which something is not kept yet. */
const unsaved = new Set<Draft>()

// Before the store is let go of, which is done by the listeners that are not in the capturing phase.
addEventListener(
  'pagehide',
  () => {
    for (const draft of unsaved) draft.keepAtOnce()
  },
  { capture: true },
)

/** A text in the making, kept on this device as it is typed: a reload gives it back. */
export class Draft {
  readonly #dialogue: Dialogue
  readonly #field: string
  #text = $state('')
  #isLost = $state(false)
  #isTouched = false
  #isDirty = false
  #saving: Promise<void> | undefined
  /** What the device keeps of it has been read. */
  readonly loaded: Promise<void>

  constructor(dialogue: Dialogue, field: string) {
    this.#dialogue = dialogue
    this.#field = field
    this.loaded = this.#load()
  }

  get text(): string {
    return this.#text
  }

  set text(text: string) {
    this.#text = text
    this.#isTouched = true
    this.#isDirty = true
    unsaved.add(this)
    this.#saving ??= this.#save()
  }

  /** Hands what is not kept yet to the device within the call: the page ends. */
  keepAtOnce(): void {
    // Nobody is there any more who could be told that there was no room.
    this.#dialogue.saveDraftAtOnce(this.#field, this.#text).catch(() => undefined)
  }

  /** The device has no room to keep it. */
  get isLost(): boolean {
    return this.#isLost
  }

  async #load(): Promise<void> {
    const kept = await this.#dialogue.draft(this.#field)
    if (!this.#isTouched) this.#text = kept
  }

  /** One write at a time, the newest text last. */
  async #save(): Promise<void> {
    const stop = keepBeforeLock(async () => this.#saving)
    try {
      while (this.#isDirty) {
        this.#isDirty = false
        await this.#dialogue.saveDraft(this.#field, this.#text)
      }
      this.#isLost = false
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      this.#isLost = true
    } finally {
      stop()
      this.#saving = undefined
      unsaved.delete(this)
    }
  }
}

const drafts = new WeakMap<Dialogue, Map<string, Draft>>()

/** The draft of a field: the same one wherever it is asked for. `field`: printable ASCII, without spaces. */
export function draftOf(dialogue: Dialogue, field: string): Draft {
  const ofDialogue = drafts.get(dialogue) ?? new Map<string, Draft>()
  drafts.set(dialogue, ofDialogue)
  const draft = ofDialogue.get(field) ?? new Draft(dialogue, field)
  ofDialogue.set(field, draft)
  return draft
}
