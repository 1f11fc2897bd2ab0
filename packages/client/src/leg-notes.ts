import {
  type Charter,
  type Proofs,
  type Roster,
  type SeatId,
  type SpaceName,
  seatOf,
  spaceShape,
} from '@antechamber/core'
import { object, optional, whole } from '@antechamber/core/shape'
import { ID_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES, toBase64Url, utf8 } from '@antechamber/protocol'
import { type SigningKey, signTurn } from '@antechamber/sealing'
import { base64url, decoded, parseJson } from './encoding.ts'
import { type DeviceKeys, deviceKeysShape } from './offers.ts'

/**
 * A note of one device to another about the leg of their two persons (LE4): without `coming` it says that the leg is there,
 * with it, it asks to be let in.
 */
export interface LegNote {
  readonly leg: SpaceName
  /** The leg's id at the relay. */
  readonly space: string
  readonly from: SeatId
  /** The root key of the device that writes. */
  readonly root: string
  /** The pseudonym, in the room, of the device that it is for. */
  readonly to: string
  readonly coming?: Coming | undefined
}

/** A device that is to be let in: its pseudonym in the leg, and what the relay and a grant need of it. */
export interface Coming {
  readonly device: string
  readonly keys: DeviceKeys
}

const id = <T extends string>() => base64url<T>(ID_BYTES, 'an id')
const shape = object({
  v: whole(1, 1),
  leg: spaceShape,
  space: id<string>(),
  from: id<SeatId>(),
  root: base64url(PUBLIC_KEY_BYTES, 'a public key'),
  to: id<string>(),
  coming: optional(object({ device: id<string>(), keys: deviceKeysShape })),
  signature: base64url(SIGNATURE_BYTES, 'a signature'),
})
const PURPOSE = 'leg-note'

/** One text for one note. */
function exactOf({ leg, space, from, root, to, coming }: LegNote): string {
  const keys = coming && [coming.device, coming.keys.loginKey, coming.keys.sealingKey, coming.keys.signature]
  return [leg, space, from, root, to, ...(keys ?? [])].join('\n')
}

/** A note, signed by the device that it says to be from. */
export function writeLegNote(note: LegNote, charter: Charter, proofs: Proofs, root: SigningKey): string {
  const subject = proofs.subject(charter, PURPOSE, exactOf(note))
  return JSON.stringify({ v: 1, ...note, signature: toBase64Url(signTurn(root, decoded(subject))) })
}

/**
 * A note as it was written, or undefined for what is none: not in this form, for another device, or not signed by a device
 * that its seat has in the room now.
 */
export function readLegNote(
  text: string,
  of: { readonly charter: Charter; readonly proofs: Proofs; readonly roster: Roster; readonly to: string },
): LegNote | undefined {
  const read = shape.read(parseJson(utf8(text)), '')
  if (!read.ok || read.value.to !== of.to) return undefined
  const { v: _, signature, ...note } = read.value
  const seat = seatOf(of.roster, note.from)
  const devices = seat?.devices.filter(({ root }) => root === note.root) ?? []
  const subject = of.proofs.subject(of.charter, PURPOSE, exactOf(note))
  return seat && devices.length > 0 && of.proofs.signed({ ...seat, devices }, subject, signature) ? note : undefined
}
