import { fromUtf8 } from '@antechamber/protocol'
import {
  type EndedDialogue,
  type EndedRecord,
  endedName,
  endedRecord,
  isOver,
  isPast,
  type LastReceipt,
  readEnded,
  readLastReceipt,
} from './ended.ts'
import { type DialogueRecord, sharesOf } from './records.ts'
import type { Vault } from './vault.ts'

const HOUR_MS = 60 * 60 * 1000
/** So long a clock that is wrong may be set right again, where the relay does not say that the date has come. */
const GRACE_MS = 72 * HOUR_MS

/** What ending dialogues needs of their device. */
export interface EndingsOf {
  readonly vault: Vault
  readonly fetch: typeof globalThis.fetch
  /** ms since the epoch. */
  readonly now: () => number
  /** The dialogues that this device keeps, by their local names. */
  readonly records: ReadonlyMap<string, DialogueRecord>
  /** Shows and connects a dialogue no more, at once; resolves when nothing of it is being written. */
  readonly hide: (local: string) => Promise<void>
  /** Shows a dialogue again that was hidden. */
  readonly show: (local: string) => Promise<void>
  /** Deletes all that is kept of a dialogue; `records` has it no more when this resolves. */
  readonly forget: (record: DialogueRecord) => Promise<void>
}

/**
 * The dialogues whose date has come by this device's clock (DX13). They are hidden at once; they are deleted once the relay
 * has signed that it has deleted its part, or after 72 hours: a clock that was wrong for a moment is to cost nobody anything.
 */
export class Endings {
  readonly #of: EndingsOf
  readonly #records = new Map<string, EndedRecord>()
  /** What is not written down yet, by local names. */
  readonly #unkept = new Set<string>()
  /** When the relay was last asked, by local names. */
  readonly #askedAt = new Map<string, number>()

  constructor(of: EndingsOf) {
    this.#of = of
  }

  get all(): readonly EndedDialogue[] {
    return [...this.#records.values()].map(({ local, title, endedAt, seenAt }) => {
      const deletesBy = this.#of.records.has(local) ? seenAt + GRACE_MS : undefined
      return { local, title, endedAt, deletesBy }
    })
  }

  async load(): Promise<void> {
    const { vault, records, now } = this.#of
    for (const { name, content } of await vault.list('ended/')) {
      const record = readEnded(JSON.parse(fromUtf8(content) ?? 'null'))
      // As long as there is something to delete, it counts from when this was seen.
      if (record && (records.has(record.local) || !isPast(record, now()))) this.#records.set(record.local, record)
      else await vault.writeJson(name, undefined)
    }
  }

  /** Does what is due by the clock. What cannot be done now is tried again at the next look. */
  async look(): Promise<void> {
    await Promise.allSettled([...this.#of.records.values()].map((record) => this.#lookAt(record)))
  }

  async #lookAt(record: DialogueRecord): Promise<void> {
    const { local, charter } = record
    const now = this.#of.now()
    const ended = this.#records.get(local)
    if (!isOver(charter, now)) return ended && this.#goOn(local)
    // A clock that was further ahead when it was seen would put it off.
    if (!ended || ended.seenAt > now) return this.#end(record, now)
    // A store that is full keeps nothing, and has room once it has deleted.
    if (this.#unkept.has(local)) await this.#keep(ended, record).catch(() => undefined)
    if (now - ended.seenAt >= GRACE_MS) return this.#of.forget(record)
    // Not waited for: it may take long, and others are to be hidden meanwhile.
    this.#askFor(record, ended, now).catch(() => undefined)
  }

  async #end(record: DialogueRecord, now: number): Promise<void> {
    const { local } = record
    const ended = endedRecord(record, now)
    this.#records.set(local, ended)
    this.#unkept.add(local)
    await this.#of.hide(local)
    await this.#keep(ended, record)
    this.#askFor(record, ended, now).catch(() => undefined)
  }

  /** What opens the log without the relay goes at once: the relay gives it again where the clock was wrong (ST25). */
  async #keep(ended: EndedRecord, { spaces }: DialogueRecord): Promise<void> {
    const shares = await Promise.all(spaces.map(({ space }) => this.#of.vault.names(sharesOf(space))))
    await this.#of.vault.write(shares.flat().map((name) => ({ name, content: undefined })))
    await this.#of.vault.writeJson(endedName(ended.local), ended)
    this.#unkept.delete(ended.local)
  }

  /** The clock was wrong, and has been set right. */
  async #goOn(local: string): Promise<void> {
    await this.#of.vault.writeJson(endedName(local), undefined)
    for (const known of [this.#records, this.#unkept, this.#askedAt]) known.delete(local)
    await this.#of.show(local)
  }

  /** Asks the relay, once an hour, for its signed word that it has deleted the room: then nothing is worth waiting for. */
  async #askFor(record: DialogueRecord, ended: EndedRecord, now: number): Promise<void> {
    const { local, charter } = record
    const at = this.#askedAt.get(local)
    if (at !== undefined && at <= now && now < at + HOUR_MS) return
    this.#askedAt.set(local, now)
    const receipt = await readLastReceipt(ended, this.#of.fetch)
    if (receipt && this.#of.records.has(local) && isOver(charter, this.#of.now())) await this.#of.forget(record)
  }

  /** See {@link LastReceipt}; undefined without one. Throws Failure. */
  async lastReceipt(local: string): Promise<LastReceipt | undefined> {
    const ended = this.#records.get(local)
    return ended && (await readLastReceipt(ended, this.#of.fetch))
  }

  /** Forgets that there was a dialogue, once everything else of it is deleted. */
  async forget(local: string): Promise<void> {
    if (this.#of.records.has(local)) return
    await this.#of.vault.writeJson(endedName(local), undefined)
    this.#records.delete(local)
  }
}
