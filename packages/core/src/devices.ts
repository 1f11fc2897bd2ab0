import type { Proofs } from './activity.ts'
import { canonicalJson } from './canonical.ts'
import type { Charter } from './charter.ts'
import type { DeviceChange, Seat } from './roster.ts'
import type { SpaceName } from './space.ts'

/** A change of a seat's devices that nobody has signed yet. */
export type UnsignedChange =
  | Omit<Extract<DeviceChange, { readonly type: 'device-added' }>, 'voucher'>
  | Omit<Extract<DeviceChange, { readonly type: 'device-removed' }>, 'voucher'>

/**
 * What a seat's device or anchor signs for a change of its devices in one space. It names how often they have changed
 * before, so that no signature counts twice.
 *
 * @param seat as it is before the change
 *
 * Source: docs/spec/devices.md, rule DV2.
 */
export function deviceSubject(
  { subject }: Pick<Proofs, 'subject'>,
  charter: Charter,
  space: SpaceName,
  { id: seat, revision = 0 }: Pick<Seat, 'id' | 'revision'>,
  change: UnsignedChange,
): string {
  const what =
    change.type === 'device-added' ? { add: change.device.device, root: change.device.root } : { remove: change.device }
  return subject(charter, 'device', canonicalJson({ space, seat, revision, ...what }))
}
