import {
  beginChapter,
  type Governing,
  type Millis,
  newSpace,
  type RosterChange,
  type Seat,
  type SeatId,
} from '@antechamber/core'
import {
  EMPTY_LOG_HASH,
  type Envelope,
  fromUtf8,
  HASH_BYTES,
  type LogItem,
  toBase64Url,
  utf8,
} from '@antechamber/protocol'
import {
  type ContentKey,
  createHeader,
  exportContentKey,
  hash,
  logHashAfter,
  newContentKey,
  newSigningKey,
  type OpenChapter,
  type RoundKey,
  type SigningKey,
  sealEntry,
  sealRoundWords,
  sealWords,
  systemRandom,
  wordsRef,
} from '@antechamber/sealing'
import { sceneSetup } from '@antechamber/testkit'
import { encodeSnapshot } from '../chapter-snapshot.ts'
import { CORE_EVENT } from '../landing.ts'
import { makeProofs } from '../proofs.ts'
import { Replica } from '../replica.ts'
import type { FindKeys } from '../replica-of.ts'

const random = systemRandom

/** Somebody who writes to a log, honestly or not. */
export interface Writer {
  readonly seat: Seat
  readonly device: Uint8Array
  readonly root: SigningKey
}

/** A snapshot as another version of the software would have begun it. */
const inVersion = (version: number | undefined, snapshot: Uint8Array): Uint8Array =>
  version === undefined ? snapshot : utf8((fromUtf8(snapshot) ?? '').replace(/^\{"v":\d+/, `{"v":${version}`))

export function newWriter(role: Seat['role'], name: string): Writer {
  const root = newSigningKey(random)
  const device = random(16)
  const devices = [{ device: toBase64Url(device), root: toBase64Url(root.publicKey) }]
  const side = role === 'participant' ? { side: 'a' as NonNullable<Seat['side']> } : {}
  const id = toBase64Url(random(16)) as SeatId
  return { device, root, seat: { id, role, ...side, name, anchor: toBase64Url(random(32)), devices } }
}

/** What may be wrong with an entry that {@link LogMaker.entry} makes. */
export interface EntryWish {
  readonly counter?: number
  readonly entryId?: Uint8Array
  readonly seen?: { readonly n: number; readonly logHash: Uint8Array }
  readonly root?: SigningKey
  readonly chapter?: OpenChapter
  readonly kind?: number
}

/** What may be wrong with a header that {@link LogMaker.header} makes. */
export interface HeaderWish {
  readonly changes?: readonly RosterChange[]
  readonly previous?: { readonly headerHash: Uint8Array; readonly n: number; readonly logHash: Uint8Array }
  readonly share?: Uint8Array
  /** Of the snapshot; otherwise the one that this software writes. */
  readonly version?: number
  /** What governs has been made by opening a chapter then; otherwise at 1, and the maker puts in what opening adds. */
  readonly openedAt?: Millis
}

/** A room's log as the relay would hand it out, made envelope by envelope, with anything in it that a hostile hand could put there. */
export class LogMaker {
  readonly space = random(16)
  readonly dialogue = random(16)
  readonly items: LogItem[] = []
  readonly #setup = sceneSetup()
  readonly #counters = new Map<string, number>()
  readonly #chapters = new Map<string, Governing['chapters']>()
  readonly #keys = new Map<
    string,
    { readonly contentKey: ContentKey; readonly share: Uint8Array; readonly to: Governing['roster'] }
  >()
  #headerHash = new Uint8Array(HASH_BYTES)
  #logHash: Uint8Array = EMPTY_LOG_HASH
  /** What has been written in entries. */
  readonly events: unknown[] = []
  chapter: OpenChapter | undefined

  get head(): { readonly n: number; readonly logHash: Uint8Array } {
    return { n: this.items.length, logHash: this.#logHash }
  }

  /** Of the last header. */
  get headerHash(): Uint8Array {
    return this.#headerHash
  }

  /** The place of an envelope, as those who have seen the log know it. */
  placeAt(n: number): { readonly n: number; readonly logHash: Uint8Array } {
    let logHash: Uint8Array = EMPTY_LOG_HASH
    for (const { n: at, envelopeHash } of this.items.slice(0, n)) logHash = logHashAfter(logHash, at, envelopeHash)
    return { n, logHash }
  }

  /** A room's first state with these people in it. */
  governing(...writers: readonly Writer[]): Governing {
    const { name: _, language: __, ...charter } = this.#setup
    const dialogue = toBase64Url(this.dialogue) as Governing['charter']['dialogue']
    return newSpace(
      'room',
      { ...charter, dialogue },
      writers.map(({ seat }) => seat),
    )
  }

  header(opener: Writer, governing: Governing, wish: HeaderWish = {}): void {
    const chapterId = random(16)
    const share = random(32)
    const contentKey = newContentKey(random)
    const previous = wish.previous ?? { headerHash: this.#headerHash, ...this.head }
    const chapters = this.#chapters.get(toBase64Url(previous.headerHash)) ?? []
    const joined = (wish.changes ?? []).flatMap((change) => (change.type === 'admitted' ? [change.seat.id] : []))
    const came = joined.length > 0 ? { newcomers: joined } : {}
    const { openedAt = 1 as Millis, changes: made = [] } = wish
    const next = wish.openedAt ? governing : { ...governing, ...came, time: openedAt, chapters }
    const snapshot = { opener: toBase64Url(opener.device), openedAt, changes: made, governing: next }
    const { envelope, header, chapter } = createHeader({
      place: { dialogue: this.dialogue, space: this.space, chapter: chapterId },
      share,
      contentKey,
      envelopeId: random(16),
      previous,
      snapshot: inVersion(wish.version, encodeSnapshot(snapshot)),
      root: opener.root,
      random,
    })
    this.#keys.set(toBase64Url(chapterId), { contentKey, share: wish.share ?? share, to: governing.roster })
    const begun = beginChapter(undefined, next, toBase64Url(header.headerHash))
    this.#chapters.set(toBase64Url(header.headerHash), begun.governing.chapters)
    this.#headerHash = new Uint8Array(header.headerHash)
    this.chapter = chapter
    this.#counters.clear()
    this.add(envelope)
  }

  entry(writer: Writer, event: unknown, wish: EntryWish = {}): void {
    this.events.push(event)
    this.entryOf(writer, utf8(JSON.stringify(event)), wish)
  }

  /** An entry of any bytes. */
  entryOf(writer: Writer, body: Uint8Array, wish: EntryWish = {}): void {
    const chapter = wish.chapter ?? (this.chapter as OpenChapter)
    const name = toBase64Url(writer.device)
    const counter = wish.counter ?? this.#counters.get(name) ?? 0
    this.#counters.set(name, counter + 1)
    const fields = {
      device: writer.device,
      counter,
      entryId: wish.entryId ?? random(16),
      seen: wish.seen ?? this.head,
      kind: wish.kind ?? CORE_EVENT,
      body,
    }
    const sealed = sealEntry(chapter, wish.root ?? writer.root, fields, random(16), random)
    if (!sealed.ok) throw new Error(sealed.error.code)
    this.add(sealed.value)
  }

  /**
   * A device that trusts `trusted`.
   *
   * @param since where the relay says that the log begins for it
   * @param granted the chapters that it is given the keys of
   */
  replica(me: Writer, trusted: Writer, since = 1, granted: 'own chapters' | 'every chapter' = 'own chapters'): Replica {
    const findKeys: FindKeys = async (chapter) => {
      const keys = this.#keys.get(toBase64Url(chapter))
      return granted === 'every chapter' || keys?.to.some(({ id }) => id === me.seat.id) ? keys : undefined
    }
    const { dialogue, space } = this
    const trustedRoots = [toBase64Url(trusted.root.publicKey)]
    const { root } = me
    const own = { me: me.seat.id, device: toBase64Url(me.device), root }
    const of = { dialogue, space, name: 'room', ...own, trustedRoots } as const
    const replica = new Replica(of, makeProofs(), findKeys)
    if (!replica.beginAt(since, this.items.length)) throw new Error(`nothing begins at ${since}`)
    return replica
  }

  /** The two halves of the key of the last chapter. */
  halves(): readonly [contentKey: Uint8Array, share: Uint8Array] {
    const keys = [...this.#keys.values()].at(-1)
    if (!keys) throw new Error('no chapter')
    return [exportContentKey(keys.contentKey), keys.share]
  }

  /** What each envelope comes to on such a device: `counts`, `chapter`, the reason it was set aside, or `stops: <code>`. */
  async outcomes(replica: Replica): Promise<readonly string[]> {
    const outcomes: string[] = []
    for (const logEntry of this.items.slice(replica.head)) {
      const landing = await replica.receive(logEntry, false)
      if (!landing.ok) return [...outcomes, `stops: ${landing.error}`]
      const { value } = landing
      outcomes.push(
        value.type === 'entry' ? (value.setAside ?? 'counts') : value.type === 'set-aside' ? value.reason : value.type,
      )
    }
    return outcomes
  }

  /** Sends words. @returns what an event names them by */
  words(writer: Writer, words: string, salt = random(32)): string {
    const said = { salt, words }
    const sealed = sealWords(this.chapter as OpenChapter, writer.root, said, random)
    if (!sealed.ok) throw new Error(sealed.error.code)
    this.add(sealed.value)
    return toBase64Url(wordsRef(said))
  }

  /** Words for a round, not sent yet, and what an event names them by. */
  async sealRound(
    writer: Writer,
    words: string,
    { publicKey }: RoundKey,
  ): Promise<{ readonly ref: string; readonly envelope: Uint8Array }> {
    const said = { salt: random(32), words }
    const sealed = await sealRoundWords(this.chapter as OpenChapter, writer.root, said, publicKey, random)
    if (!sealed.ok) throw new Error(sealed.error.code)
    return { ref: toBase64Url(wordsRef(said)), envelope: sealed.value }
  }

  /** Puts an envelope at the end of the log. */
  add(envelope: Uint8Array): void {
    const n = this.items.length + 1
    const envelopeHash = hash(envelope)
    this.#logHash = logHashAfter(this.#logHash, n, envelopeHash, envelope[2] as Envelope['kind'])
    this.items.push({ n, envelope, envelopeHash })
  }
}
