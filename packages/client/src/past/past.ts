import { type ChapterName, namesOf, type PastVisit, readPastChapter, type SpaceName, seatOf } from '@antechamber/core'
import type { LogItem } from '@antechamber/protocol'
import type { Connection } from '../connection.ts'
import { decoded } from '../encoding.ts'
import { Failure } from '../errors.ts'
import type { Landing } from '../landing.ts'
import type { SpaceRecord } from '../records.ts'
import type { Replica } from '../replica.ts'
import type { SpaceKeys } from '../space-keys.ts'
import type { SpaceOf } from '../space-of.ts'
import { readWhole } from './asking.ts'
import { agreedFor, GivenChapters, isForMe } from './given-chapters.ts'
import { Giving } from './giving.ts'
import { KnownChapters } from './known-chapters.ts'
import { type ChapterFault, replayChapter } from './replay-chapter.ts'

/** What chapters from before need of their space's parts. */
export interface PastOf {
  readonly keys: SpaceKeys
  readonly connection: Pick<Connection, 'request' | 'version'>
  readonly replica: Replica
  readonly isLive: () => boolean
  /** Posts something that wakes the others' devices. */
  readonly saySeen: () => Promise<unknown>
}

/** What chapters from before need of the dialogue that their space belongs to. */
type InDialogue = Pick<SpaceOf, 'vault' | 'me' | 'dialogue' | 'root' | 'proofs' | 'changed'> & {
  readonly platform: Pick<SpaceOf['platform'], 'now'>
}

/** A chapter from before this device came, that its person may read. */
export interface PastStanding extends ChapterName {
  /** The hash of its header, base64url. */
  readonly header: string
  /** `waiting`: nobody's device has given its key yet; `unopened`: what was given does not open, and is to be given again. */
  readonly state: 'waiting' | 'unopened' | 'here'
}

/**
 * What there is to read of a chapter, or why not: the relay cannot be reached (`unreachable`), has nothing of it any more
 * (`gone`), or what it gives is not what this device's log says of the chapter.
 */
export type PastReading =
  | { readonly ok: true; readonly visits: readonly PastVisit[] }
  | { readonly ok: false; readonly why: 'unreachable' | 'gone' | ChapterFault }

/** Requests about chapters from before came with this version of the protocol. */
const VERSION = 3
/** How long a device that waits for something asks again though nothing has come in. */
const ASK_MS = 60_000

/** Chapters of one space from before somebody came: given to others, and got from them. Only the room has something to read. */
export class Past {
  readonly #name: SpaceName
  readonly #of: InDialogue
  readonly #parts: PastOf
  readonly #space: Uint8Array
  readonly #known: KnownChapters
  readonly #given: GivenChapters
  readonly #giving: Giving
  #asked: { readonly head: number; readonly at: number } | undefined
  #isBusy = false

  constructor({ name, space, device }: Pick<SpaceRecord, 'name' | 'space' | 'device'>, of: InDialogue, parts: PastOf) {
    this.#name = name
    this.#of = of
    this.#parts = parts
    this.#space = decoded(space)
    this.#known = new KnownChapters(of.me)
    const { vault, me, dialogue, platform } = of
    const { connection, keys } = parts
    this.#given = new GivenChapters({ vault, connection, keys, space, device: decoded(device), me })
    const { now } = platform
    const ours = { known: this.#known, given: this.#given }
    this.#giving = new Giving({ connection, ...ours, dialogue, space: this.#space, device, me, now })
  }

  note(landing: Landing, logEntry: LogItem): void {
    this.#known.note(landing, logEntry, this.#parts.replica.state)
  }

  /** See {@link KnownChapters.keysFrom}. */
  get keysFrom(): number {
    return this.#name === 'room' ? this.#known.keysFrom : 0
  }

  /** This device has nothing of a chapter that was destroyed, of those from before it came. */
  get isClean(): boolean {
    const governing = this.#parts.replica.state?.governing
    return governing === undefined || this.#given.isClean(governing)
  }

  async forget(): Promise<void> {
    const governing = this.#parts.replica.state?.governing
    if (governing) await this.#given.forget(governing)
  }

  /** See {@link GivenChapters.hasRefused}. */
  get hasRefused(): boolean {
    return this.#given.hasRefused
  }

  /** The chapters from before this device came that its person may read, in the order of the log. */
  get standing(): readonly PastStanding[] {
    const { state } = this.#parts.replica
    if (!state) return []
    const agreed = agreedFor(state.governing, this.#of.me)
    const names = namesOf(state.governing)
    return state.governing.chapters.flatMap(({ header }): readonly PastStanding[] => {
      const named = { header, ...names.get(header) }
      if (!isForMe(state.governing, this.#of.me, header)) return []
      if (this.#given.find(header)) return [{ ...named, state: 'here' }]
      if (this.#given.isUnopened(header)) return [{ ...named, state: 'unopened' }]
      return agreed.includes(header) ? [{ ...named, state: 'waiting' }] : []
    })
  }

  /** Gives what is due, and gets what has been given. Rejects with {@link Failure}, or StoreError. */
  async look(): Promise<void> {
    const { replica, connection, isLive, saySeen } = this.#parts
    const isAble = this.#name === 'room' && isLive() && connection.version >= VERSION
    if (this.#isBusy || !isAble || !replica.state) return
    this.#isBusy = true
    try {
      if (this.#isToAsk()) {
        this.#asked = { head: replica.head, at: this.#of.platform.now() }
        if (await this.#given.take(replica.state.governing)) this.#of.changed()
      }
      if (await this.#giving.give(replica.state.governing)) await saySeen()
    } finally {
      this.#isBusy = false
    }
  }

  /** Something is missing, or may have come: whoever gives says something behind it. */
  #isToAsk(): boolean {
    const { replica } = this.#parts
    const governing = replica.state?.governing
    if (!governing) return false
    const isMissing = this.standing.some(({ state }) => state !== 'here')
    if (!isMissing && !this.#given.hasOlder(governing)) return false
    const asked = this.#asked
    return asked?.head !== replica.head || (isMissing && this.#of.platform.now() - asked.at >= ASK_MS)
  }

  /** What was said in a chapter from before. Nothing of it is kept but its key. @param header as in {@link standing} */
  async read(header: string): Promise<PastReading> {
    try {
      return await this.#read(header)
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure
      if (failure.code === 'not-understood') return { ok: false, why: 'differs' }
      return { ok: false, why: failure.code === 'not-found' ? 'gone' : 'unreachable' }
    }
  }

  async #read(header: string): Promise<PastReading> {
    const { replica, connection } = this.#parts
    const { dialogue, root, proofs, me } = this.#of
    if (connection.version < VERSION) return { ok: false, why: 'unreachable' }
    await this.#given.load()
    const found = this.#given.find(header)
    const contentKey = found && (await this.#given.contentKeyOf(found))
    const share = found && (await this.#given.shareOf(found))
    if (!found || !contentKey || !share) return { ok: false, why: 'gone' }
    const items = await readWhole(connection, decoded(found.chapter))
    const now = replica.state
    const marks = now?.governing.chapters ?? []
    const next = marks[marks.findIndex((mark) => mark.header === header) + 1]?.header
    // Meanwhile it may have been destroyed, or this person taken out.
    const reader = now && isForMe(now.governing, me, header) ? seatOf(now.governing.roster, me) : undefined
    if (!now || !reader || next === undefined) return { ok: false, why: 'gone' }
    const place = { dialogue, space: this.#space, name: this.#name, root }
    const then = await replayChapter(place, proofs, { header, next, contentKey, share, items }, now.ended)
    if (!then.ok) return { ok: false, why: then.error }
    return { ok: true, visits: readPastChapter(then.value, now, reader, proofs) }
  }
}
