import type { SeatId } from '@antechamber/core'
import { type LogItem, toBase64Url } from '@antechamber/protocol'
import { lackOf } from './bridge.ts'
import type { Connection } from './connection.ts'
import type { Doorstep } from './doorstep.ts'
import { Failure, type FailureCode } from './errors.ts'
import type { Forgetting } from './forgetting.ts'
import type { Freshness } from './freshness.ts'
import type { Gone } from './gone.ts'
import { keptRecord, listKept } from './kept-log.ts'
import type { KnownKeepers } from './known-keepers.ts'
import type { Landing, StopCode } from './landing.ts'
import type { OfflineReading } from './offline-reading.ts'
import { StoreError } from './ports.ts'
import type { Replica } from './replica.ts'
import type { SpaceKeys } from './space-keys.ts'
import type { Vault, VaultChange } from './vault.ts'

/** What receiving needs of its space. */
export interface IncomingOf {
  readonly vault: Vault
  readonly id: Uint8Array
  readonly me: SeatId
  readonly connection: Connection
  readonly replica: Replica
  readonly keys: SpaceKeys
  readonly gone: Gone
  readonly keepers: KnownKeepers
  readonly forgetting: Forgetting
  readonly freshness: Freshness
  readonly offline: OfflineReading
  readonly doorstep: Doorstep
  /** Resolves when this device knows whose word it takes for the first chapter that it reads (CH17). */
  readonly ready: () => Promise<void>
  /** The relay has said why it lets this device in no more. */
  readonly lost: (code: FailureCode) => void
  readonly changed: () => void
}

/** Takes in what one space's store has and what its relay sends, one thing after the other, until something contradicts. */
export class Incoming {
  readonly #of: IncomingOf
  #loaded = false
  #knownHead = Number.POSITIVE_INFINITY
  #work: Promise<void> = Promise.resolve()
  #stop: StopCode | undefined

  constructor(of: IncomingOf) {
    this.#of = of
  }

  /** Why nothing is taken in any more; undefined while it is. */
  get stop(): StopCode | undefined {
    return this.#stop
  }

  /** The first reason stays. */
  stopAs(code: StopCode): void {
    this.#stop ??= code
  }

  /** Everything that the relay has is processed. */
  get isCaughtUp(): boolean {
    return this.#of.replica.head >= this.#knownHead
  }

  /** The relay has let this device in; see {@link Connection}. */
  entered(head: number, since: number): void {
    this.#enqueue(() => this.#resume(head, since))
  }

  /** The next part of the log has come. */
  items(items: readonly LogItem[], head: number): void {
    this.#enqueue(() => this.#receive(items, head))
  }

  /** Does something after whatever else has come in, and tells that something may have changed. */
  run(work: () => Promise<void>): void {
    this.#enqueue(() => work().finally(() => this.#of.changed()))
  }

  /** Incoming work happens one after the other. A lost connection ends it quietly: the next one resumes. */
  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((failure: unknown) => {
      if (failure instanceof StoreError) {
        this.#stop = 'not-kept'
        this.#of.changed()
      } else if (!(failure instanceof Failure)) throw failure
      else if (failure.code !== 'unreachable') this.#of.lost(failure.code)
    })
  }

  async #resume(head: number, since: number): Promise<void> {
    const { replica, gone, connection, keys, offline, forgetting, changed } = this.#of
    await this.loadOnce()
    await offline.entered()
    this.#knownHead = head
    if (this.#stop === 'wrong-share') this.#stop = undefined
    // What a device has deleted it never reads again, whatever a relay has in the place of it.
    const from = Math.max(since, ...gone.resumes.keys())
    if (replica.state ? head < replica.head : !replica.beginAt(from, head)) this.stopAs('gap')
    gone.reconnected()
    connection.tail(replica.head)
    await keys.publish()
    this.#noteLack()
    await forgetting.forget()
    changed()
  }

  /** Replays what this device has kept, once; false when that was done before, or gave nothing. Rejects as unreachable. */
  async loadOnce(): Promise<boolean> {
    if (this.#loaded) return false
    await this.#load()
    this.#loaded = true
    return this.#of.replica.state !== undefined
  }

  async #load(): Promise<void> {
    const { vault, id, replica, freshness, gone, keepers } = this.#of
    await freshness.load()
    await gone.load()
    await keepers.load()
    for (const { logEntry, trusted } of await listKept(vault, toBase64Url(id))) {
      if (!replica.state) replica.beginAt(logEntry.n, logEntry.n)
      if (logEntry.n <= replica.head) continue
      const landing = await replica.receive(logEntry, trusted)
      if (!landing.ok) {
        this.#stop = landing.error
        return
      }
      this.#note(landing.value, logEntry)
    }
  }

  async #receive(items: readonly LogItem[], head: number): Promise<void> {
    const { vault, id, me, replica, freshness, keepers, forgetting, changed } = this.#of
    this.#knownHead = head
    if (!replica.state && items.length > 0) await this.#of.ready()
    const kept: VaultChange[] = []
    try {
      for (const logEntry of items) {
        if (this.#stop !== undefined || logEntry.n <= replica.head) continue
        const landing = await replica.receive(logEntry, false)
        if (!landing.ok) {
          this.#stop = landing.error
          return
        }
        const trusted = landing.value.type === 'entry' || landing.value.type === 'chapter'
        kept.push(keptRecord(toBase64Url(id), { logEntry, trusted }))
        if (landing.value.type === 'chapter' && replica.state) kept.push(...keepers.note(replica.state.governing))
        this.#note(landing.value, logEntry)
        if ('by' in landing.value && landing.value.by !== me) freshness.heard()
      }
    } finally {
      // Also what came before a loss: the store must have no gap.
      await vault.write(kept)
      this.#noteLack()
      changed()
    }
    await freshness.save()
    await forgetting.forget()
  }

  #note(landing: Landing, logEntry: LogItem): void {
    this.#of.doorstep.note(landing)
    this.#of.forgetting.note(landing, logEntry)
  }

  /** All that the relay has is here, and it is not enough. */
  #noteLack(): void {
    const lack = this.isCaughtUp ? lackOf(this.#of.replica) : undefined
    if (lack !== undefined) this.stopAs(lack)
  }
}
