import type { SeatId, SideId } from './ids.ts'
import { MAX_SEATS } from './limits.ts'
import { err, ok, type Result } from './result.ts'
import { id, list, match, object, oneOf, optional, type Shape, signatureShape, text, whole } from './shape.ts'
import { pairOf, type SpaceName, sideOf, sideShape, spaceKind } from './space.ts'

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
  /** How often its devices have changed in this space; left out for never. */
  readonly revision?: number | undefined
  /** Who let it come back when it kept the space alone (DV9), until a device of it is taken out in another way; else left out. */
  readonly helpedBy?: readonly SeatId[] | undefined
}

/** The members of one space, in the order of their admission. */
export type Roster = readonly Seat[]

export type RosterChange =
  | { readonly type: 'admitted'; readonly seat: Seat }
  | { readonly type: 'removed'; readonly seat: SeatId }
  | DeviceChange
  /** The last change of a way back: the yeses by which people of each side let this seat come back (DV9). */
  | { readonly type: 'returned'; readonly seat: SeatId; readonly turns: Readonly<Record<SeatId, string>> }

/** A seat gets a further device, or loses one. Signed by one of its devices or its anchor (DV2). */
export type DeviceChange =
  | {
      readonly type: 'device-added'
      readonly seat: SeatId
      readonly device: Device
      readonly voucher: string
    }
  | {
      readonly type: 'device-removed'
      readonly seat: SeatId
      /** Its pseudonym in this space. */
      readonly device: string
      readonly voucher: string
    }

export const MAX_NAME_CHARS = 40

/** The devices that one seat may have. */
export const MAX_DEVICES = 3
/** So often may the devices of one seat change in one space. */
const MAX_REVISION = 9999

const key = match(/^[A-Za-z0-9_-]{43}$/, 'a public key')
const device: Shape<Device> = object({ device: id<string>(), root: key })

export const seatShape: Shape<Seat> = object({
  id: id<SeatId>(),
  role: oneOf('facilitator', 'participant'),
  side: optional(sideShape),
  name: text(MAX_NAME_CHARS, 0),
  anchor: key,
  devices: list(device, MAX_DEVICES, 1),
  revision: optional(whole(1, MAX_REVISION)),
  helpedBy: optional(list(id<SeatId>(), MAX_SEATS, 1)),
}) as Shape<Seat>

const added = object({ type: oneOf('device-added'), seat: id<SeatId>(), device, voucher: signatureShape })
const taken = object({
  type: oneOf('device-removed'),
  seat: id<SeatId>(),
  device: id<string>(),
  voucher: signatureShape,
})

/** A change of a seat's devices, as it comes from another device. */
export const deviceChangeShape: Shape<DeviceChange> = {
  read: (value, field) => {
    const read = added.read(value, field)
    return read.ok ? read : taken.read(value, field)
  },
}

export const rosterShape = list(seatShape, MAX_SEATS, 1)

export type RosterRefusal =
  | 'not-a-keeper'
  | 'already-seated'
  | 'no-such-seat'
  | 'no-such-side'
  | 'not-for-this-space'
  | 'last-keeper'
  | 'full'
  | 'bad-voucher'
  | 'no-such-device'
  | 'last-device'
  | 'too-many-devices'

export const seatOf = (roster: Roster, seat: SeatId): Seat | undefined => roster.find((one) => one.id === seat)

/** The seat that a device sits on. */
export const seatOfDevice = (roster: Roster, device: string): Seat | undefined =>
  roster.find((one) => one.devices.some((own) => own.device === device))

/** The people of a side: participants who have not been removed. */
export const peopleOf = (roster: Roster, side: SideId): readonly Seat[] =>
  roster.filter((seat) => seat.role === 'participant' && seat.side === side)

/** Whether a seat may change this space's roster: the facilitators; in `own`, its author; in a leg, both persons (CH11, LE2). */
export function isKeeper(space: SpaceName, seat: Seat): boolean {
  const kind = spaceKind(space)
  return kind === 'leg' ? isOfPair(space, seat) : kind === 'own' || seat.role === 'facilitator'
}

/** Whether a leg is this seat's, in the role that it has there. */
const isOfPair = (space: SpaceName, { id, role }: Seat): boolean => pairOf(space)?.[role] === id

function belongs(space: SpaceName, seat: Seat): boolean {
  if (spaceKind(space) === 'leg') return isOfPair(space, seat)
  if (seat.role === 'facilitator') return spaceKind(space) !== 'own'
  const kind = spaceKind(space)
  return kind === 'room' || kind === 'outbox' || (kind === 'caucus' && sideOf(space) === seat.side)
}

/**
 * The roster after `changes`, or the first rule that they break (CH11).
 *
 * @param by the seat that makes them; it must be a keeper of the space
 * @param sides the dialogue's sides; a participant sits on one of them
 * @param isVouched whether a seat itself, as it is before the change, has signed for a change of its devices (DV2)
 */
export function changeRoster(
  space: SpaceName,
  roster: Roster,
  changes: readonly RosterChange[],
  by: Seat,
  sides: readonly SideId[],
  isVouched: (seat: Seat, change: DeviceChange) => boolean,
): Result<Roster, RosterRefusal> {
  let changed = roster
  for (const change of changes) {
    if (!isKeeper(space, by)) return err('not-a-keeper')
    const refusal = refuseChange(space, changed, change, sides, isVouched)
    if (refusal !== undefined) return err(refusal)
    changed = afterChange(changed, change)
  }
  // Only now: whoever has lost a device puts another in its place.
  const counts = changed.map(({ devices }) => devices.length)
  if (counts.includes(0)) return err('last-device')
  return counts.some((count) => count > MAX_DEVICES) ? err('too-many-devices') : ok(changed)
}

function refuseChange(
  space: SpaceName,
  roster: Roster,
  change: RosterChange,
  sides: readonly SideId[],
  isVouched: (seat: Seat, change: DeviceChange) => boolean,
): RosterRefusal | undefined {
  if (change.type === 'admitted') return refuseAdmission(space, roster, change.seat, sides)
  if (change.type === 'removed') return refuseRemoval(space, roster, change.seat)
  const seat = seatOf(roster, change.seat)
  if (!seat) return 'no-such-seat'
  if (change.type === 'returned') return undefined
  if (!isVouched(seat, change)) return 'bad-voucher'
  if ((seat.revision ?? 0) >= MAX_REVISION) return 'too-many-devices'
  if (change.type === 'device-added') return isTaken(roster, [change.device]) ? 'already-seated' : undefined
  return seat.devices.some(({ device }) => device === change.device) ? undefined : 'no-such-device'
}

function afterChange(roster: Roster, change: RosterChange): Roster {
  if (change.type === 'admitted') return [...roster, change.seat]
  if (change.type === 'removed') return roster.filter((seat) => seat.id !== change.seat)
  return roster.map((seat) => {
    if (seat.id !== change.seat) return seat
    if (change.type !== 'returned') return afterDeviceChange(seat, change)
    return { ...seat, helpedBy: (Object.keys(change.turns) as SeatId[]).sort() }
  })
}

/** A seat after a change of its devices. Who helped once is said no more of one that has changed in another way since (DV9). */
export function afterDeviceChange({ helpedBy, ...seat }: Seat, change: DeviceChange): Seat {
  const revision = (seat.revision ?? 0) + 1
  if (change.type === 'device-added')
    return { ...seat, devices: [...seat.devices, change.device], revision, ...(helpedBy && { helpedBy }) }
  return { ...seat, devices: seat.devices.filter(({ device }) => device !== change.device), revision }
}

/** A device and a root key stand in a roster once, and no anchor is a device's root key. */
function isTaken(roster: Roster, devices: readonly Device[]): boolean {
  const taken = new Set(
    roster.flatMap(({ anchor, devices: known }) => [anchor, ...known.flatMap(({ device, root }) => [device, root])]),
  )
  return devices.some(({ device, root }) => taken.has(device) || taken.has(root))
}

function refuseAdmission(
  space: SpaceName,
  roster: Roster,
  seat: Seat,
  sides: readonly SideId[],
): RosterRefusal | undefined {
  if (seatOf(roster, seat.id) || isTaken(roster, seat.devices)) return 'already-seated'
  if (seat.role === 'participant' ? !sides.some((one) => one === seat.side) : seat.side !== undefined)
    return 'no-such-side'
  if (!belongs(space, seat)) return 'not-for-this-space'
  return roster.length < MAX_SEATS ? undefined : 'full'
}

function refuseRemoval(space: SpaceName, roster: Roster, seat: SeatId): RosterRefusal | undefined {
  if (!seatOf(roster, seat)) return 'no-such-seat'
  return roster.some((one) => one.id !== seat && isKeeper(space, one)) ? undefined : 'last-keeper'
}
