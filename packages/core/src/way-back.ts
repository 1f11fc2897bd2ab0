import type { Proofs } from './activity.ts'
import { canonicalJson } from './canonical.ts'
import type { Charter } from './charter.ts'
import { deviceSubject } from './devices.ts'
import type { SeatId } from './ids.ts'
import {
  afterDeviceChange,
  type DeviceChange,
  isKeeper,
  type Roster,
  type RosterChange,
  type Seat,
  seatOf,
} from './roster.ts'
import { id, object, oneOf, type Shape } from './shape.ts'
import { type SpaceName, spaceKind } from './space.ts'
import type { Governing } from './state.ts'
import { groupsOf, presentOf, refuseTurns, type Turns, turnsShape } from './turns.ts'

/** The change by which the people of each side let a seat come back with another device. */
export type Returned = Extract<RosterChange, { readonly type: 'returned' }>

export type WayBackRefusal =
  | 'no-such-seat'
  | 'not-for-this-space'
  | 'not-alone'
  | 'not-a-way-back'
  | 'bad-voucher'
  | 'not-a-helper'
  | 'no-people'
  | 'turn-missing'
  | 'bad-turn'

export const returnedShape: Shape<Returned> = object({ type: oneOf('returned'), seat: id<SeatId>(), turns: turnsShape })

/** The change that makes a header a way back, where it has one. */
export const returnedIn = (changes: readonly RosterChange[]): Returned | undefined =>
  changes.find((change) => change.type === 'returned')

/** Whether people of the sides are in such a space, who can help somebody back to it (DV9). */
export const hasHelpers = (space: SpaceName): boolean => ['room', 'outbox', 'caucus'].includes(spaceKind(space))

/**
 * The only seat that keeps a space and has not left, where there are people beside it who could open a chapter for it;
 * undefined anywhere else (DV9).
 */
export function loneKeeper({
  space,
  roster,
  leaving,
}: Pick<Governing, 'space' | 'roster' | 'leaving'>): Seat | undefined {
  if (!hasHelpers(space)) return undefined
  const [keeper, ...others] = roster.filter((seat) => isKeeper(space, seat) && !leaving.includes(seat.id))
  return others.length === 0 ? keeper : undefined
}

/**
 * What somebody says yes to who helps a seat back: the roster as it is with the new device and without the others. So the
 * new device knows from each helper who is there, and a yes is one to this device, in this space, this once.
 *
 * @param roster of the header; whom the seat was helped by, before or now, is no part of it
 */
export function wayBackSubject(
  proofs: Pick<Proofs, 'subject'>,
  charter: Charter,
  space: SpaceName,
  seat: SeatId,
  roster: Roster,
): string {
  const plain = roster.map((one) => (one.id === seat ? withoutHelpers(one) : one))
  return proofs.subject(charter, 'way-back', canonicalJson({ space, seat, roster: plain }))
}

const withoutHelpers = ({ helpedBy: _, ...seat }: Seat): Seat => seat

/** The roster with a seat's devices changed as they ask, whoever has signed for it. */
export function withDevicesOf(roster: Roster, changes: readonly DeviceChange[]): Roster {
  return changes.reduce<Roster>(
    (changed, change) => changed.map((seat) => (seat.id === change.seat ? afterDeviceChange(seat, change) : seat)),
    roster,
  )
}

/** A way back taken apart: the changes of the seat's devices, and who has said yes. */
interface WayBack {
  readonly devices: readonly DeviceChange[]
  readonly turns: Turns
}

/** One device that comes, then each that goes, of one seat, and at the end who has said yes; nothing else. */
function readWayBack(changes: readonly RosterChange[], seat: SeatId): WayBack | undefined {
  const last = changes.at(-1)
  if (last?.type !== 'returned') return undefined
  const devices = changes.slice(0, -1).filter((change): change is DeviceChange => 'voucher' in change)
  const [added, ...removed] = devices
  const isWhole = devices.length === changes.length - 1 && changes.every((change) => seatIn(change) === seat)
  if (!isWhole || added?.type !== 'device-added') return undefined
  return removed.every(({ type }) => type === 'device-removed') ? { devices, turns: last.turns } : undefined
}

const seatIn = (change: RosterChange): SeatId => (change.type === 'admitted' ? change.seat.id : change.seat)

/**
 * Why a seat may not come back by this header, or undefined (DV9 to DV11).
 *
 * @param governing the space before the header
 * @param by who has signed it
 */
export function refuseWayBack(
  governing: Governing,
  by: Seat,
  changes: readonly RosterChange[],
  proofs: Proofs,
): WayBackRefusal | undefined {
  const { space, charter, roster, leaving } = governing
  const returned = returnedIn(changes)
  const seat = returned && seatOf(roster, returned.seat)
  if (!seat) return 'no-such-seat'
  if (!hasHelpers(space)) return 'not-for-this-space'
  if (loneKeeper(governing)?.id !== seat.id) return 'not-alone'
  const back = readWayBack(changes, seat.id)
  // Whoever comes back so has lost all: a device that stayed would have let them in.
  if (!back || back.devices.length !== 1 + seat.devices.length) return 'not-a-way-back'
  if (!isAnchored(governing, seat, back.devices, proofs)) return 'bad-voucher'
  const helpers = presentOf(roster, leaving)
  if (back.turns[by.id] === undefined || !helpers.some((one) => one.id === by.id)) return 'not-a-helper'
  if (Object.keys(back.turns).some((one) => !helpers.some((helper) => helper.id === one))) return 'bad-turn'
  const subject = wayBackSubject(proofs, charter, space, seat.id, withDevicesOf(roster, back.devices))
  return refuseTurns({ ...governing, proofs }, subject, back.turns, 'one')
}

/** Whether the seat's anchor has signed for each change, and none of its devices in its place: they are lost (DV10). */
function isAnchored(
  { charter, space }: Governing,
  seat: Seat,
  changes: readonly DeviceChange[],
  proofs: Proofs,
): boolean {
  const { revision = 0 } = seat
  const anchor = { ...seat, devices: [] }
  return changes.every(({ voucher, ...change }, at) =>
    proofs.vouched(
      anchor,
      deviceSubject(proofs, charter, space, { id: seat.id, revision: revision + at }, change),
      voucher,
    ),
  )
}

/** How a way back stands on a device that has read nothing yet: what it finds in the first header that it can open. */
export interface FirstSight {
  readonly governing: Governing
  readonly changes: readonly RosterChange[]
  readonly by: Seat
}

/** Somebody of a side who helps, known to the new device from their own invitation. */
export interface Helper {
  readonly side: string
  readonly root: string
}

/**
 * Whether a header that brings this device in is one that each helper has said yes to, as they are known from their own
 * invitations: one alone could show it a room of their making (DV12).
 *
 * @param sight of the header: the state that it leads to
 */
export function isByHelpers(
  { governing, changes, by }: FirstSight,
  helpers: readonly Helper[],
  proofs: Proofs,
): boolean {
  const returned = returnedIn(changes)
  if (!returned || returned.turns[by.id] === undefined) return false
  const { space, charter, roster } = governing
  const subject = wayBackSubject(proofs, charter, space, returned.seat, roster)
  const groups = groupsOf(governing)
  return (
    groups.length > 0 &&
    groups.every((people) =>
      people.some((one) => {
        const known = helpers.find(({ side }) => side === one.side)
        const device = one.devices.filter(({ root }) => root === known?.root)
        return device.length > 0 && proofs.signed({ ...one, devices: device }, subject, returned.turns[one.id] ?? '')
      }),
    )
  )
}
