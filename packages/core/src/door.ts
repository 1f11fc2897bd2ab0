import type { Addressed, Facts, Proofs, Refusal, World } from './activity.ts'
import { canonicalJson } from './canonical.ts'
import type { Charter } from './charter.ts'
import type { DestructionEvent } from './destruction/events.ts'
import type { SeatId, SideId } from './ids.ts'
import { err, ok, type Result } from './result.ts'
import { type RosterChange, type Seat, seatOf } from './roster.ts'
import { caucusOf, type SpaceName, sideOf } from './space.ts'
import type { Governing } from './state.ts'
import { hasTurned, presentOf, QUORUM_OF, type Standing, suffices, withoutTurn } from './turns.ts'

export type DoorCommand =
  /** Participants: says yes to somebody who is at the door of the caucus of their side. One yes is enough. */
  | {
      readonly type: 'letIn'
      readonly seat: SeatId
      /** The root key whose safety words this person was shown: it is no yes to another that they have come back with since. */
      readonly root?: string | undefined
    }
  /** Participants: says "not now", whatever they have said before. */
  | { readonly type: 'holdDoor'; readonly seat: SeatId }

export const isDoorCommand = (command: { readonly type: string }): command is DoorCommand =>
  command.type === 'letIn' || command.type === 'holdDoor'

/** Somebody in the room who is not in the caucus of their side yet. */
export interface AtDoor {
  readonly seat: SeatId
  /** The root key that a yes is to. */
  readonly root: string
  readonly name: string
  readonly side: SideId
  /** What this person has said; undefined for facilitators, who have nothing to say to it. */
  readonly mine: 'turned' | 'not-yet' | 'undecided' | undefined
  /** Somebody of the side has said yes. Never who. */
  readonly isWelcome: boolean
}

/** Somebody who reads a caucus, and whom the room does not know so. */
export interface Stranger {
  readonly seat: SeatId
  readonly name: string
  readonly side: SideId
}

/** The doors of the caucuses that a person reads, and their own place at one. */
export interface DoorView {
  /** This person is in the room and not in the caucus of their side: they wait there, or it has not been read yet. */
  readonly isWaiting: boolean
  readonly people: readonly AtDoor[]
  readonly strangers: readonly Stranger[]
}

/** What a person signs to let somebody into a caucus: who that is, with the root key and the anchor that they have. */
export const doorSubject = (
  proofs: Proofs,
  charter: Charter,
  space: SpaceName,
  { id: seat, name, anchor }: Seat,
  root: string,
): string => proofs.subject(charter, 'caucus-entry', canonicalJson({ space, seat, name, anchor, root }))

/**
 * Whether somebody may come into this space with the next header as far as its own people are asked: in a caucus that has
 * people of its side, one of them has said yes to exactly this seat, with this one device (CH18).
 *
 * @param governing the space before the header
 */
export function isCountersigned(
  { space, charter, roster, leaving, turns }: Governing,
  seat: Seat,
  proofs: Proofs,
): boolean {
  const people = presentOf(roster, leaving)
  if (sideOf(space) === undefined || seat.role !== 'participant' || people.length === 0) return true
  const [device, ...others] = seat.devices
  if (!device || others.length > 0) return false
  const subject = doorSubject(proofs, charter, space, seat, device.root)
  return suffices(QUORUM_OF['caucus-entry'], people, (one) => {
    const turn = turns[seat.id]?.[one.id]
    return turn?.subject === subject && proofs.signed(one, subject, turn.signature)
  })
}

/** Whether a header lets nobody in who would need a yes and has none. */
export const areCountersigned = (governing: Governing, changes: readonly RosterChange[], proofs: Proofs): boolean =>
  changes.every((change) => change.type !== 'admitted' || isCountersigned(governing, change.seat, proofs))

/** The yeses but for those that are used up now: each lets somebody in once. */
export const withoutUsed = (turns: Standing, joined: readonly SeatId[]): Standing =>
  joined.reduce(
    (left, id) => Object.keys(left[id] ?? {}).reduce((all, by) => withoutTurn(all, id, by as SeatId), left),
    turns,
  )

/** The people of a side who are in the room and have not left, and whom its caucus has not: it has people without them. */
export function atDoorOf({ room, caucuses }: World, side: SideId): readonly Seat[] {
  const caucus = caucuses[side]?.governing
  if (!caucus || presentOf(caucus.roster, caucus.leaving).length === 0) return []
  const { roster, leaving } = room.governing
  return presentOf(roster, leaving).filter((seat) => seat.side === side && !seatOf(caucus.roster, seat.id))
}

/** The key that they are in the room with; where there are several, the one that came last. */
const rootOf = ({ devices }: Seat): string => devices.at(-1)?.root ?? ''

const subjectIn = ({ room }: World, side: SideId, seat: Seat, proofs: Proofs): string =>
  doorSubject(proofs, room.governing.charter, caucusOf(side), seat, rootOf(seat))

/** What this person sees of the doors of caucuses. */
export function viewDoors(world: World, me: Seat, proofs: Proofs): DoorView {
  const sides = world.room.governing.charter.sides.map(({ id }) => id).filter((side) => world.caucuses[side])
  const mine = me.side === undefined ? undefined : world.caucuses[me.side]
  return {
    isWaiting: me.side !== undefined && !(mine && seatOf(mine.governing.roster, me.id)),
    people: sides.flatMap((side) => atDoorOf(world, side).map((seat) => viewAtDoor(world, me, side, seat, proofs))),
    strangers: sides.flatMap((side) => strangersIn(world, side)),
  }
}

function viewAtDoor(world: World, me: Seat, side: SideId, seat: Seat, proofs: Proofs): AtDoor {
  const { roster = [], leaving = [], turns = {} } = world.caucuses[side]?.governing ?? {}
  const subject = subjectIn(world, side, seat, proofs)
  const passed = world.own?.governing.passed.includes(seat.id) ? ('not-yet' as const) : ('undecided' as const)
  const said = hasTurned(turns, seat.id, subject, me.id) ? ('turned' as const) : passed
  return {
    seat: seat.id,
    root: rootOf(seat),
    name: seat.name,
    side,
    mine: me.role === 'participant' ? said : undefined,
    isWelcome: presentOf(roster, leaving).some(({ id }) => hasTurned(turns, seat.id, subject, id)),
  }
}

/** Otherwise a facilitator could have somebody read a caucus of whom the room knows nothing, as one of its own (CH19). */
function strangersIn({ room, caucuses }: World, side: SideId): readonly Stranger[] {
  const { roster = [], leaving = [] } = caucuses[side]?.governing ?? {}
  const isKnown = ({ id, anchor, role }: Seat): boolean => {
    // A participant came in by the side's own yes (CH18). Who leaves goes out with the next chapter, here later than there.
    if (role === 'participant' && leaving.includes(id)) return true
    const known = seatOf(room.governing.roster, id)
    return known?.anchor === anchor && known.role === role
  }
  return roster.filter((seat) => !isKnown(seat)).map(({ id: seat, name }) => ({ seat, name, side }))
}

/** Decides what follows from a command. */
export function decideDoor(
  world: World,
  me: Seat,
  command: DoorCommand,
  facts: Facts,
  proofs: Proofs,
): Result<readonly Addressed<DestructionEvent>[], Refusal> {
  // Also while the room is paused, as people come in then (DG7).
  if (!world.room.governing.affirmed.includes(me.id)) return err({ code: 'not-affirmed' })
  const caucus = me.side === undefined ? undefined : world.caucuses[me.side]
  if (me.role !== 'participant' || me.side === undefined || !caucus) return err({ code: 'not-a-participant' })
  const space = caucusOf(me.side)
  const { seat: about } = command
  if (command.type === 'holdDoor') {
    const hasSaid = caucus.governing.turns[about]?.[me.id] !== undefined
    const passed = { space: 'own', event: { v: 1, type: 'turn.passed', about } } as const
    return ok(hasSaid ? [{ space, event: { v: 1, type: 'turn.revoked', about } }, passed] : [passed])
  }
  const seat = atDoorOf(world, me.side).find(({ id }) => id === about)
  // Somebody else was faster: nothing is left to say.
  if (!seat) return seatOf(caucus.governing.roster, about) ? ok([]) : err({ code: 'not-at-the-door' })
  if (command.root !== undefined && command.root !== rootOf(seat)) return err({ code: 'other-device' })
  const subject = subjectIn(world, me.side, seat, proofs)
  if (hasTurned(caucus.governing.turns, about, subject, me.id)) return err({ code: 'already-turned' })
  return ok([
    {
      space,
      event: { v: 1, type: 'turn.given', purpose: 'caucus-entry', about, subject, signature: facts.sign(subject) },
    },
  ])
}
