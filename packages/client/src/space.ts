import type { Governing, RosterChange, SpaceName, SpaceState } from '@antechamber/core'
import { equalBytes, ID_BYTES, type LogItem, toBase64Url, utf8 } from '@antechamber/protocol'
import { type OpenChapter, signingKeyFromSecret, wordsRef } from '@antechamber/sealing'
import type { Newcomer } from './chapter-batch.ts'
import { ChapterOpener, isSo } from './chapter-opener.ts'
import { Connection, type Request } from './connection.ts'
import { DroppedWords } from './dropped-words.ts'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { Freshness } from './freshness.ts'
import { Gate } from './gate.ts'
import { keptRecord, listKept } from './kept-log.ts'
import { CORE_EVENT, DEVICE_OFFER, type Landing, SEEN, type StopCode } from './landing.ts'
import { type DeviceOffer, writeOffer } from './offers.ts'
import { StoreError } from './ports.ts'
import type { SpaceRecord } from './records.ts'
import { Replica } from './replica.ts'
import { SpaceKeys } from './space-keys.ts'
import type { Appended, NewEntry, SpaceOf } from './space-of.ts'
import { type SentWords, Writer } from './writer.ts'

export type { SpaceOf } from './space-of.ts'

/** An entry that is set aside so often was made wrong by our own code. */
const MAX_ATTEMPTS = 5

/**
 * One space on this device: its connection, its replica and its part of the store. Entries and chapters are sent one at
 * a time; whatever is sent is done only when it has come back through the log.
 */
export class Space {
  readonly name: SpaceName
  readonly #of: SpaceOf
  readonly #id: Uint8Array
  readonly #device: Uint8Array
  readonly #connection: Connection
  readonly #keys: SpaceKeys
  readonly #writer: Writer
  readonly #dropped: DroppedWords
  readonly #freshness: Freshness
  readonly #opener: ChapterOpener
  readonly #replica: Replica
  readonly #gate = new Gate()
  #loaded = false
  #knownHead = Number.POSITIVE_INFINITY
  #incoming: Promise<void> = Promise.resolve()
  #outgoing: Promise<unknown> = Promise.resolve()
  #stop: StopCode | undefined
  #lost: FailureCode | undefined

  constructor(record: SpaceRecord, of: SpaceOf) {
    this.name = record.name
    this.#of = of
    this.#id = decoded(record.space)
    this.#device = decoded(record.device)
    const loginKey = signingKeyFromSecret(decoded(record.loginSecret))
    this.#connection = new Connection(
      of.platform,
      of.doors,
      { space: this.#id, device: this.#device, loginKey },
      {
        entered: (head, since) => this.#enqueue(() => this.#resume(head, since)),
        items: (items, head) => this.#enqueue(() => this.#receive(items, head)),
        joined: of.joined,
        lost: (code) =>
          this.#note(() => {
            this.#lost = code
          }),
      },
    )
    const { dialogue, proofs, me, trustedRoots, vault, root, saveKeys: save } = of
    const { random } = of.platform
    const ask = (request: Request): Promise<unknown> => this.#connection.request(request, 'done')
    this.#dropped = new DroppedWords({ vault, space: this.#id, root, ask })
    this.#freshness = new Freshness({ vault, space: record.space, now: of.platform.now, random })
    this.#writer = new Writer(root, this.#device, random)
    this.#keys = new SpaceKeys(record, { vault, connection: this.#connection, dialogue, root, random, save })
    // Nobody but our own devices opens a chapter of our own space, the first one included.
    const openers = this.name === 'own' ? [toBase64Url(root.publicKey), ...of.ownRoots] : trustedRoots
    const own = { me, device: record.device, root, trustedRoots: openers }
    const replicaOf = { dialogue, space: this.#id, name: this.name, ...own }
    this.#replica = new Replica(replicaOf, proofs, (chapter, facts) => this.#keys.find(chapter, facts))
    this.#opener = new ChapterOpener({
      platform: of.platform,
      dialogue,
      space: this.#id,
      device: this.#device,
      root,
      proofs,
      connection: this.#connection,
      keys: this.#keys,
      replica: this.#replica,
      live: () => this.live(),
      untilOrLost: (holds) => this.#untilOrLost(holds),
      pause: (ms) => this.#pause(ms),
    })
  }

  get state(): SpaceState | undefined {
    return this.#replica.state
  }

  get current(): Replica['current'] {
    return this.#replica.current
  }

  get stop(): StopCode | undefined {
    return this.#stop
  }

  get isOrphaned(): boolean {
    return this.#replica.isOrphaned
  }

  get forks(): Replica['forks'] {
    return this.#replica.forks
  }

  get offers(): Replica['offers'] {
    return this.#replica.offers
  }

  /** Connected, and everything that the relay has is processed. */
  get isLive(): boolean {
    return this.#connection.isIn && this.#replica.head >= this.#knownHead && this.#stop === undefined
  }

  /** The relay's last word when it let this device in no more, or `unreachable`. */
  get lost(): FailureCode | undefined {
    return this.#connection.isIn ? undefined : this.#lost
  }

  open(): void {
    this.#connection.open()
  }

  retryNow(): void {
    this.#connection.retryNow()
  }

  close(): void {
    this.#connection.close()
    this.#gate.close()
  }

  /** Resolves when the space is live. */
  live(): Promise<void> {
    return this.#gate.until(() => {
      if (this.#stop !== undefined) throw new Failure('stopped')
      return this.isLive
    })
  }

  /** Asks the relay something of this space; see {@link Connection.request}. Waits for the connection. */
  async request<T extends Parameters<Connection['request']>[1]>(request: Request, answer: T) {
    await this.#gate.until(() => this.#connection.isIn)
    return this.#connection.request(request, answer)
  }

  /**
   * Writes an event, once: however often it is called with the same `entryId`, one entry of that id counts (LG9).
   *
   * @param said the words that it names, sent before it in the same chapter
   * @returns when the entry has come back through the log
   */
  append(entryId: Uint8Array, event: unknown, said: readonly SentWords[] = []): Promise<Appended> {
    return this.#exclusive(() => this.#append({ entryId, kind: CORE_EVENT, body: utf8(JSON.stringify(event)) }, said))
  }

  /** Asks the keepers for a change of this seat's devices, once, as {@link append} writes. */
  offer(entryId: Uint8Array, offer: DeviceOffer): Promise<Appended> {
    return this.#exclusive(() => this.#append({ entryId, kind: DEVICE_OFFER, body: writeOffer(offer) }))
  }

  /**
   * Opens the next chapter, with those of these roster changes that are not so yet; whoever has asked to leave goes with
   * it. Nothing is opened when no change is left to make, or when it is not wanted any more at its turn.
   *
   * Throws {@link Failure}, or RefusedChapter for a broken rule.
   */
  openChapter(
    changes: readonly RosterChange[],
    newcomers: readonly Newcomer[],
    isWanted: () => boolean = () => changes.some((change) => !isSo(change, this.state?.governing.roster)),
  ): Promise<void> {
    return this.#exclusive(() =>
      this.#opener.open({ governing: () => this.state?.governing, changes, newcomers, isWanted }),
    )
  }

  /** Opens the space's first chapter, unless it has one. */
  found(governing: Governing): Promise<void> {
    return this.#exclusive(async () => {
      await this.live()
      const isWanted = (): boolean => this.#replica.head === 0
      await this.#opener.open({ governing: () => governing, changes: [], newcomers: [], isWanted })
    })
  }

  /** Says what the others lack (RD9), and that this device is there, if it was silent for long and somebody else is (LG14). */
  sayIfSilent(): Promise<void> {
    return this.#exclusive(async () => {
      await this.#shareUnopened()
      if (!this.isLive || !this.#hasOthers || !this.#freshness.isSilent) return
      await this.#append({ entryId: this.#of.platform.random(ID_BYTES), kind: SEEN, body: new Uint8Array(0) })
      await this.#freshness.save()
    })
  }

  /** Sends this device's own words again that a round was closed without opening (RD9). The pause is waited for. */
  async #shareUnopened(): Promise<void> {
    for (;;) {
      const [words] = this.#replica.unshared
      const chapter = this.#replica.current?.chapter
      if (!words || !chapter || !this.isLive || this.state?.governing.paused) return
      await this.#send(this.#writer.words(chapter, words))
    }
  }

  /** Connected for all one can tell, and nobody else has been heard of for a day (LG15). */
  get isUnconfirmed(): boolean {
    return this.isLive && this.#hasOthers && this.#freshness.isUnconfirmed
  }

  get #hasOthers(): boolean {
    const governing = this.state?.governing
    return governing?.roster.some(({ id }) => id !== this.#of.me && !governing.leaving.includes(id)) === true
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#outgoing.then(work, work)
    this.#outgoing = done.catch(() => undefined)
    return done
  }

  async #append(entry: NewEntry, said: readonly SentWords[] = []): Promise<Appended> {
    const id = toBase64Url(entry.entryId)
    for (let attempt = 0; attempt < MAX_ATTEMPTS; ) {
      await this.live()
      const landing = this.#replica.landingOf(toBase64Url(this.#device), id)
      if (landing) return landing
      const chapter = this.#replica.current?.chapter
      if (!chapter) throw new Failure('stopped')
      try {
        for (const words of said) await this.#say(chapter, words)
        await this.#send(this.#seal(chapter, entry))
        attempt += 1
      } catch (failure) {
        if (await this.#isStale(failure, chapter.headerHash)) return 'stale'
      }
    }
    throw new Failure('stopped')
  }

  async #send(sealed: Uint8Array | Promise<Uint8Array>): Promise<void> {
    const envelope = await sealed
    const before = this.#replica.head
    const { n } = await this.#connection.request({ type: 'append', envelope }, 'appended')
    // Something else stands there, which we have read (LG16).
    if (n <= before) this.#note(() => this.#stopAs('gap'))
    this.#freshness.wrote()
    await this.#untilOrLost(() => this.#replica.head >= n)
  }

  async #say(chapter: OpenChapter, words: SentWords): Promise<void> {
    if (!this.#replica.hasWords(toBase64Url(wordsRef(words)))) await this.#send(this.#writer.words(chapter, words))
  }

  #seal(chapter: OpenChapter, entry: NewEntry): Uint8Array {
    const seen = { n: this.#replica.head, logHash: this.#replica.logHash }
    const counter = this.#replica.nextCounter(toBase64Url(this.#device))
    return this.#writer.entry(chapter, { ...entry, counter, seen })
  }

  /** What a failed append means: stale (after the new chapter has come), try again (false), or it is thrown on. */
  async #isStale(failure: unknown, headerHash: Uint8Array): Promise<boolean> {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'stale-chapter') {
      const hasFollowed = (): boolean => !equalBytes(this.#replica.headerHash, headerHash)
      await this.#untilOrLost(hasFollowed)
      return hasFollowed()
    }
    if (failure.code === 'too-many') await this.#pause(failure.retryAfterMs)
    else if (failure.code !== 'unreachable' && failure.code !== 'stopping') throw failure
    return false
  }

  /** Resolves too when the connection is lost: then the log is to be looked at again. Throws {@link Failure} `stopped`. */
  #untilOrLost(holds: () => boolean): Promise<void> {
    return this.#gate.until(() => {
      if (this.#stop !== undefined) throw new Failure('stopped')
      return holds() || !this.#connection.isIn
    })
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#of.platform.after(ms, resolve))
  }

  /** The first reason stays. */
  #stopAs(code: StopCode): void {
    this.#stop ??= code
  }

  #note(change: () => void): void {
    change()
    this.#changed()
  }

  #changed(): void {
    this.#gate.check()
    this.#of.changed()
  }

  /** Incoming work happens one after the other. A lost connection ends it quietly: the next one resumes. */
  #enqueue(work: () => Promise<void>): void {
    this.#incoming = this.#incoming.then(work).catch((failure: unknown) => {
      if (failure instanceof StoreError)
        this.#note(() => {
          this.#stop = 'not-kept'
        })
      else if (!(failure instanceof Failure)) throw failure
      else if (failure.code !== 'unreachable')
        this.#note(() => {
          this.#lost = failure.code
        })
    })
  }

  async #resume(head: number, since: number): Promise<void> {
    if (!this.#loaded) await this.#load()
    this.#loaded = true
    this.#knownHead = head
    if (this.#stop === 'wrong-share') this.#stop = undefined
    if (this.state ? head < this.#replica.head : !this.#replica.beginAt(since, head)) this.#stopAs('gap')
    this.#connection.tail(this.#replica.head)
    await this.#keys.publish()
    await this.#dropped.forget(this.state?.dropped ?? [])
    this.#changed()
  }

  async #load(): Promise<void> {
    await this.#freshness.load()
    for (const { logEntry, trusted } of await listKept(this.#of.vault, toBase64Url(this.#id))) {
      if (!this.state) this.#replica.beginAt(logEntry.n, logEntry.n)
      if (logEntry.n <= this.#replica.head) continue
      const landing = await this.#replica.receive(logEntry, trusted)
      if (!landing.ok) {
        this.#stop = landing.error
        return
      }
      this.#noteWords(landing.value, logEntry)
    }
  }

  async #receive(items: readonly LogItem[], head: number): Promise<void> {
    this.#knownHead = head
    const kept: ReturnType<typeof keptRecord>[] = []
    try {
      for (const logEntry of items) {
        if (this.#stop !== undefined || logEntry.n <= this.#replica.head) continue
        const landing = await this.#replica.receive(logEntry, false)
        if (!landing.ok) {
          this.#stop = landing.error
          return
        }
        kept.push(keptRecord(toBase64Url(this.#id), { logEntry, trusted: landing.value.type === 'entry' }))
        this.#noteWords(landing.value, logEntry)
        if ('by' in landing.value && landing.value.by !== this.#of.me) this.#freshness.heard()
      }
    } finally {
      // Also what came before a loss: the store must have no gap.
      await this.#of.vault.write(kept)
      this.#changed()
    }
    await this.#freshness.save()
    await this.#dropped.forget(this.state?.dropped ?? [])
  }

  #noteWords(landing: Landing, logEntry: LogItem): void {
    if (landing.type === 'words' && landing.ref !== undefined) this.#dropped.note(landing.ref, logEntry)
  }
}
