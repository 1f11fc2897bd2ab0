import type { SeatId, SideId } from './ids.ts'
import { MAX_SEATS } from './limits.ts'
import { err, ok, type Result } from './result.ts'
import { id, list, match, object, oneOf, optional, type Shape, text } from './shape.ts'
import { type SpaceName, sideOf, sideShape, spaceKind } from './space.ts'

export type Role = 'facilitator' | 'participant'

/** A device of a seat: its pseudonym in this space and its root key, opaque to the core. */
export interface Device {
  readonly device: string
  readonly root: string
}

/** A place for one person. `name` is what they chose to be known by, or empty. Facilitators have no side. */
export interface Seat {
  readonly id: SeatId
  readonly role: Role
  readonly side?: SideId | undefined
  readonly name: string
  readonly anchor: string
  readonly devices: readonly Device[]
}

/** The members of one space, in the order of their admission. */
export type Roster = readonly Seat[]

export type RosterChange =
  | { readonly type: 'admitted'; readonly seat: Seat }
  | { readonly type: 'removed'; readonly seat: SeatId }

export const MAX_NAME_CHARS = 40

const key = match(/^[A-Za-z0-9_-]{43}$/, 'a public key')

export const seatShape: Shape<Seat> = object({
  id: id<SeatId>(),
  role: oneOf('facilitator', 'participant'),
  side: optional(sideShape),
  name: text(MAX_NAME_CHARS, 0),
  anchor: key,
  devices: list(object({ device: id<string>(), root: key }), 3, 1),
}) as Shape<Seat>

export const rosterShape = list(seatShape, MAX_SEATS, 1)

export type RosterRefusal =
  | 'not-a-keeper'
  | 'already-seated'
  | 'no-such-seat'
  | 'no-such-side'
  | 'not-for-this-space'
  | 'last-keeper'
  | 'full'

export const seatOf = (roster: Roster, seat: SeatId): Seat | undefined => roster.find((one) => one.id === seat)

/** The seat that a device sits on. */
export const seatOfDevice = (roster: Roster, device: string): Seat | undefined =>
  roster.find((one) => one.devices.some((own) => own.device === device))

/** The people of a side: participants who have not been removed. */
export const peopleOf = (roster: Roster, side: SideId): readonly Seat[] =>
  roster.filter((seat) => seat.role === 'participant' && seat.side === side)

/** Whether a seat may change this space's roster: the facilitators; in `own`, its author (CH11). */
export const isKeeper = (space: SpaceName, seat: Seat): boolean =>
  spaceKind(space) === 'own' || seat.role === 'facilitator'

function belongs(space: SpaceName, seat: Seat): boolean {
  if (seat.role === 'facilitator') return spaceKind(space) !== 'own'
  const kind = spaceKind(space)
  return kind === 'room' || kind === 'outbox' || (kind === 'caucus' && sideOf(space) === seat.side)
}

/**
 * The roster after `changes`, or the first rule that they break (CH11).
 *
 * @param by the seat that makes them; it must be a keeper of the space
 * @param sides the dialogue's sides; a participant sits on one of them
 */
export function changeRoster(
  space: SpaceName,
  roster: Roster,
  changes: readonly RosterChange[],
  by: Seat,
  sides: readonly SideId[],
): Result<Roster, RosterRefusal> {
  let changed = roster
  for (const change of changes) {
    if (!isKeeper(space, by)) return err('not-a-keeper')
    const refusal =
      change.type === 'admitted'
        ? refuseAdmission(space, changed, change.seat, sides)
        : refuseRemoval(space, changed, change.seat)
    if (refusal !== undefined) return err(refusal)
    changed = change.type === 'admitted' ? [...changed, change.seat] : changed.filter((seat) => seat.id !== change.seat)
  }
  return ok(changed)
}

function refuseAdmission(
  space: SpaceName,
  roster: Roster,
  seat: Seat,
  sides: readonly SideId[],
): RosterRefusal | undefined {
  const taken = new Set(roster.flatMap((one) => one.devices.flatMap(({ device, root }) => [device, root])))
  if (seatOf(roster, seat.id) || seat.devices.some(({ device, root }) => taken.has(device) || taken.has(root)))
    return 'already-seated'
  if (seat.role === 'participant' ? !sides.some((one) => one === seat.side) : seat.side !== undefined)
    return 'no-such-side'
  if (!belongs(space, seat)) return 'not-for-this-space'
  return roster.length < MAX_SEATS ? undefined : 'full'
}

function refuseRemoval(space: SpaceName, roster: Roster, seat: SeatId): RosterRefusal | undefined {
  if (!seatOf(roster, seat)) return 'no-such-seat'
  return roster.some((one) => one.id !== seat && isKeeper(space, one)) ? undefined : 'last-keeper'
}
