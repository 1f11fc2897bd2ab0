import { ID_BYTES, toBase64Url } from '@antechamber/protocol'
import { hash } from '@antechamber/sealing'
import { Failure, type FailureCode } from './errors.ts'
import { firstState, openAtRelay } from './founding.ts'
import type { Patience } from './patience.ts'
import type { DialogueRecord } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'
import type { Spaces } from './spaces.ts'

/** How long an invitation lives by which this device opens a space of its own. */
const REOPENING_MS = 60 * 60 * 1000
const TICKET_BYTES = 32

/** What the spaces tell of themselves. */
const TOLD_ELSEWHERE: readonly FailureCode[] = ['stopped', 'shut-out', 'unreachable']

/** What the groundwork needs of the dialogue. */
export interface GroundworkOf {
  readonly spaces: Spaces
  readonly doors: RelayDoors
  readonly patience: Patience
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly record: () => DialogueRecord
  readonly save: (record: DialogueRecord) => Promise<void>
  /** Is given the code of what went wrong where nothing else waits for it; undefined once it goes well. */
  readonly tell: (code: FailureCode | undefined) => void
  readonly isClosed: () => boolean
}

/** The spaces that a device founds itself: all of a dialogue that begins, and those that it has lost the keys of. */
export class Groundwork {
  readonly #of: GroundworkOf

  constructor(of: GroundworkOf) {
    this.#of = of
  }

  /**
   * Opens others in the place of spaces that nobody has the keys of any more (DV13), before they are entered: as a keeper of
   * the room this device invites itself. So it may be called again after a stop in the middle.
   */
  async reopen(): Promise<void> {
    const { patience, record } = this.#of
    if (record().reopens) await patience.untilReached(() => this.#reopen(), this.#of.tell)
  }

  async #reopen(): Promise<void> {
    const { spaces, doors, random, now, record } = this.#of
    const room = spaces.get('room')
    spaces.openOne('room')
    for (const space of record().spaces.filter(({ name }) => name === 'own' || name === 'panel')) {
      const [invitation, ticket] = [random(ID_BYTES), random(TICKET_BYTES)]
      const invite = { type: 'invite', invitation, ticketHash: hash(ticket), expiresAt: now() + REOPENING_MS } as const
      // Nobody reads the record of an invitation that nobody is given.
      await room.request({ ...invite, record: random(TICKET_BYTES) }, 'done')
      const permit = { invitation: toBase64Url(invitation), ticket: toBase64Url(ticket) }
      await openAtRelay({ ...record(), ...permit }, space, doors)
    }
  }

  /** Opens the first chapters of its own spaces. What goes wrong in one that has been founded before keeps nothing back. */
  async found(): Promise<void> {
    const { spaces, record, save, tell, isClosed } = this.#of
    const { phase, reopens } = record()
    const mine = record().spaces.filter(
      ({ name }) => phase === 'founding' || name === 'own' || (reopens && name === 'panel'),
    )
    const founding = mine.map((space) => spaces.get(space.name).found(firstState(record(), space)))
    try {
      await spaces.unlessOver(Promise.all(founding))
    } catch (failure) {
      if (phase === 'founding' || !(failure instanceof Failure)) throw failure
      if (!TOLD_ELSEWHERE.includes(failure.code)) tell(failure.code)
      return
    }
    if (isClosed() || (phase !== 'founding' && !reopens)) return
    const { desk: _, reopens: __, ...founded } = record()
    await save({ ...founded, phase: phase === 'founding' ? 'inside' : founded.phase })
  }
}
