import { type Dialogue, StoreError } from '@antechamber/client'

/** A text in the making, kept on this device as it is typed: a reload gives it back. */
export class Draft {
  readonly #dialogue: Dialogue
  readonly #field: string
  #text = $state('')
  #isLost = $state(false)
  #isTouched = false
  #isDirty = false
  #saving: Promise<void> | undefined

  constructor(dialogue: Dialogue, field: string) {
    this.#dialogue = dialogue
    this.#field = field
    void this.#load()
  }

  get text(): string {
    return this.#text
  }

  set text(text: string) {
    this.#text = text
    this.#isTouched = true
    this.#isDirty = true
    this.#saving ??= this.#save()
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
      this.#saving = undefined
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
