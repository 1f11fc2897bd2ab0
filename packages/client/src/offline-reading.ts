import { object, whole } from '@antechamber/core/shape'
import { equalBytes, toBase64Url, utf8 } from '@antechamber/protocol'
import type { FailureCode } from './errors.ts'
import type { Platform } from './ports.ts'
import { connectedName, type SpaceRecord, shareName, sharesOf } from './records.ts'
import type { Vault } from './vault.ts'

/** What reading offline needs of its space. */
export interface OfflineReadingOf {
  readonly vault: Vault
  /** The space's id in base64url. */
  readonly space: string
  readonly platform: Pick<Platform, 'now' | 'after'>
  /** When this dialogue ends, ms since the epoch, where its charter allows reading offline; else undefined. */
  readonly readsOfflineUntil: number | undefined
  /** Replays what this device has kept, once; false when that was done before, or gave nothing. Rejects as unreachable. */
  readonly load: () => Promise<boolean>
  /** Does something after whatever else comes in, and tells that something may have changed. */
  readonly run: (work: () => Promise<void>) => void
}

/** So long a device waits for the relay before it shows what it has without it: a network may swallow everything. */
const WAIT_MS = 10_000
/** What is written down of when this device was connected may be that old. */
const SAVE_MS = 10 * 60 * 1000
const recordShape = object({ v: whole(1, 1), at: whole(0, 8_640_000_000_000_000) })

/**
 * The relay's shares that this device keeps of one space, where the dialogue's charter allows that (ST23, ST24): with them
 * the device opens without the relay what it has read. Elsewhere nothing is ever kept here.
 */
export class OfflineReading {
  readonly #of: OfflineReadingOf
  /** Shares that are in the store for certain, by their chapters. */
  readonly #kept = new Map<string, Uint8Array>()
  #savedAt = Number.NEGATIVE_INFINITY
  #isIn = false
  #endWaiting: (() => void) | undefined
  #readSince: number | undefined

  constructor(of: OfflineReadingOf) {
    this.#of = of
  }

  /** Whether something may be kept and read: never after the dialogue's last day, by this device's own clock. */
  get isAllowed(): boolean {
    const { readsOfflineUntil: until, platform } = this.#of
    return until !== undefined && platform.now() < until
  }

  /** The share of a chapter, as it was kept. */
  async shareOf(chapter: Uint8Array): Promise<Uint8Array | undefined> {
    const { vault, space } = this.#of
    return this.isAllowed ? vault.read(shareName(space, toBase64Url(chapter))) : undefined
  }

  /** Keeps what the relay has given, where that is allowed. */
  async keep(chapter: Uint8Array, share: Uint8Array): Promise<void> {
    if (!this.isAllowed) return
    const id = toBase64Url(chapter)
    const before = this.#kept.get(id) ?? (await this.shareOf(chapter))
    if (before === undefined || !equalBytes(before, share))
      await this.#of.vault.write([{ name: shareName(this.#of.space, id), content: share }])
    this.#kept.set(id, share)
  }

  /** The relay has no share of that chapter any more: nor has this device. */
  async forget(chapter: Uint8Array): Promise<void> {
    const id = toBase64Url(chapter)
    this.#kept.delete(id)
    const { vault, space, readsOfflineUntil: until } = this.#of
    if (until !== undefined) await vault.write([{ name: shareName(space, id), content: undefined }])
  }

  /** When this device was last connected, ms since the epoch, while it shows what it has without the relay; else undefined. */
  get readSince(): number | undefined {
    return this.#readSince
  }

  /** The device starts: what it may not have any more goes. */
  open(): void {
    const { run, platform } = this.#of
    if (this.isAllowed) this.#endWaiting = platform.after(WAIT_MS, () => run(() => this.#read()))
    else run(() => this.#forgetAll())
  }

  close(): void {
    this.#endWaiting?.()
  }

  /** Connected. */
  async entered(): Promise<void> {
    this.#isIn = true
    this.#readSince = undefined
    await this.noteConnected()
  }

  /** Not connected any more, or still not: `not-found` where the relay does not let this device in. */
  lost(code: FailureCode): void {
    this.#of.run(() => this.#lost(code))
  }

  async #lost(code: FailureCode): Promise<void> {
    const wasIn = this.#isIn
    this.#isIn = false
    if (code === 'not-found') await this.#forgetAll()
    else if (wasIn) await this.noteConnected(true)
    else await this.#read()
  }

  /** Opens what this device has, where that is allowed, and the relay has not come first. */
  async #read(): Promise<void> {
    if (this.#isIn || !this.isAllowed || !(await this.#of.load())) return
    this.#readSince = await this.#connectedAt()
  }

  /** Notes that this device is connected now; written down every ten minutes, or at once when the connection has ended. */
  async noteConnected(hasEnded = false): Promise<void> {
    const { vault, space, platform } = this.#of
    const now = platform.now()
    if (!this.isAllowed || !(hasEnded || (this.#isIn && now - this.#savedAt >= SAVE_MS))) return
    this.#savedAt = now
    await vault.write([{ name: connectedName(space), content: utf8(JSON.stringify({ v: 1, at: now })) }])
  }

  /** 0 where it is not known. */
  async #connectedAt(): Promise<number> {
    const read = recordShape.read(await this.#of.vault.readJson(connectedName(this.#of.space)), '')
    return read.ok ? read.value.at : 0
  }

  /** This device has no business here any more, or the time is over: from now on reading needs the relay. */
  async #forgetAll(): Promise<void> {
    const { vault, space, readsOfflineUntil: until } = this.#of
    this.#kept.clear()
    const names = until === undefined ? [] : await vault.names(sharesOf(space))
    if (names.length > 0) await vault.write(names.map((name) => ({ name, content: undefined })))
  }
}

/** What is kept of a space so that it can be read without the relay. @param incoming asked only once the space is open */
export const offlineOf = (
  { name, space }: Pick<SpaceRecord, 'name' | 'space'>,
  { vault, platform, readsOfflineUntil: until }: Pick<OfflineReadingOf, 'vault' | 'platform' | 'readsOfflineUntil'>,
  incoming: () => {
    readonly loadOnce: OfflineReadingOf['load']
    readonly run: OfflineReadingOf['run']
  },
): OfflineReading =>
  new OfflineReading({
    vault,
    space,
    platform,
    // Not its person's own: whoever is put out of the room is not put out of that one.
    readsOfflineUntil: name === 'own' ? undefined : until,
    load: () => incoming().loadOnce(),
    run: (work) => incoming().run(work),
  })
