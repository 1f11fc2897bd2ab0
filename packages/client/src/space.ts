import type { Governing, RosterChange, SpaceName, SpaceState } from '@antechamber/core'
import { ID_BYTES, type LogItem, toBase64Url, utf8 } from '@antechamber/protocol'
import { signingKeyFromSecret } from '@antechamber/sealing'
import type { Newcomer } from './chapter-batch.ts'
import { ChapterOpener, isSo } from './chapter-opener.ts'
import { Connection, type Request } from './connection.ts'
import { DroppedWords } from './dropped-words.ts'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { Freshness } from './freshness.ts'
import { Gate } from './gate.ts'
import { Gone, lackOf } from './gone.ts'
import { keptRecord, listKept } from './kept-log.ts'
import { CORE_EVENT, DEVICE_OFFER, type Landing, SEEN, type StopCode } from './landing.ts'
import { type DeviceOffer, writeOffer } from './offers.ts'
import { OfflineReading } from './offline-reading.ts'
import { Outgoing } from './outgoing.ts'
import { StoreError } from './ports.ts'
import type { SpaceRecord } from './records.ts'
import { Replica } from './replica.ts'
import { SpaceKeys } from './space-keys.ts'
import type { Appended, SpaceOf } from './space-of.ts'
import { type SentWords, Writer } from './writer.ts'

export type { SpaceOf } from './space-of.ts'

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
  readonly #writing: Outgoing
  readonly #dropped: DroppedWords
  readonly #freshness: Freshness
  readonly #gone: Gone
  readonly #opener: ChapterOpener
  readonly #replica: Replica
  readonly #gate = new Gate()
  readonly #offline: OfflineReading
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
        lost: (code) => this.#noteLost(code),
      },
    )
    const { dialogue, proofs, me, trustedRoots, vault, root, saveKeys: save } = of
    const { random } = of.platform
    const ask = (request: Request): Promise<unknown> => this.#connection.request(request, 'done')
    this.#gone = new Gone({ vault, space: record.space, ask })
    this.#dropped = new DroppedWords({ vault, space: this.#id, root, ask })
    this.#freshness = new Freshness({ vault, space: record.space, now: of.platform.now, random })
    this.#offline = this.#newOffline(record.space)
    const keysOf = { vault, connection: this.#connection, offline: this.#offline, dialogue, root, random, save }
    this.#keys = new SpaceKeys(record, keysOf)
    // Nobody but our own devices opens a chapter of our own space, the first one included.
    const openers = this.name === 'own' ? [toBase64Url(root.publicKey), ...of.ownRoots] : trustedRoots
    const own = { me, device: record.device, root, trustedRoots: openers }
    const replicaOf = { dialogue, space: this.#id, name: this.name, ...own, resumes: this.#gone.resumes }
    this.#replica = new Replica(replicaOf, proofs, (chapter, facts) => this.#keys.find(chapter, facts))
    const flow = {
      live: () => this.live(),
      untilOrLost: (holds: () => boolean) => this.#untilOrLost(holds),
      pause: (ms: number) => this.#pause(ms),
    }
    this.#writing = new Outgoing({
      device: this.#device,
      connection: this.#connection,
      replica: this.#replica,
      writer: new Writer(root, this.#device, random),
      ...flow,
      isLive: () => this.isLive,
      wrote: () => this.#freshness.wrote(),
      overtaken: () => this.#note(() => this.#stopAs('gap')),
    })
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
      ...flow,
    })
  }

  #noteLost(code: FailureCode): void {
    this.#note(() => {
      this.#lost = code
    })
    this.#offline.lost(code)
  }

  #newOffline(space: string): OfflineReading {
    const { vault, platform, readsOfflineUntil: until } = this.#of
    // Not its person's own: whoever is put out of the room is not put out of that one.
    const readsOfflineUntil = this.name === 'own' ? undefined : until
    const load = (): Promise<boolean> => this.#loadOnce()
    const run = (work: () => Promise<void>): void => this.#enqueue(() => work().finally(() => this.#changed()))
    return new OfflineReading({ vault, space, platform, readsOfflineUntil, load, run })
  }

  get state(): SpaceState | undefined {
    return this.#replica.state
  }

  /** This device's pseudonym in the space. */
  get device(): string {
    return toBase64Url(this.#device)
  }

  get id(): Uint8Array {
    return this.#id
  }

  /** What has been destroyed, and what this device has of it; see {@link Gone}. */
  get gone(): Pick<Gone, 'isDone' | 'chapterOf'> {
    return this.#gone
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
    const isThere = this.#connection.isIn && this.#replica.head >= this.#knownHead && !this.#replica.bridge.isUnproven
    return isThere && this.#stop === undefined
  }

  /** The relay's last word when it let this device in no more, or `unreachable`. */
  get lost(): FailureCode | undefined {
    return this.#connection.isIn ? undefined : this.#lost
  }

  /** See {@link OfflineReading.readSince}. */
  get readSince(): number | undefined {
    return this.#offline.readSince
  }

  open(): void {
    this.#offline.open()
    this.#connection.open()
  }

  retryNow(): void {
    this.#connection.retryNow()
  }

  close(): void {
    this.#offline.close()
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
    return this.#exclusive(() =>
      this.#writing.append({ entryId, kind: CORE_EVENT, body: utf8(JSON.stringify(event)) }, said),
    )
  }

  /** Asks the keepers for a change of this seat's devices, once, as {@link append} writes. */
  offer(entryId: Uint8Array, offer: DeviceOffer): Promise<Appended> {
    return this.#exclusive(() => this.#writing.append({ entryId, kind: DEVICE_OFFER, body: writeOffer(offer) }))
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
      await this.#offline.noteConnected()
      await this.#writing.shareUnopened()
      if (!this.isLive || !this.#hasOthers || !this.#freshness.isSilent) return
      await this.#writing.append({ entryId: this.#of.platform.random(ID_BYTES), kind: SEEN, body: new Uint8Array(0) })
      await this.#freshness.save()
    })
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
    await this.#loadOnce()
    await this.#offline.entered()
    this.#knownHead = head
    if (this.#stop === 'wrong-share') this.#stop = undefined
    if (this.state ? head < this.#replica.head : !this.#replica.beginAt(since, head)) this.#stopAs('gap')
    this.#connection.tail(this.#replica.head)
    await this.#keys.publish()
    await this.#dropped.forget(this.state?.dropped ?? [])
    await this.#forgetGone()
    this.#changed()
  }

  /** Whether there was something, and not before. */
  async #loadOnce(): Promise<boolean> {
    if (this.#loaded) return false
    await this.#load()
    this.#loaded = true
    return this.state !== undefined
  }

  async #load(): Promise<void> {
    await this.#freshness.load()
    await this.#gone.load()
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
      if (this.#stop === undefined && this.#replica.head >= head) this.#stop = lackOf(this.#replica)
      this.#changed()
    }
    await this.#freshness.save()
    await this.#dropped.forget(this.state?.dropped ?? [])
    await this.#forgetGone()
  }

  /** Deletes what has been destroyed: here first, and then at the relay (DX7). */
  async #forgetGone(): Promise<void> {
    const upTo = (this.state?.governing.destroyed ?? []).map((one) => one.upTo)
    if (upTo.length === 0 || this.#stop !== undefined || this.#replica.bridge.isUnproven) return
    await this.#gone.delete(this.#replica.bridge.chapters, upTo)
    this.#changed()
    await this.#gone.askRelay()
  }

  #noteWords(landing: Landing, logEntry: LogItem): void {
    if (landing.type === 'words' && landing.ref !== undefined) this.#dropped.note(landing.ref, logEntry)
  }
}
