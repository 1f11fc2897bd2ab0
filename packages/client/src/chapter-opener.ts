import { type Governing, type Proofs, type Roster, type RosterChange, returnedIn, seatOf } from '@antechamber/core'
import { equalBytes, toBase64Url } from '@antechamber/protocol'
import type { SigningKey } from '@antechamber/sealing'
import { type ChapterBatch, makeBatch, type Newcomer } from './chapter-batch.ts'
import type { Connection } from './connection.ts'
import { decoded } from './encoding.ts'
import { Failure, RefusedChapter } from './errors.ts'
import type { Platform } from './ports.ts'
import type { Replica } from './replica.ts'
import type { Permit } from './rescue/wish.ts'
import type { SpaceKeys } from './space-keys.ts'

/** A header that is set aside so often was made wrong by our own code. */
const MAX_ATTEMPTS = 5

/** A chapter that is to be opened. `governing` and `isWanted` are asked again at each attempt. */
export interface NextChapter {
  readonly governing: () => Governing | undefined
  readonly changes: readonly RosterChange[]
  readonly newcomers: readonly Newcomer[]
  readonly isWanted: () => boolean
  /** What the relay is shown where this device is no keeper's (WR28). */
  readonly permit?: Permit | undefined
}

/** What opening a chapter needs of its space. */
export interface ChapterOpenerOf {
  readonly platform: Platform
  readonly dialogue: Uint8Array
  readonly space: Uint8Array
  readonly device: Uint8Array
  readonly root: SigningKey
  readonly proofs: Proofs
  readonly connection: Connection
  readonly keys: SpaceKeys
  readonly replica: Replica
  /** Resolves when everything that the relay has is processed. */
  readonly live: () => Promise<void>
  /** Resolves when it holds, or the connection is lost. */
  readonly untilOrLost: (holds: () => boolean) => Promise<void>
  readonly pause: (ms: number) => Promise<void>
}

/** Opens the next chapters of one space, again and again until one of ours is the log's, or is not wanted any more. */
export class ChapterOpener {
  readonly #of: ChapterOpenerOf

  constructor(of: ChapterOpenerOf) {
    this.#of = of
  }

  /** Throws {@link Failure}, or {@link RefusedChapter} for a broken rule. */
  async open(next: NextChapter): Promise<void> {
    const { live, untilOrLost, replica } = this.#of
    for (let setAside = 0; setAside < MAX_ATTEMPTS; ) {
      await live()
      if (!next.isWanted()) return
      try {
        const { n, headerHash } = await this.#send(next)
        await untilOrLost(() => replica.head >= n)
        if (equalBytes(replica.headerHash, headerHash)) return
        if (replica.head >= n) setAside += 1
      } catch (failure) {
        await this.#mayRetry(failure)
      }
    }
    throw new Failure('stopped')
  }

  async #send({ governing: now, changes, newcomers, permit }: NextChapter) {
    const { platform, dialogue, space, device, root, proofs, connection, keys: own, replica } = this.#of
    const { chapter, share } = await connection.request({ type: 'reserve' }, 'reserved')
    // Read at one moment with the place in the log that it belongs to: entries have come in meanwhile.
    const governing = now()
    if (!governing) throw new Failure('stopped')
    const previous = { headerHash: replica.headerHash, n: replica.head, logHash: replica.logHash }
    const missing = missingOf(changes, governing, replica.state?.governing.roster)
    // Asked for afterwards: whatever has come by then without being read makes the batch void (CH3), so none that is stored
    // is granted to a key that its device had replaced before it last wrote (DX7).
    const { keys } = await connection.request({ type: 'keys' }, 'keys')
    const batch = await makeBatch({
      dialogue,
      root,
      device,
      space,
      now: platform.now(),
      random: platform.random,
      chapter,
      share,
      previous,
      governing,
      proofs,
      changes: missing,
      newcomers: newcomers.filter(({ access }) => admits(missing, toBase64Url(access.device))),
      keys,
    })
    if (!batch.ok) throw new RefusedChapter(batch.error)
    const { contentKey, headerHash, request } = batch.value
    await own.keep(chapter, contentKey, previous.n + 1)
    const { n } = await connection.request(permit ? rescueOf(request, permit) : request, 'appended')
    return { n, headerHash }
  }

  async #mayRetry(failure: unknown): Promise<void> {
    if (!(failure instanceof Failure)) throw failure
    if (failure.code === 'head-moved') return this.#of.live()
    if (failure.code === 'too-many') return this.#of.pause(failure.retryAfterMs)
    if (failure.code !== 'unreachable' && failure.code !== 'stopping') throw failure
  }
}

const rescueOf = (batch: ChapterBatch['request'], { anchor, revision, signature }: Permit) => ({
  ...batch,
  type: 'rescue' as const,
  anchor: decoded(anchor),
  revision,
  permit: decoded(signature),
})

/** The changes that are not so yet, by us before a lost answer or by another keeper, and whoever has asked to leave. */
function missingOf(
  changes: readonly RosterChange[],
  { leaving }: Governing,
  roster: Roster = [],
): readonly RosterChange[] {
  // A way back is made whole or not at all, and takes nobody along (DV10).
  if (returnedIn(changes)) return changes
  const missing = changes.filter((change) => !isSo(change, roster))
  const others = leaving.filter((seat) => !changes.some((change) => change.type === 'removed' && change.seat === seat))
  return [...missing, ...others.map((seat): RosterChange => ({ type: 'removed', seat }))]
}

/** Whether the roster is already as a change would make it. */
export function isSo(change: RosterChange, roster: Roster = []): boolean {
  if (change.type === 'admitted') return seatOf(roster, change.seat.id) !== undefined
  const seat = seatOf(roster, change.seat)
  if (change.type === 'removed') return seat === undefined
  // Of no weight by itself: it goes with the device that comes.
  if (change.type === 'returned') return true
  const device = change.type === 'device-added' ? change.device.device : change.device
  // Of somebody who is out no device comes or goes any more.
  if (!seat) return true
  return seat.devices.some((one) => one.device === device) === (change.type === 'device-added')
}

const admits = (changes: readonly RosterChange[], device: string): boolean =>
  changes.some((change) => {
    if (change.type === 'device-added') return change.device.device === device
    return change.type === 'admitted' && change.seat.devices.some((one) => one.device === device)
  })
