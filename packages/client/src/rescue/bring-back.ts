import {
  type Governing,
  hasHelpers,
  loneKeeper,
  type Proofs,
  type RosterChange,
  refuseWayBack,
  type SeatId,
  type SpaceName,
  seatOf,
  wayBackSubject,
  withDevicesOf,
} from '@antechamber/core'
import { encode, tagged, toBase64Url, u32, utf8, wayBackOf } from '@antechamber/protocol'
import { hash } from '@antechamber/sealing'
import type { Newcomer } from '../chapter-batch.ts'
import { decoded } from '../encoding.ts'
import { Failure, RefusedChapter } from '../errors.ts'
import { newcomer } from '../host.ts'
import { addedBy } from '../offers.ts'
import type { Space } from '../space.ts'
import type { Spaces } from '../spaces.ts'
import type { Permit, Wish } from './wish.ts'

/** What bringing somebody back needs of the dialogue. */
export interface BringBackOf {
  readonly spaces: Spaces
  readonly proofs: Proofs
  readonly me: SeatId
}

/** A chapter that brings a seat back. */
interface Rescue {
  readonly changes: readonly RosterChange[]
  readonly newcomer: Newcomer
  readonly permit: Permit
}

/** What devices do by themselves for a facilitator who is alone: keepers' tell the relay who may come back, helpers' let them in. */
export class BringBack {
  readonly #of: BringBackOf
  /** What the relay has been told of each space since this device was started. */
  readonly #told = new Map<SpaceName, string>()

  constructor(of: BringBackOf) {
    this.#of = of
  }

  /** Does what is to be done now. What the relay does not take is tried again at the next change. */
  async look(): Promise<void> {
    for (const space of this.#of.spaces.main) {
      if (!space.isLive || this.#of.spaces.stopOf(space) !== undefined) continue
      await quietly(this.#tell(space))
      if (this.#rescueIn(space)) await quietly(this.#bringBack(space))
    }
  }

  /** Tells the relay whose anchor brings a device in, as long as this device's seat keeps the space alone (WR28). */
  async #tell(space: Space): Promise<void> {
    const governing = space.state?.governing
    const me = governing && seatOf(governing.roster, this.#of.me)
    if (me?.role !== 'facilitator' || !governing || !hasHelpers(space.name)) return
    const wayBack = wayBackIn(governing, space.id)
    const now = wayBack ? toBase64Url(wayBack) : ''
    if (this.#told.get(space.name) === now) return
    await space.request({ type: 'set-way-back', wayBack }, 'done')
    this.#told.set(space.name, now)
  }

  async #bringBack(space: Space): Promise<void> {
    const rescue = this.#rescueIn(space)
    if (!rescue) return
    const isWanted = (): boolean => this.#rescueIn(space) !== undefined
    await space.openChapter(rescue.changes, [rescue.newcomer], isWanted, rescue.permit)
  }

  /** The chapter that this device may open now, because it helps and enough others do. */
  #rescueIn(space: Space): Rescue | undefined {
    const governing = space.state?.governing
    const mine = space.asked.wishes.all.find(({ by }) => by === this.#of.me)
    const by = governing && seatOf(governing.roster, this.#of.me)
    const added = mine && addedBy(mine.changes)
    if (!governing || !by || !mine || !added || !this.#isRoomFirst(space, added.device.root)) return undefined
    const turns = this.#turnsFor(governing, mine, space)
    const changes: readonly RosterChange[] = [...mine.changes, { type: 'returned', seat: added.seat, turns }]
    if (refuseWayBack(governing, by, changes, this.#of.proofs) !== undefined) return undefined
    return { changes, newcomer: newcomer({ device: added.device.device, ...mine.keys }, true), permit: mine.permit }
  }

  /** The room takes a yes of each side: nobody comes into another space by one helper who was deceived (DV13). */
  #isRoomFirst({ name }: Space, root: string): boolean {
    const roster = this.#of.spaces.world?.room.governing.roster ?? []
    return name === 'room' || roster.some(({ devices }) => devices.some((one) => one.root === root))
  }

  /** The good yeses to exactly what this person has said yes to; a false one of somebody else keeps nobody out. */
  #turnsFor(
    { space: name, charter, roster, leaving }: Governing,
    mine: Wish,
    space: Space,
  ): Readonly<Record<SeatId, string>> {
    const { proofs } = this.#of
    const seat = addedBy(mine.changes)?.seat as SeatId
    const subject = wayBackSubject(proofs, charter, name, seat, withDevicesOf(roster, mine.changes))
    const good = space.asked.wishes.all.filter(({ by, turn }) => {
      const helper = seatOf(roster, by)
      return helper !== undefined && !leaving.includes(by) && proofs.signed(helper, subject, turn)
    })
    return Object.fromEntries(good.map(({ by, turn }) => [by, turn]))
  }
}

/** What the relay keeps of the seat that keeps a space alone; undefined where none does. */
function wayBackIn(governing: Governing, space: Uint8Array): Uint8Array | undefined {
  const alone = loneKeeper(governing)
  return alone && hash(wayBackOf(space, decoded(alone.anchor), alone.revision ?? 0))
}

/** Whoever else is there may be faster, or the relay an older one: nobody waits for it. */
const quietly = (work: Promise<void>): Promise<void> =>
  work.catch((failure: unknown) => {
    if (!(failure instanceof Failure || failure instanceof RefusedChapter)) throw failure
  })

/** The same id for the same wish, however often it is written. */
export const wishId = (command: string, space: string, attempt: number): Uint8Array =>
  hash(tagged('wish-id', utf8(command), utf8(space), encode(u32, attempt))).slice(0, 16)
