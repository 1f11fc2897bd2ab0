import {
  beginChapter,
  isKeeper,
  type Millis,
  openChapter,
  replay,
  type Seat,
  type SeatId,
  type SpaceState,
  seatOfDevice,
  secretsKeptIn,
  withWords,
  wordsNamedIn,
  writeSnapshot,
} from '@antechamber/core'
import {
  decodeEnvelope,
  EMPTY_LOG_HASH,
  ENTRY,
  ENVELOPE_KIND_AT,
  type Envelope,
  equalBytes,
  err,
  fromBase64Url,
  HASH_BYTES,
  HEADER,
  type LogItem,
  ok,
  type Result,
  toBase64Url,
  WORDS,
} from '@antechamber/protocol'
import {
  type HeaderFacts,
  hash,
  logHashAfter,
  type OpenChapter,
  openEntry,
  openHeader,
  openWords,
  readHeader,
  type SaidWords,
  unsafeTrustStoredEntry,
  type VerifiedEntry,
  verifyEntry,
  verifyHeader,
} from '@antechamber/sealing'
import { Asked } from './asked.ts'
import { type Absence, Bridge, type Jump, provesItself } from './bridge.ts'
import { type ChapterSnapshot, decodeSnapshot } from './chapter-snapshot.ts'
import { type Current, stageOf } from './current-chapter.ts'
import { parseJson } from './encoding.ts'
import { CORE_EVENT, entryKey, isMissing, type Landing, SEEN, type StopCode, setAside } from './landing.ts'
import { isLetIn, mayOpen, openerOf, type SignedHeader, type Taken, unreadSnapshot } from './opener.ts'
import { type ReadyProofs, secretsIn } from './proofs.ts'
import type { FindKeys, ReplicaOf } from './replica-of.ts'
import { SealedWords } from './sealed-words.ts'

/** What the first header of a space names as the one before it. */
const NO_HEADER = new Uint8Array(HASH_BYTES)

/**
 * One space as this device has replayed it: checks the log's chain, opens chapters and entries, and hands events to the
 * core. Envelopes come in order, one at a time.
 */
export class Replica {
  readonly #of: ReplicaOf
  readonly #proofs: ReadyProofs
  readonly #findKeys: FindKeys
  readonly #landings = new Map<string, string | undefined>()
  #head = 0
  #logHash: Uint8Array = EMPTY_LOG_HASH
  #current: Current | undefined
  #headerHash: Uint8Array = NO_HEADER
  #state: SpaceState | undefined
  #isOrphaned = false
  /** Envelopes were missing since the last header: the next one's chain tells whether they were words (LG12). */
  #lacksSome = false
  readonly #bridge: Bridge
  readonly #forks = new Set<SeatId>()
  readonly #sealed: SealedWords
  readonly #asked: Asked

  constructor(of: ReplicaOf, proofs: ReadyProofs, findKeys: FindKeys) {
    this.#of = of
    this.#sealed = new SealedWords(of.root, of.space, of.notes)
    this.#proofs = proofs
    this.#findKeys = findKeys
    this.#asked = new Asked(of)
    this.#bridge = new Bridge(of.resumes)
  }

  /**
   * Where this device begins: nothing before that envelope concerns it (WR18). Call it before anything is received; of
   * what the relay tells here nothing is believed that the first chapter does not confirm (CH17).
   *
   * @returns false when nothing can begin there: `head` is how far the log goes, as the relay tells it
   */
  beginAt(since: number, head: number): boolean {
    if (since < 1 || since > Math.max(1, head)) return false
    this.#head = since - 1
    return true
  }

  /** The number of the last envelope processed, or of the one before the first that is to come. */
  get head(): number {
    return this.#head
  }

  get logHash(): Uint8Array {
    return this.#logHash
  }

  get headerHash(): Uint8Array {
    return this.#headerHash
  }

  /** Undefined until this device can read a chapter. */
  get state(): SpaceState | undefined {
    return this.#state
  }

  get current(): Readonly<Omit<Current, 'hashes' | 'counters' | 'entryIds' | 'words'>> | undefined {
    return this.#current
  }

  /** The relay's current chapter is one that this device refuses: a keeper opens the next (CH14). */
  get isOrphaned(): boolean {
    return this.#isOrphaned
  }

  /** Whose devices say that the relay has shown them another log than ours (LG8). */
  get forks(): readonly SeatId[] {
    return [...this.#forks]
  }

  get asked(): Pick<Asked, 'offers' | 'knocks' | 'wishes'> {
    return this.#asked
  }

  /** See {@link Bridge}. */
  get bridge(): Pick<Bridge, 'beginning' | 'isUnproven' | 'isClosed'> {
    return this.#bridge
  }

  /** The counter of this device's next entry in the current chapter. */
  nextCounter(device: string): number {
    return this.#current?.counters.get(device) ?? 0
  }

  /** This device's own words that nobody else can read although their round has closed (RD9). */
  get unshared(): readonly SaidWords[] {
    return this.#sealed.unshared
  }

  /** Whether words that are named so have come in the current chapter; sealed ones, from this device. */
  hasWords(ref: string): boolean {
    return this.#current?.words.has(ref) === true
  }

  /** What became of a device's entry of this id, if one has been processed. */
  landingOf(device: string, entryId: string): { readonly setAside: string | undefined } | undefined {
    const key = entryKey(device, entryId)
    return this.#landings.has(key) ? { setAside: this.#landings.get(key) } : undefined
  }

  /**
   * Processes the next envelope.
   *
   * @param trusted this device verified its signature before, and kept it under its own key
   */
  async receive(logEntry: LogItem, trusted: boolean): Promise<Result<Landing, StopCode>> {
    if (logEntry.n !== this.head + 1) return err('gap')
    const { envelope } = logEntry
    if (envelope && !equalBytes(hash(envelope), logEntry.envelopeHash)) return err('bad-hash')
    const hadState = this.#state !== undefined
    const landing = await this.#land(envelope, trusted)
    // Whoever has read nothing has nothing to judge by what else stands there (CH17).
    if (!hadState && landing.ok && landing.value.type !== 'chapter' && !isMissing(landing.value)) return err('gap')
    if (landing.ok) {
      this.#head = logEntry.n
      const kind = envelope ? kindOf(envelope) : WORDS
      this.#logHash = logHashAfter(this.#logHash, logEntry.n, logEntry.envelopeHash, kind)
      this.#current?.hashes.push(this.#logHash)
    }
    return landing
  }

  async #land(bytes: Uint8Array | undefined, trusted: boolean): Promise<Result<Landing, StopCode>> {
    // Whatever else was left out would break the chain for us: only words are chained as what can be missing (LG12).
    if (!bytes) return this.#landMissing()
    const envelope = decodeEnvelope(bytes)
    if (this.#bridge.isClosed && bytes[ENVELOPE_KIND_AT] !== HEADER) return this.#landMissing()
    if (!envelope.ok || envelope.value.kind !== HEADER) this.#bridge.note('here')
    if (!envelope.ok || !equalBytes(envelope.value.space, this.#of.space)) return setAside('malformed')
    if (envelope.value.kind !== HEADER && this.#isOfUnseen(envelope.value)) return err('withheld')
    if (envelope.value.kind === ENTRY) return this.#landEntry(envelope.value, trusted)
    if (envelope.value.kind === WORDS) return this.#landWords(envelope.value)
    const landing = await this.#landHeader(envelope.value, trusted)
    if (landing.ok) this.#isOrphaned = landing.value.type === 'set-aside'
    return landing
  }

  /** It is of a chapter whose header is missing: the relay takes envelopes of its current chapter alone (WR8). */
  #isOfUnseen({ chapter }: Envelope): boolean {
    const current = this.#current?.chapter.place.chapter
    return this.#lacksSome && !this.#isOrphaned && current !== undefined && !equalBytes(chapter, current)
  }

  async #landHeader(envelope: Envelope, trusted: boolean): Promise<Result<Landing, StopCode>> {
    const facts = readHeader(envelope)
    if (!facts.ok) return setAside(facts.error.code)
    const goesOn = this.#state !== undefined && this.#continues(facts.value)
    const jump = this.#bridge.jumpTo(this.#head + 1, facts.value, goesOn)
    if (!jump && !(this.#state ? goesOn : this.#isBeginning(facts.value)))
      return this.#lacksSome ? err('withheld') : this.#landElsewhere(envelope, facts.value)
    const signed = await this.#readSigned(envelope, facts.value, { jump, trusted })
    if (!signed.ok) return signed.error === 'closed' ? this.#landMissing('closed') : signed.error
    const { opener, snapshot, chapter } = signed.value
    const agreed = jump ? this.#agreeAfter(snapshot, facts.value, jump) : this.#agree(snapshot, opener)
    if (agreed !== undefined) return agreed
    await this.#proofs.ready(secretsKeptIn(snapshot.governing))
    this.#begin(chapter, facts.value, snapshot)
    return ok({ type: 'chapter', by: opener.id, openedAt: snapshot.openedAt, changes: snapshot.changes })
  }

  /** A header that does not follow from our log. If a keeper has signed it, their device has seen another one (CH7, LG8). */
  async #landElsewhere(envelope: Envelope, facts: HeaderFacts): Promise<Result<Landing, StopCode>> {
    // Whatever keeps it from being read: it is set aside.
    const signed = this.#state && (await this.#readSigned(envelope, facts).catch(() => undefined))
    if (signed?.ok && isKeeper(this.#of.name, signed.value.opener)) this.#forks.add(signed.value.opener.id)
    return setAside('broken-chain')
  }

  /** A header that is whole and signed by whoever may; otherwise what it comes to. */
  async #readSigned(
    envelope: Envelope,
    facts: HeaderFacts,
    taken: Taken = {},
  ): Promise<Result<SignedHeader, Result<Landing, StopCode> | 'closed'>> {
    const keys = await this.#findKeys(envelope.chapter, facts)
    if (keys === 'gone') return err('closed')
    if (!keys) return err(err('no-grant'))
    const opened = openHeader(envelope, this.#of.dialogue, keys.contentKey, keys.share)
    if (!opened.ok) return err(opened.error.code === 'wrong-share' ? err('wrong-share') : setAside(opened.error.code))
    const snapshot = decodeSnapshot(opened.value.claimedSnapshot)
    if (!snapshot.ok) return err(unreadSnapshot(snapshot.error, opened.value, this.#of, this.#state?.governing))
    const opener = openerOf(snapshot.value, this.#of, this.#state?.governing, taken)
    if (!opener) return err(setAside('not-a-member'))
    const header = verifyHeader(opened.value, opener.root)
    if (!header.ok) return err(setAside(header.error.code))
    const mayAct = mayOpen({ ...snapshot.value, by: opener.seat }, this.#of, !!this.#state, taken, this.#proofs)
    if (!mayAct) return err(setAside('not-a-keeper'))
    return ok({ opener: opener.seat, snapshot: snapshot.value, chapter: header.value.chapter })
  }

  #continues({ previous, n, logHash }: HeaderFacts): boolean {
    return equalBytes(previous, this.#headerHash) && n === this.head && equalBytes(logHash, this.logHash)
  }

  /** Whether a header can be the first that we read: at the place where it says to be, and at 1 the first of all. */
  #isBeginning({ previous, n, logHash }: HeaderFacts): boolean {
    return n === this.#head && (n > 0 || (equalBytes(previous, NO_HEADER) && equalBytes(logHash, EMPTY_LOG_HASH)))
  }

  /** As {@link #agree}, of a chapter that does not follow on what this device has read. */
  #agreeAfter({ governing }: ChapterSnapshot, facts: HeaderFacts, jump: Jump): Result<Landing, StopCode> | undefined {
    const { me, device, name } = this.#of
    if (governing.space !== name) return setAside('bad-snapshot')
    if (seatOfDevice(governing.roster, device)?.id !== me) return setAside('not-a-member')
    if (jump === 'known') return undefined
    if (provesItself(facts, governing)) return this.#lacksSome ? err('withheld') : setAside('broken-chain')
    this.#bridge.claim(facts)
    return undefined
  }

  /**
   * Undefined when the chapter starts from the state that our own replay leads to (CH7, CH11); for our first one, when it
   * is the one that lets this device in: a later one would hide what was written in between (CH17).
   */
  #agree({ governing, changes, openedAt }: ChapterSnapshot, by: Seat): Result<Landing, StopCode> | undefined {
    if (governing.space !== this.#of.name) return setAside('bad-snapshot')
    if (!this.#state) return isLetIn(governing, changes, this.#of, this.#head) ? undefined : setAside('not-a-member')
    const opening = { by, changes, openedAt: openedAt as Millis }
    const changed = openChapter(this.#state.governing, opening, this.#proofs)
    if (!changed.ok) return setAside(changed.error, by.id)
    return writeSnapshot(changed.value) === writeSnapshot(governing) ? undefined : err('snapshot-differs')
  }

  #begin(chapter: OpenChapter, facts: HeaderFacts, { governing, changes, openedAt }: ChapterSnapshot): void {
    this.#asked.knocks.begin(facts.headerHash, changes, governing.destroyed.length)
    this.#headerHash = facts.headerHash
    this.#lacksSome = false
    // Our own already, but for the first chapter: whoever opened it vouches for the log before it.
    this.#logHash = facts.logHash
    this.#state = beginChapter(this.#state, governing, toBase64Url(facts.headerHash))
    const before = this.#bridge.beginning
    this.#bridge.begin(this.#head + 1, facts, governing)
    const { beginning } = this.#bridge
    if (beginning && beginning !== before) this.#sealed.forget(beginning.n, wordsNamedIn(this.#state))
    this.#current = {
      chapter,
      first: this.#head + 1,
      hashes: [],
      openedAt,
      stage: stageOf(this.#state),
      counters: new Map(),
      entryIds: new Set(),
      words: new Set(),
      entries: 0,
    }
  }

  /** Where the relay has no share of a chapter any more, all of it is as if it were missing. */
  #landMissing(absence: Absence = 'missing'): Result<Landing, StopCode> {
    this.#bridge.note(absence)
    if (!this.#current) return ok({ type: 'words', ref: undefined })
    this.#current.entries += 1
    this.#lacksSome = true
    return ok({ type: 'words', ref: undefined })
  }

  async #landWords(envelope: Envelope): Promise<Result<Landing, StopCode>> {
    const current = this.#current
    if (!current || !this.#state) return err('gap')
    current.entries += 1
    const opened = openWords(current.chapter, envelope)
    if (!opened.ok) return setAside(opened.error.code)
    const { ref, said, isSent } = await this.#sealed.land(opened.value, () => wordsNamedIn(this.#state as SpaceState))
    if (said) this.#state = withWords(this.#state, ref, said.words)
    if (isSent) current.words.add(ref)
    return ok({ type: 'words', ref })
  }

  async #landEntry(envelope: Envelope, trusted: boolean): Promise<Result<Landing, StopCode>> {
    const current = this.#current
    if (!current || !this.#state) return err('gap')
    current.entries += 1
    const opened = openEntry(current.chapter, envelope)
    if (!opened.ok) return setAside(opened.error.code)
    const { claimed } = opened.value
    const device = toBase64Url(claimed.device)
    const seat = seatOfDevice(this.#state.governing.roster, device)
    const root = fromBase64Url(seat?.devices.find((one) => one.device === device)?.root ?? '')
    if (!seat || !root) return setAside('not-a-member')
    const verified = trusted
      ? ok(unsafeTrustStoredEntry(opened.value))
      : verifyEntry(current.chapter, opened.value, root)
    if (!verified.ok) return setAside(verified.error.code)
    const next = this.nextCounter(device)
    if (claimed.counter < next) return setAside('bad-counter')
    if (claimed.counter > next) return this.#forked(seat)
    current.counters.set(device, claimed.counter + 1)
    return this.#count(verified.value, seat, current)
  }

  async #count(entry: VerifiedEntry, seat: Seat, current: Current): Promise<Result<Landing, StopCode>> {
    const { n, logHash } = entry.seen
    if (n < current.first) return setAside('bad-place')
    const ours = current.hashes[n - current.first]
    const id = toBase64Url(entry.entryId)
    const key = entryKey(toBase64Url(entry.device), id)
    if (current.entryIds.has(key)) return setAside('duplicate')
    current.entryIds.add(key)
    if (!ours || !equalBytes(ours, logHash)) return this.#forked(seat)
    const reason = await this.#say(id, seat, entry)
    this.#landings.set(key, reason)
    return ok({ type: 'entry', by: seat.id, id, setAside: reason })
  }

  /** Their device has seen what ours has not: an entry of its own, a place still to come, or another hash there (LG8). */
  #forked({ id }: Seat): Result<Landing, StopCode> {
    this.#forks.add(id)
    return setAside('fork')
  }

  async #say(id: string, by: Seat, { kind, body }: VerifiedEntry): Promise<string | undefined> {
    if (Asked.isKind(kind)) return this.#asked.take(kind, by, body)
    if (kind === SEEN) return body.length === 0 ? undefined : 'malformed'
    return kind === CORE_EVENT ? this.#replay(id, by.id, parseJson(body)) : 'unknown-kind'
  }

  async #replay(id: string, by: SeatId, body: unknown): Promise<string | undefined> {
    const before = this.#state as SpaceState
    await this.#proofs.ready(secretsIn(body))
    const after = replay(before, { id, by, body }, this.#proofs)
    if (!after.ok) return after.error
    this.#state = after.value
    for (const ref of after.value.dropped.slice(before.dropped.length)) this.#sealed.drop(ref)
    for (const key of after.value.ended.slice(before.ended.length)) {
      for (const { ref, said } of await this.#sealed.end(key, wordsNamedIn(after.value), this.#head + 1))
        this.#state = withWords(this.#state, ref, said.words)
    }
    return undefined
  }
}

/** Which of the two ways its hash is chained: by the byte that says so, whether or not the rest is what it should be. */
const kindOf = (envelope: Uint8Array): Envelope['kind'] => (envelope[ENVELOPE_KIND_AT] === WORDS ? WORDS : ENTRY)
