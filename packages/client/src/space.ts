import type { Governing, Proofs, RosterChange, SeatId, SpaceName, SpaceState } from '@antechamber/core'
import {
  bytes,
  decode,
  encode,
  fixed,
  flag,
  HASH_BYTES,
  ID_BYTES,
  type LogItem,
  MAX_ENVELOPE_BYTES,
  optional,
  struct,
  toBase64Url,
  toHex,
  utf8,
} from '@antechamber/protocol'
import { type SigningKey, sealEntry, signingKeyFromSecret } from '@antechamber/sealing'
import { makeBatch, type Newcomer } from './chapter-batch.ts'
import { Connection, type Request } from './connection.ts'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { Gate } from './gate.ts'
import { type Platform, StoreError } from './ports.ts'
import { logName, numberOf, type SpaceRecord } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'
import { CORE_EVENT, Replica, type StopCode } from './replica.ts'
import { SpaceKeys } from './space-keys.ts'
import type { Vault } from './vault.ts'

/** What a space needs of the dialogue that it belongs to. */
export interface SpaceOf {
  readonly platform: Platform
  readonly vault: Vault
  readonly doors: RelayDoors
  readonly proofs: Proofs
  readonly dialogue: Uint8Array
  readonly me: SeatId
  readonly root: SigningKey
  readonly trustedRoots: readonly string[]
  /** Keeps this device's sealing keys of the space. */
  readonly saveKeys: (name: SpaceName, keys: SpaceRecord['sealingKeys']) => Promise<void>
  readonly changed: () => void
  readonly joined: (invitation: Uint8Array) => void
}

/** What became of an entry: it counts, it was set aside for a reason, or its chapter had ended before it came. */
export type Appended = { readonly setAside: string | undefined } | 'stale'

/** An envelope in the device's own store. `trusted`: its signature was verified before it was kept. */
const keptItem = struct({
  trusted: flag,
  envelopeHash: fixed(HASH_BYTES),
  envelope: optional(bytes(MAX_ENVELOPE_BYTES)),
})

/** An entry that fails so often was made wrong by our own code. */
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
    this.#keys = new SpaceKeys(record, { vault, connection: this.#connection, dialogue, root, random, save })
    const replicaOf = { dialogue, space: this.#id, name: this.name, me, device: record.device, trustedRoots }
    this.#replica = new Replica(replicaOf, proofs, (chapter, facts) => this.#keys.find(chapter, facts))
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
   * @returns when the entry has come back through the log
   */
  append(entryId: Uint8Array, event: unknown): Promise<Appended> {
    return this.#exclusive(() => this.#append(entryId, utf8(JSON.stringify(event))))
  }

  /** Opens the next chapter with these roster changes. Throws {@link Failure}, or RefusedChapter for a broken rule. */
  openChapter(changes: readonly RosterChange[], newcomers: readonly Newcomer[]): Promise<void> {
    return this.#exclusive(() => this.#openChapter(() => this.state?.governing, changes, newcomers))
  }

  /** Opens the space's first chapter, unless it has one. */
  found(governing: Governing): Promise<void> {
    return this.#exclusive(async () => {
      await this.live()
      if (this.#replica.head === 0) await this.#openChapter(() => governing, [], [])
    })
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#outgoing.then(work, work)
    this.#outgoing = done.catch(() => undefined)
    return done
  }

  async #append(entryId: Uint8Array, body: Uint8Array): Promise<Appended> {
    const id = toBase64Url(entryId)
    for (let attempt = 0; attempt < MAX_ATTEMPTS; ) {
      await this.live()
      const landing = this.#replica.landingOf(toBase64Url(this.#device), id)
      if (landing) return landing
      const chapter = this.#replica.current?.chapter
      if (!chapter) throw new Failure('stopped')
      const envelope = this.#seal(chapter, entryId, body)
      try {
        const { n } = await this.#connection.request({ type: 'append', envelope }, 'appended')
        await this.#gate.until(() => this.#replica.head >= n || !this.#connection.isIn)
        attempt += 1
      } catch (failure) {
        if (await this.#isStale(failure, chapter.headerHash)) return 'stale'
      }
    }
    throw new Failure('stopped')
  }

  #seal(chapter: Parameters<typeof sealEntry>[0], entryId: Uint8Array, body: Uint8Array): Uint8Array {
    const { random } = this.#of.platform
    const seen = { n: this.#replica.head, logHash: this.#replica.logHash }
    const counter = this.#replica.nextCounter(toBase64Url(this.#device))
    const fields = { device: this.#device, counter, entryId, seen, kind: CORE_EVENT, body }
    const sealed = sealEntry(chapter, this.#of.root, fields, random(ID_BYTES), random)
    if (!sealed.ok) throw new Failure('too-large')
    return sealed.value
  }

  /** What a failed append means: stale (after the new chapter has come), try again (false), or it is thrown on. */
  async #isStale(failure: unknown, headerHash: Uint8Array): Promise<boolean> {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'stale-chapter') {
      await this.#gate.until(() => this.#replica.headerHash !== headerHash)
      return true
    }
    if (failure.code === 'too-many') await this.#pause(failure.retryAfterMs)
    else if (failure.code !== 'unreachable' && failure.code !== 'stopping') throw failure
    return false
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#of.platform.after(ms, resolve))
  }

  async #openChapter(
    governingNow: () => Governing | undefined,
    changes: readonly RosterChange[],
    newcomers: readonly Newcomer[],
  ): Promise<void> {
    for (;;) {
      await this.live()
      try {
        const { chapter, share } = await this.#connection.request({ type: 'reserve' }, 'reserved')
        const { keys } = await this.#connection.request({ type: 'keys' }, 'keys')
        const { dialogue, root, platform } = this.#of
        // Read at one moment with the place in the log that it belongs to: entries have come in meanwhile.
        const governing = governingNow()
        if (!governing) throw new Failure('stopped')
        const previous = { headerHash: this.#replica.headerHash, n: this.#replica.head, logHash: this.#replica.logHash }
        const own = {
          dialogue,
          root,
          device: this.#device,
          space: this.#id,
          now: platform.now(),
          random: platform.random,
        }
        const batch = await makeBatch({ ...own, chapter, share, previous, governing, changes, newcomers, keys })
        if (!batch.ok) throw new RefusedChapter(batch.error)
        const { contentKey, headerHash, request } = batch.value
        await this.#keys.keep(chapter, contentKey)
        const { n } = await this.#connection.request(request, 'appended')
        await this.#gate.until(() => this.#replica.head >= n || !this.#connection.isIn)
        if (toHex(this.#replica.headerHash) === toHex(headerHash)) return
      } catch (failure) {
        await this.#mayRetryChapter(failure)
      }
      if (changes.length > 0 && this.#hasChanged(changes)) return
    }
  }

  /** Whether the roster already is as the changes would make it, by us before a lost answer or by another keeper. */
  #hasChanged(changes: readonly RosterChange[]): boolean {
    const roster = this.state?.governing.roster ?? []
    return changes.every((change) => {
      const seat = change.type === 'admitted' ? change.seat.id : change.seat
      return roster.some((one) => one.id === seat) === (change.type === 'admitted')
    })
  }

  async #mayRetryChapter(failure: unknown): Promise<void> {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'head-moved') return this.#gate.until(() => this.isLive)
    if (failure.code === 'too-many') return this.#pause(failure.retryAfterMs)
    if (failure.code !== 'unreachable' && failure.code !== 'stopping') throw failure
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
    if (!this.state && !this.#replica.beginAt(since, head)) this.#stop = 'gap'
    this.#connection.tail(this.#replica.head)
    await this.#keys.publish()
    this.#changed()
  }

  async #load(): Promise<void> {
    const kept = await this.#of.vault.list(`log/${toBase64Url(this.#id)}/`)
    for (const { name, content } of kept) {
      const n = numberOf(name)
      if (!this.state) this.#replica.beginAt(n, n)
      if (n <= this.#replica.head) continue
      const read = decode(keptItem, content, 2 * MAX_ENVELOPE_BYTES)
      if (!read.ok) return
      const { trusted, envelopeHash, envelope } = read.value
      const landing = await this.#replica.receive({ n, envelopeHash, envelope }, trusted)
      if (!landing.ok) {
        this.#stop = landing.error
        return
      }
    }
  }

  async #receive(items: readonly LogItem[], head: number): Promise<void> {
    this.#knownHead = head
    const kept: { name: string; content: Uint8Array }[] = []
    try {
      for (const logEntry of items) {
        if (this.#stop !== undefined || logEntry.n <= this.#replica.head) continue
        const landing = await this.#replica.receive(logEntry, false)
        if (!landing.ok) {
          this.#stop = landing.error
          return
        }
        const { envelope, envelopeHash, n } = logEntry
        const content = encode(keptItem, { trusted: landing.value.type === 'entry', envelopeHash, envelope })
        kept.push({ name: logName(toBase64Url(this.#id), n), content })
      }
    } finally {
      // Also what came before a loss: the store must have no gap.
      await this.#of.vault.write(kept)
      this.#changed()
    }
  }
}

/** A chapter that our own rules refuse to open; `code` is the roster's word for why. */
export class RefusedChapter extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}
