import { type Governing, isKeeper, type RosterChange, type Seat, seatOfDevice } from '@antechamber/core'
import { fromBase64Url } from '@antechamber/protocol'
import type { OpenChapter } from '@antechamber/sealing'
import type { Jump } from './bridge.ts'
import type { ChapterSnapshot } from './chapter-snapshot.ts'
import type { ReplicaOf } from './replica-of.ts'

/** A header that a keeper has signed. */
export interface SignedHeader {
  readonly opener: Seat
  readonly snapshot: ChapterSnapshot
  readonly chapter: OpenChapter
}

/**
 * Whose signature must be under a header: a member before it; for the first chapter that this device reads, somebody whom
 * its invitation names; behind chapters that are gone, that or a keeper whom it has known (DX9).
 *
 * @param before what governed the space until then, as far as this device has read
 */
export function openerOf(
  { opener, governing }: ChapterSnapshot,
  of: Pick<ReplicaOf, 'name' | 'trustedRoots'>,
  before: Governing | undefined,
  jump: Jump | undefined,
): { readonly seat: Seat; readonly root: Uint8Array } | undefined {
  const seat = seatOfDevice(before && !jump ? before.roster : governing.roster, opener)
  const root = seat?.devices.find(({ device }) => device === opener)?.root
  if (!seat || root === undefined) return undefined
  const isKnown = jump ? jump === 'known' : before !== undefined
  return isKnown || isTrusted(root, of, before) ? { seat, root: fromBase64Url(root) ?? new Uint8Array(0) } : undefined
}

function isTrusted(
  root: string,
  { name, trustedRoots }: Pick<ReplicaOf, 'name' | 'trustedRoots'>,
  before: Governing | undefined,
): boolean {
  const known = before?.roster.filter((seat) => isKeeper(name, seat)) ?? []
  return trustedRoots.includes(root) || known.some(({ devices }) => devices.some((one) => one.root === root))
}

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
