import {
  applyRosterChanges,
  DELAY_MS,
  followUps,
  type Governing,
  isKeeper,
  owedBy,
  type Proofs,
  type Seat,
  type SeatId,
  type SpaceState,
  seatOf,
} from '@antechamber/core'
import { CHAPTER_MAX_AGE_MS, CHAPTER_MAX_ENVELOPES } from '@antechamber/protocol'
import type { Newcomer } from './chapter-batch.ts'
import { isSo } from './chapter-opener.ts'
import type { CommandQueue } from './command-queue.ts'
import { stageOf } from './current-chapter.ts'
import type { Drafts } from './drafts.ts'
import { codeOf, Failure, type FailureCode, RefusedChapter } from './errors.ts'
import { newcomer } from './host.ts'
import { type Knock, writeKnock } from './knock.ts'
import { AT_DOOR } from './landing.ts'
import { Leftovers } from './leftovers.ts'
import { addedBy, type DeviceOffer } from './offers.ts'
import { BringBack } from './rescue/bring-back.ts'
import type { Space } from './space.ts'
import type { Spaces } from './spaces.ts'
import type { AnyCommand } from './status.ts'

/** What a device does by itself because time has passed or others have acted. */
export interface KeepingOf {
  readonly spaces: Spaces
  readonly proofs: Proofs
  readonly now: () => number
  readonly me: Parameters<typeof seatOf>[1]
  readonly queue: CommandQueue<AnyCommand>
  readonly drafts: Drafts
  /** Whether this device does anything by itself now. */
  readonly isInside: () => boolean
  /** Is given the code of what went wrong with this device alone; undefined when nothing did. */
  readonly tell: (code: FailureCode | undefined) => void
}

/** A device's own commands, and the chapters that it opens by itself. */
export class Keeping {
  readonly #of: KeepingOf
  readonly #leftovers: Leftovers
  readonly #bringBack: BringBack
  /** Own commands that a rule has refused, and the states in which it did: they are given again when something is new. */
  readonly #vain = new Map<string, readonly (SpaceState | undefined)[]>()

  /** Where this device is about to say that it is there. */
  readonly #saying = new Set<Space>()

  #isBusy = false
  /** Something has changed while it was busy. */
  #isAskedAgain = false

  constructor(of: KeepingOf) {
    this.#of = of
    this.#leftovers = new Leftovers(of.drafts, of.queue)
    this.#bringBack = new BringBack(of)
  }

  /** Does what is to be done now. Call it after each change, and from time to time. */
  keep(): void {
    if (!this.#of.isInside()) return
    this.#sayIfSilent()
    this.#isAskedAgain = this.#isBusy
    if (this.#isBusy) return
    this.#isBusy = true
    const opening = this.#changeDevices()
      .then(() => this.#letIn())
      .then(() => this.#bringBack.look())
      .then(() => this.#openDueChapters())
    Promise.all([this.#addFollowUps(), opening, this.#confirmDeletion()])
      .then(
        () => this.#of.tell(undefined),
        (failure: unknown) => {
          // Whoever keeps the space tries again at the next change; nobody is waiting for it.
          if (!(failure instanceof Failure || failure instanceof RefusedChapter)) this.#of.tell(codeOf(failure))
        },
      )
      .finally(() => {
        this.#isBusy = false
        if (this.#isAskedAgain) this.keep()
      })
  }

  /** A rule has refused a command that this device gave by itself. */
  noteRefused(command: unknown): void {
    this.#vain.set(JSON.stringify(command), this.#states())
  }

  /** Gives the core's follow-ups, each once: those that already wait are left alone. Rejects when one cannot be kept. */
  async #addFollowUps(): Promise<void> {
    const { spaces, proofs } = this.#of
    const { world } = spaces
    if (world && spaces.isLive) await this.#give(followUps(world, proofs))
  }

  /** Says in each space that this device has deleted what was destroyed there, once it has (DX7, DX12). */
  async #confirmDeletion(): Promise<void> {
    const { spaces, me } = this.#of
    if (!spaces.isLive) return
    for (const { name, state, device, hasDeleted } of spaces.all) {
      if (!state || !hasDeleted) continue
      const { governing } = state
      // Visits, and so what somebody was writing in them, are the room's alone.
      if (name === 'room' && !(await this.#leftovers.delete(governing))) continue
      if (!governing.leaving.includes(me)) await this.#give(confirmations(governing, me, device))
    }
  }

  async #give(commands: readonly AnyCommand[]): Promise<void> {
    const { queue } = this.#of
    const waiting = new Set(queue.pending.map(({ command }) => JSON.stringify(command)))
    const wanted = commands.filter((command) => {
      const asked = JSON.stringify(command)
      return !waiting.has(asked) && !this.#isVain(asked)
    })
    await Promise.all(wanted.map((command) => queue.keep(command, { automatic: true })))
  }

  /** Carries out what seats have asked for their own devices, by the devices of keepers (DV4). */
  async #changeDevices(): Promise<void> {
    for (const space of this.#of.spaces.main) {
      if (!space.isLive || this.#of.spaces.stopOf(space) !== undefined) continue
      for (const offer of space.asked.offers.all.filter((one) => this.#isOpen(one, space))) {
        const opening = space.openChapter(offer.changes, comingBy(offer, space), () => this.#isOpen(offer, space))
        // What goes wrong with one seat's keeps back no other's, nor the chapters that are due.
        await opening.catch((failure: unknown) => {
          if (!(failure instanceof Failure || failure instanceof RefusedChapter)) throw failure
        })
      }
    }
  }

  /** Lets in who has waited at the door of a caucus, once somebody of the side has said yes (CH18). */
  async #letIn(): Promise<void> {
    for (const space of this.#of.spaces.main) {
      if (!space.isLive || this.#of.spaces.stopOf(space) !== undefined) continue
      for (const knock of space.asked.knocks.all.filter((one) => this.#isWelcome(one, space))) {
        const { device } = knock.seat.devices[0] as Seat['devices'][number]
        const change = { type: 'admitted', seat: knock.seat } as const
        const coming = newcomer({ device, ...knock.keys }, false)
        const opening = space.openChapter([change], [coming], () => this.#isWelcome(knock, space))
        await opening.catch((failure: unknown) => {
          if (!(failure instanceof Failure || failure instanceof RefusedChapter)) throw failure
        })
      }
      await this.#tellAgain(space)
    }
  }

  /** Who was told of in a chapter that has been destroyed, or that others have come after, would be unknown to their devices for ever. */
  async #tellAgain(space: Space): Promise<void> {
    const { knocks } = space.asked
    for (const knock of knocks.toTellAgain.filter((one) => this.#keepsDoorFor(one, space)))
      await space.ask(knocks.againId(knock), AT_DOOR, writeKnock(knock)).catch((failure: unknown) => {
        if (!(failure instanceof Failure)) throw failure
      })
  }

  /** Whether somebody at the door may come in by this device. */
  #isWelcome(knock: Knock, space: Space): boolean {
    const governing = space.state?.governing
    const by = governing && seatOf(governing.roster, this.#of.me)
    if (!by || !this.#keepsDoorFor(knock, space)) return false
    return applyRosterChanges(governing, by, [{ type: 'admitted', seat: knock.seat }], this.#of.proofs).ok
  }

  /** Whether this device keeps the space, and somebody at its door is still in the room as who they knocked as. */
  #keepsDoorFor({ seat }: Knock, space: Space): boolean {
    const { me, spaces } = this.#of
    const governing = space.state?.governing
    const room = spaces.world?.room.governing
    const by = governing && seatOf(governing.roster, me)
    if (!by || !room || !isKeeper(space.name, by) || seatOf(governing.roster, seat.id)) return false
    const known = room.leaving.includes(seat.id) ? undefined : seatOf(room.roster, seat.id)
    return known?.devices.some(({ root }) => root === seat.devices[0]?.root) === true
  }

  /** Whether an offer still holds here, and this device may carry it out. */
  #isOpen(offer: DeviceOffer, space: Space): boolean {
    const { me, now, proofs } = this.#of
    const governing = space.state?.governing
    const seat = governing && seatOf(governing.roster, me)
    if (!seat || !isKeeper(space.name, seat) || now() > offer.until) return false
    const missing = offer.changes.filter((change) => !isSo(change, governing.roster))
    return missing.length > 0 && applyRosterChanges(governing, seat, missing, proofs).ok
  }

  /**
   * Opens the chapters that are due, by the devices of keepers (CH14). Those who have asked to leave go with the next
   * chapter that opens anyway, so that nothing tells when they left (R13).
   */
  async #openDueChapters(): Promise<void> {
    const { spaces, now, me } = this.#of
    for (const space of spaces.main) if (spaces.stopOf(space) === undefined) await openIfDue(space, me, now)
  }

  /** Each space for itself: one in which the relay takes nothing keeps nothing else back. */
  #sayIfSilent(): void {
    for (const space of this.#of.spaces.all) {
      if (this.#saying.has(space) || this.#of.spaces.stopOf(space) !== undefined) continue
      this.#saying.add(space)
      space
        .sayIfSilent()
        .catch((failure: unknown) => {
          if (!(failure instanceof Failure)) this.#of.tell(codeOf(failure))
        })
        .finally(() => this.#saying.delete(space))
    }
  }

  #isVain(asked: string): boolean {
    const before = this.#vain.get(asked)
    return before?.every((state, at) => state === this.#states()[at]) === true
  }

  #states(): readonly (SpaceState | undefined)[] {
    return this.#of.spaces.all.map(({ state }) => state)
  }
}

/** Opens the next chapter where it is due, by a keeper's device. */
export async function openIfDue(space: Space, me: SeatId, now: () => number): Promise<void> {
  if (!space.isLive || !space.state || !isDue(space, me, now())) return
  const seat = seatOf(space.state.governing.roster, me)
  // Another keeper's device may be faster: then nothing is due any more.
  if (seat && isKeeper(space.name, seat)) await space.openChapter([], [], () => isDue(space, me, now()))
}

/** The commands by which a device says that it has deleted what was destroyed in a space. */
function confirmations(governing: Governing, me: SeatId, device: string): readonly AnyCommand[] {
  const { space, roster } = governing
  if (!seatOf(roster, me)?.devices.some((one) => one.device === device)) return []
  const where = space === 'room' ? {} : { space }
  return owedBy(governing, device).map((destruction) => ({ type: 'confirmDestruction', destruction, device, ...where }))
}

/** The day begins with a chapter, and ends with one of the same opener (DX5). */
function isDestructionDue({ destruction }: Governing, me: SeatId, now: number): boolean {
  const since = destruction?.since?.[me]
  return destruction?.turns !== undefined && (since === undefined || now >= since + DELAY_MS)
}

function isDue({ state, current, isOrphaned }: Space, me: SeatId, now: number): boolean {
  if (!state || !current) return false
  if (isOrphaned) return true
  if (stageOf(state) !== current.stage || isDestructionDue(state.governing, me, now)) return true
  return current.entries >= CHAPTER_MAX_ENVELOPES || now - current.openedAt >= CHAPTER_MAX_AGE_MS
}

function comingBy(offer: DeviceOffer, { state }: Space): readonly Newcomer[] {
  const added = addedBy(offer.changes)
  if (!added || !offer.keys) return []
  const role = seatOf(state?.governing.roster ?? [], added.seat)?.role
  return [newcomer({ device: added.device.device, ...offer.keys }, role === 'facilitator')]
}
