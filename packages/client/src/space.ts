import {
  type Governing,
  type RosterChange,
  type SeatId,
  type SpaceName,
  type SpaceState,
  spaceKind,
} from '@antechamber/core'
import { ID_BYTES, toBase64Url, utf8 } from '@antechamber/protocol'
import { signingKeyFromSecret } from '@antechamber/sealing'
import type { AskedKind } from './asked.ts'
import type { Newcomer } from './chapter-batch.ts'
import { ChapterOpener, isSo } from './chapter-opener.ts'
import { Connection, type Request } from './connection.ts'
import { Doorstep } from './doorstep.ts'
import { DroppedWords } from './dropped-words.ts'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { Forgetting } from './forgetting.ts'
import { Freshness, hasOthers } from './freshness.ts'
import { Gate } from './gate.ts'
import { Gone } from './gone.ts'
import { Incoming } from './incoming.ts'
import { KnownKeepers } from './known-keepers.ts'
import { CORE_EVENT, SEEN, type StopCode } from './landing.ts'
import { Notes } from './notes.ts'
import { OfflineReading } from './offline-reading.ts'
import { Outgoing } from './outgoing.ts'
import type { SpaceRecord } from './records.ts'
import { Replica } from './replica.ts'
import type { Permit } from './rescue/wish.ts'
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
  readonly #forgetting: Forgetting
  readonly #freshness: Freshness
  readonly #gone: Gone
  readonly #incoming: Incoming
  readonly #opener: ChapterOpener
  readonly #replica: Replica
  /** What other devices of this space have written to this one alone. */
  readonly notes: Notes
  readonly #gate = new Gate()
  readonly #offline: OfflineReading
  #outgoing: Promise<unknown> = Promise.resolve()
  #lost: FailureCode | undefined
  readonly #doorstep = new Doorstep()

  constructor(record: SpaceRecord, of: SpaceOf) {
    this.name = record.name
    this.#of = of
    this.#id = decoded(record.space)
    this.#device = decoded(record.device)
    this.#connection = this.#newConnection(record.loginSecret)
    const { dialogue, proofs, me, trustedRoots, helpers, vault, root, saveKeys: save } = of
    const { random } = of.platform
    const { facilitators } = of.room
    const ask = (request: Request): Promise<unknown> => this.#connection.request(request, 'done')
    this.#freshness = new Freshness({ vault, space: record.space, now: of.platform.now, random })
    this.#offline = this.#newOffline(record.space)
    const keysOf = { vault, connection: this.#connection, offline: this.#offline, dialogue, root, random, save }
    this.#keys = new SpaceKeys(record, keysOf)
    this.#gone = new Gone({ vault, space: record.space, ask })
    const keepers = new KnownKeepers(vault, record.space, record.name)
    // Nobody but our own devices opens a chapter of our own space, the first one included.
    const openers = this.name === 'own' ? [toBase64Url(root.publicKey), ...of.ownRoots] : trustedRoots
    this.notes = new Notes({ space: this.#id, secretOf: (name) => this.#keys.secretOf(name) })
    const named = { trustedRoots: record.openers ?? openers, helpers, ...(this.#isCaucus && { facilitators }) }
    const own = { me, device: record.device, root, notes: this.notes, ...named }
    const known = { dialogue, space: this.#id, resumes: this.#gone.resumes, keepers: keepers.roots }
    this.#replica = new Replica({ name: this.name, ...own, ...known }, proofs, (chapter, facts) =>
      this.#keys.find(chapter, facts),
    )
    this.#forgetting = this.#newForgetting(new DroppedWords({ vault, space: this.#id, root, ask }))
    this.#incoming = this.#newIncoming(keepers)
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
      overtaken: () => this.#note(() => this.#incoming.stopAs('gap')),
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

  #newConnection(loginSecret: string): Connection {
    const loginKey = signingKeyFromSecret(decoded(loginSecret))
    const { platform, doors, joined } = this.#of
    return new Connection(
      platform,
      doors,
      { space: this.#id, device: this.#device, loginKey },
      {
        entered: (head, since) => this.#incoming.entered(head, since),
        items: (items, head) => this.#incoming.items(items, head),
        joined,
        lost: (code) => this.#noteLost(code),
      },
    )
  }

  #newForgetting(dropped: DroppedWords): Forgetting {
    return new Forgetting({
      replica: this.#replica,
      keys: this.#keys,
      gone: this.#gone,
      dropped,
      isSetBack: () => this.stop === 'gap',
      changed: () => this.#changed(),
    })
  }

  #newOffline(space: string): OfflineReading {
    const { vault, platform, readsOfflineUntil: until } = this.#of
    // Not its person's own: whoever is put out of the room is not put out of that one.
    const readsOfflineUntil = this.name === 'own' ? undefined : until
    const load = (): Promise<boolean> => this.#incoming.loadOnce()
    const run = (work: () => Promise<void>): void => this.#incoming.run(work)
    return new OfflineReading({ vault, space, platform, readsOfflineUntil, load, run })
  }

  #newIncoming(keepers: KnownKeepers): Incoming {
    return new Incoming({
      vault: this.#of.vault,
      id: this.#id,
      me: this.#of.me,
      connection: this.#connection,
      replica: this.#replica,
      keys: this.#keys,
      gone: this.#gone,
      keepers,
      forgetting: this.#forgetting,
      freshness: this.#freshness,
      offline: this.#offline,
      doorstep: this.#doorstep,
      ready: async () => (this.#isCaucus ? this.#of.room.known() : undefined),
      lost: (code) => this.#noteLost(code),
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
    return this.#incoming.stop
  }

  get isOrphaned(): boolean {
    return this.#replica.isOrphaned
  }

  get forks(): Replica['forks'] {
    return this.#replica.forks
  }

  get asked(): Replica['asked'] {
    return this.#replica.asked
  }

  get planters(): ReadonlySet<SeatId> {
    return this.#doorstep.planters
  }

  get #isCaucus(): boolean {
    return spaceKind(this.name) === 'caucus'
  }

  /** The relay does not know this device here yet: somebody of the side has to say yes first (CH18). */
  get isAtDoor(): boolean {
    return this.#isCaucus && this.state === undefined && this.lost === 'not-found'
  }

  /** Connected, and everything that the relay has is processed. */
  get isLive(): boolean {
    const isThere = this.#connection.isIn && this.#incoming.isCaughtUp && !this.#replica.bridge.isUnproven
    return isThere && this.stop === undefined
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
      if (this.stop !== undefined) throw new Failure('stopped')
      return this.isLive
    })
  }

  /** Resolves when the space is live, or this device is found to wait at its door. */
  liveOrAtDoor(): Promise<void> {
    return this.#gate.until(() => {
      if (this.stop !== undefined) throw new Failure('stopped')
      return this.isLive || this.isAtDoor
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

  /** Sends a note that one device of this space alone can read (LE4). @param words.to its newest sealing key */
  whisper(words: SentWords): Promise<void> {
    return this.#exclusive(() => this.#writing.whisper(words))
  }

  /** Asks those in the space for something that is no event of the core, once, as {@link append} writes. */
  ask(entryId: Uint8Array, kind: AskedKind, body: Uint8Array): Promise<Appended> {
    return this.#exclusive(() => this.#writing.append({ entryId, kind, body }))
  }

  /**
   * Opens the next chapter, with those of these roster changes that are not so yet; whoever has asked to leave goes with
   * it. Nothing is opened when no change is left to make, or when it is not wanted any more at its turn. With a permit a
   * device that is no keeper's brings somebody back (DV9).
   *
   * Throws {@link Failure}, or RefusedChapter for a broken rule.
   */
  openChapter(
    changes: readonly RosterChange[],
    newcomers: readonly Newcomer[],
    isWanted: () => boolean = () => changes.some((change) => !isSo(change, this.state?.governing.roster)),
    permit?: Permit,
  ): Promise<void> {
    return this.#exclusive(() =>
      this.#opener.open({ governing: () => this.state?.governing, changes, newcomers, isWanted, permit }),
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
      await this.#offline.noteConnected()
      await this.#writing.shareUnopened()
      if (this.isLive) await this.#forgetting.renewKeys(() => this.#saySeen())
      if (this.isLive && hasOthers(this.state, this.#of.me) && this.#freshness.isSilent) await this.#saySeen()
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
    return this.isLive && hasOthers(this.state, this.#of.me) && this.#freshness.isUnconfirmed
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#outgoing.then(work, work)
    this.#outgoing = done.catch(() => undefined)
    return done
  }

  /** Resolves too when the connection is lost: then the log is to be looked at again. Throws {@link Failure} `stopped`. */
  #untilOrLost(holds: () => boolean): Promise<void> {
    return this.#gate.until(() => {
      if (this.stop !== undefined) throw new Failure('stopped')
      return holds() || !this.#connection.isIn
    })
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#of.platform.after(ms, resolve))
  }

  #note(change: () => void): void {
    change()
    this.#changed()
  }

  #changed(): void {
    this.#gate.check()
    this.#of.changed()
  }

  #noteLost(code: FailureCode): void {
    this.#note(() => {
      this.#lost = code
    })
    this.#offline.lost(code)
    if (this.isAtDoor) void this.#pause(this.#doorstep.nextWait()).then(() => this.#connection.retryNow())
  }
}
