import type { InvitationState } from '@antechamber/protocol'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { openAtRelay } from './founding.ts'
import type { Patience } from './patience.ts'
import type { DialogueRecord } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'
import type { Space } from './space.ts'

/** How often somebody who waits asks what became of their invitation: at first and at last. */
const FIRST_POLL_MS = 1_000
const LAST_POLL_MS = 10_000

/** Somebody may still be let in by it, or has been. */
const STILL_GOOD: readonly InvitationState[] = ['open', 'waiting', 'admitted']

/** What the entrance needs of the dialogue. */
export interface EntranceOf {
  readonly doors: RelayDoors
  readonly patience: Patience
  readonly record: () => DialogueRecord
  readonly save: (record: DialogueRecord) => Promise<void>
  readonly tell: (code: FailureCode | undefined) => void
  readonly isClosed: () => boolean
}

/** The way into a dialogue, until a space can be entered: founding it, or joining and waiting to be let in. */
export class Entrance {
  readonly #of: EntranceOf

  constructor(of: EntranceOf) {
    this.#of = of
  }

  /** Goes on from wherever this device has come. Returns whether the spaces may be entered now. */
  async pass(): Promise<boolean> {
    const { patience, tell, isClosed, record, save } = this.#of
    if (record().phase === 'declined') return false
    const isPassed = await patience.untilReached(() => this.#openSpaces(), tell)
    if (isClosed()) return false
    if (!isPassed) {
      // A join that the relay does not take will never be admitted; a founding may be tried again.
      if (record().join !== undefined || record().rescues !== undefined) await save({ ...record(), phase: 'declined' })
      return false
    }
    if (record().phase === 'waiting') await this.#waitForAdmission()
    return !isClosed() && record().phase !== 'declined'
  }

  /** Spaces that this device opens itself: all while founding, its own while joining. */
  async #openSpaces(): Promise<void> {
    const { record, doors, save } = this.#of
    const { phase, spaces, join, ticket, invitation, purpose } = record()
    if (record().rescues) return this.#askHelpers()
    // A device whose join has been left has opened its own space before, and keeps no ticket to do it again.
    if (phase !== 'founding' && join === undefined) return
    for (const space of spaces)
      if (phase === 'founding' || (space.name === 'own' && purpose !== 'device'))
        await openAtRelay(record(), space, doors)
    if (join === undefined) return
    await this.#postJoin(decoded(invitation ?? ''), decoded(ticket ?? ''), decoded(join))
    const { join: _, ticket: __, ...joined } = record()
    await save(joined)
  }

  /** One join for each helper, each left once. */
  async #askHelpers(): Promise<void> {
    const { record, save } = this.#of
    for (const { invitation, ticket, join } of record().rescues ?? []) {
      if (ticket === undefined || join === undefined) continue
      await this.#postJoin(decoded(invitation), decoded(ticket), decoded(join))
      const rescues = record().rescues?.map((one) => (one.invitation === invitation ? { invitation } : one))
      await save({ ...record(), ...(rescues && { rescues }) })
    }
  }

  async #postJoin(invitation: Uint8Array, ticket: Uint8Array, join: Uint8Array): Promise<void> {
    try {
      await this.#of.doors.postJoin(invitation, ticket, join)
    } catch (failure) {
      // Somebody has been let in by it. That may be us, if an earlier answer was lost: the room's door will tell.
      if (!(failure instanceof Failure) || failure.code !== 'used') throw failure
    }
  }

  async #waitForAdmission(): Promise<void> {
    const { patience, tell, isClosed, record } = this.#of
    for (
      let wait = FIRST_POLL_MS;
      !isClosed() && record().phase === 'waiting';
      wait = Math.min(LAST_POLL_MS, wait * 1.05)
    ) {
      await patience.untilReached(() => this.#ask(), tell)
      if (record().phase === 'waiting') await patience.pause(wait)
    }
  }

  async #ask(): Promise<void> {
    const { doors, isClosed, record, save } = this.#of
    const asked = record().rescues?.map((one) => one.invitation) ?? [record().invitation ?? '']
    const read = await Promise.all(asked.map((id) => doors.readInvitation(decoded(id))))
    if (isClosed()) return
    const states = read.map(({ state }) => state)
    if (states.every((state) => state === 'admitted')) await save({ ...record(), phase: 'inside' })
    else if (states.some((state) => !STILL_GOOD.includes(state))) await save({ ...record(), phase: 'declined' })
  }
}

/** The invitation has let somebody in, and it was somebody else: the room has never known this device. */
export const isTurnedAway = (
  { phase, affirms }: Pick<DialogueRecord, 'phase' | 'affirms'>,
  room: Pick<Space, 'state' | 'lost'>,
): boolean => phase === 'inside' && affirms && room.state === undefined && room.lost === 'not-found'
