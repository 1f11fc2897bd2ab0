import { type Governing, isKeeper, type RosterChange, type Seat, type SpaceName, seatOfDevice } from '@antechamber/core'
import type { ShapeFault } from '@antechamber/core/shape'
import { err, fromBase64Url, type Result } from '@antechamber/protocol'
import { type OpenChapter, type UnverifiedHeader, verifyHeader } from '@antechamber/sealing'
import type { Jump } from './bridge.ts'
import type { ChapterSnapshot, OtherVersion } from './chapter-snapshot.ts'
import { type Landing, type StopCode, setAside } from './landing.ts'
import type { ReplicaOf } from './replica-of.ts'

/** A header that a keeper has signed. */
export interface SignedHeader {
  readonly opener: Seat
  readonly snapshot: ChapterSnapshot
  readonly chapter: OpenChapter
}

/** How a header has come to be taken. */
export interface Taken {
  readonly jump?: Jump | undefined
  /** This device verified it before, and kept it under its own key. */
  readonly trusted?: boolean
}

/**
 * Whose signature must be under a header: a member before it; for the first chapter that this device reads, somebody whom
 * its invitation names, or in a caucus whoever facilitates in the room; behind chapters that are gone, a keeper as it last knew them, or that where it has known none (DX9).
 *
 * @param before what governed the space until then, as far as this device has read
 */
export function openerOf(
  { opener, governing }: ChapterSnapshot,
  of: Pick<ReplicaOf, 'name' | Named | 'keepers'>,
  before: Governing | undefined,
  { jump, trusted = false }: Taken,
): { readonly seat: Seat; readonly root: Uint8Array } | undefined {
  const seat = seatOfDevice(before && !jump ? before.roster : governing.roster, opener)
  const root = seat?.devices.find(({ device }) => device === opener)?.root
  if (!seat || root === undefined) return undefined
  const isKnown = trusted || (jump ? jump === 'known' || isLastKnown(root, of, before) : before !== undefined)
  return isKnown || (!before && isNamed(root, of, jump)) ? { seat, root: fromBase64Url(root) ?? NO_KEY } : undefined
}

/** What a header comes to whose snapshot this device cannot read: another version's stops the space if a keeper has signed it (CH20). */
export function unreadSnapshot(
  { code }: ShapeFault | OtherVersion,
  header: UnverifiedHeader,
  of: Pick<ReplicaOf, 'name' | Named>,
  before: Governing | undefined,
): Result<Landing, StopCode> {
  const keepers = before ? keeperRoots(of.name, before) : namedRoots(of)
  const isByKeeper = (): boolean => keepers.some((root) => verifyHeader(header, fromBase64Url(root) ?? NO_KEY).ok)
  return code === 'other-version' && isByKeeper() ? err('other-version') : setAside('bad-snapshot')
}

/** Nothing is signed with it. */
const NO_KEY = new Uint8Array(0)

/** What is kept is of the last chapter that was read, which may be a later one than has been replayed yet. */
function isLastKnown(
  root: string,
  { name, keepers }: Pick<ReplicaOf, 'name' | 'keepers'>,
  before: Governing | undefined,
): boolean {
  if (keepers?.size) return keepers.has(root)
  return before !== undefined && keeperRoots(name, before).includes(root)
}

/** Behind chapters that are gone the invitation's word is out of date once this device has known the space itself. */
const isNamed = (root: string, of: Pick<ReplicaOf, Named | 'keepers'>, jump: Jump | undefined): boolean =>
  namedRoots(of).includes(root) && (!jump || !of.keepers?.size)

type Named = 'trustedRoots' | 'facilitators'

/** Somebody may have waited at a caucus' door for long: who facilitates now its invitation could not know (CH17). */
const namedRoots = ({ trustedRoots, facilitators }: Pick<ReplicaOf, Named>): readonly string[] => [
  ...trustedRoots,
  ...(facilitators?.() ?? []),
]

/** The root keys of all devices that keep a space. */
export const keeperRoots = (name: SpaceName, { roster }: Pick<Governing, 'roster'>): readonly string[] =>
  roster.filter((seat) => isKeeper(name, seat)).flatMap(({ devices }) => devices.map(({ root }) => root))

/** Whether the chapter lets this device in on its own seat; the first of a space has it in its roster. @param n of the envelopes before it */
export function isLetIn(
  { roster }: Governing,
  changes: readonly RosterChange[],
  { me, device }: Pick<ReplicaOf, 'me' | 'device'>,
  n: number,
): boolean {
  if (n === 0) return seatOfDevice(roster, device)?.id === me
  return changes.some((change) => {
    if (change.type === 'device-added') return change.seat === me && change.device.device === device
    return change.type === 'admitted' && seatOfDevice([change.seat], device)?.id === me
  })
}
