import type { Governing, RosterChange, SpaceName, SpaceState } from '@antechamber/core'
import { ID_BYTES, type LogItem, toBase64Url, utf8 } from '@antechamber/protocol'
import { signingKeyFromSecret } from '@antechamber/sealing'
import { lackOf } from './bridge.ts'
import type { Newcomer } from './chapter-batch.ts'
import { ChapterOpener, isSo } from './chapter-opener.ts'
import { Connection, type Request } from './connection.ts'
import { DroppedWords } from './dropped-words.ts'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { Forgetting } from './forgetting.ts'
import { Freshness } from './freshness.ts'
import { Gate } from './gate.ts'
import { Gone } from './gone.ts'
import { keptRecord, listKept } from './kept-log.ts'
import { KnownKeepers } from './known-keepers.ts'
import { CORE_EVENT, DEVICE_OFFER, SEEN, type StopCode } from './landing.ts'
import { type DeviceOffer, writeOffer } from './offers.ts'
import { Outgoing } from './outgoing.ts'
import { StoreError } from './ports.ts'
import type { SpaceRecord } from './records.ts'
import { Replica } from './replica.ts'
import { SpaceKeys } from './space-keys.ts'
import type { Appended, SpaceOf } from './space-of.ts'
import type { VaultChange } from './vault.ts'
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
  readonly #forgetting: Forgetting
  readonly #freshness: Freshness
  readonly #gone: Gone
  readonly #keepers: KnownKeepers
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
        lost: (code) => this.#noteLost(code),
      },
    )
    const { dialogue, proofs, me, trustedRoots, vault, root, saveKeys: save } = of
    const { random } = of.platform
    const ask = (request: Request): Promise<unknown> => this.#connection.request(request, 'done')
    this.#freshness = new Freshness({ vault, space: record.space, now: of.platform.now, random })
    this.#keys = new SpaceKeys(record, { vault, connection: this.#connection, dialogue, root, random, save })
    this.#gone = new Gone({ vault, space: record.space, ask })
    this.#keepers = new KnownKeepers(vault, record.space, record.name)
    // Nobody but our own devices opens a chapter of our own space, the first one included.
    const openers = this.name === 'own' ? [toBase64Url(root.publicKey), ...of.ownRoots] : trustedRoots
    const own = { me, device: record.device, root, trustedRoots: openers }
    const known = { dialogue, space: this.#id, resumes: this.#gone.resumes, keepers: this.#keepers.roots }
    this.#replica = new Replica({ name: this.name, ...own, ...known }, proofs, (chapter, facts) =>
      this.#keys.find(chapter, facts),
    )
    this.#forgetting = this.#newForgetting(new DroppedWords({ vault, space: this.#id, root, ask }))
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

  #newForgetting(dropped: DroppedWords): Forgetting {
    return new Forgetting({
      replica: this.#replica,
      keys: this.#keys,
      gone: this.#gone,
      dropped,
      isSetBack: () => this.#stop === 'gap',
      changed: () => this.#changed(),
    })
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

  /** See {@link Forgetting.isDone}. */
  get hasDeleted(): boolean {
    return this.#forgetting.isDone
  }

  /** The chapter that a destruction ended with, as far as this device has met it; see {@link Gone}. */
  chapterOf(header: string): string | undefined {
    return this.#gone.chapterOf(header)
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
    const isThere = this.#connection.isIn && this.#isCaughtUp && !this.#replica.bridge.isUnproven
    return isThere && this.#stop === undefined
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
   * @param asOfNow see {@link Outgoing.append}
   * @returns when the entry has come back through the log
   */
  append(entryId: Uint8Array, event: unknown, said?: readonly SentWords[], asOfNow?: boolean): Promise<Appended> {
    const entry = { entryId, kind: CORE_EVENT, body: utf8(JSON.stringify(event)) }
    return this.#exclusive(() => this.#writing.append(entry, said, asOfNow))
  }

  /** Whether an entry of this device is in the log. Waits for the connection. */
  hasLanded(entryId: Uint8Array): Promise<boolean> {
    return this.#exclusive(() => this.#writing.hasLanded(entryId))
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

  /** Says what the others lack (RD9), gets rid of keys (DX7), and says that this device is there, if it was silent for long and somebody else is (LG14). */
  sayIfSilent(): Promise<void> {
    return this.#exclusive(async () => {
      await this.#writing.shareUnopened()
      if (this.isLive) await this.#forgetting.renewKeys(() => this.#saySeen())
      if (this.isLive && this.#hasOthers && this.#freshness.isSilent) await this.#saySeen()
    })
  }

  async #saySeen(): Promise<Appended> {
    const seen = { entryId: this.#of.platform.random(ID_BYTES), kind: SEEN, body: new Uint8Array(0) }
    const appended = await this.#writing.append(seen)
    await this.#freshness.save()
    return appended
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
      else if (failure.code !== 'unreachable') this.#noteLost(failure.code)
    })
  }

  #noteLost(code: FailureCode): void {
    this.#note(() => {
      this.#lost = code
    })
  }

  async #resume(head: number, since: number): Promise<void> {
    if (!this.#loaded) await this.#load()
    this.#loaded = true
    this.#knownHead = head
    if (this.#stop === 'wrong-share') this.#stop = undefined
    // What a device has deleted it never reads again, whatever a relay has in the place of it.
    const from = Math.max(since, ...this.#gone.resumes.keys())
    if (this.state ? head < this.#replica.head : !this.#replica.beginAt(from, head)) this.#stopAs('gap')
    this.#gone.reconnected()
    this.#connection.tail(this.#replica.head)
    await this.#keys.publish()
    this.#noteLack()
    await this.#forgetting.forget()
    this.#changed()
  }

  async #load(): Promise<void> {
    await this.#freshness.load()
    await this.#gone.load()
    await this.#keepers.load()
    for (const { logEntry, trusted } of await listKept(this.#of.vault, toBase64Url(this.#id))) {
      if (!this.state) this.#replica.beginAt(logEntry.n, logEntry.n)
      if (logEntry.n <= this.#replica.head) continue
      const landing = await this.#replica.receive(logEntry, trusted)
      if (!landing.ok) {
        this.#stop = landing.error
        return
      }
      this.#forgetting.note(landing.value, logEntry)
    }
  }

  async #receive(items: readonly LogItem[], head: number): Promise<void> {
    this.#knownHead = head
    const kept: VaultChange[] = []
    try {
      for (const logEntry of items) {
        if (this.#stop !== undefined || logEntry.n <= this.#replica.head) continue
        const landing = await this.#replica.receive(logEntry, false)
        if (!landing.ok) {
          this.#stop = landing.error
          return
        }
        const trusted = landing.value.type === 'entry' || landing.value.type === 'chapter'
        kept.push(keptRecord(toBase64Url(this.#id), { logEntry, trusted }))
        if (landing.value.type === 'chapter' && this.state) kept.push(...this.#keepers.note(this.state.governing))
        this.#forgetting.note(landing.value, logEntry)
        if ('by' in landing.value && landing.value.by !== this.#of.me) this.#freshness.heard()
      }
    } finally {
      // Also what came before a loss: the store must have no gap.
      await this.#of.vault.write(kept)
      this.#noteLack()
      this.#changed()
    }
    await this.#freshness.save()
    await this.#forgetting.forget()
  }

  /** All that the relay has is here, and it is not enough. */
  #noteLack(): void {
    const lack = this.#isCaughtUp ? lackOf(this.#replica) : undefined
    if (lack !== undefined) this.#stopAs(lack)
  }

  /** Everything that the relay has is processed. */
  get #isCaughtUp(): boolean {
    return this.#replica.head >= this.#knownHead
  }
}
