import { type DeviceChange, deviceChangeShape, MAX_DEVICES, type Seat, type SeatId } from '@antechamber/core'
import { list, object, type Shape, signatureShape, whole } from '@antechamber/core/shape'
import { PUBLIC_KEY_BYTES, utf8 } from '@antechamber/protocol'
import { isSealingKeyGood } from '@antechamber/sealing'
import { base64url, decoded, parseJson } from '../encoding.ts'
import { addedBy, type DeviceKeys, deviceKeysShape } from '../offers.ts'

/** What the relay is shown for a device that comes back without a keeper, in base64url (WR28). */
export interface Permit {
  readonly anchor: string
  readonly revision: number
  readonly signature: string
}

/** What a helper asks for: the changes that a seat's anchor has signed, the new device's keys, and the helper's own yes. */
export interface Wish {
  readonly changes: readonly DeviceChange[]
  readonly keys: DeviceKeys
  readonly permit: Permit
  /** The helper's yes to what the roster becomes (DV11). */
  readonly turn: string
}

export const permitShape: Shape<Permit> = object({
  anchor: base64url(PUBLIC_KEY_BYTES, 'a public key'),
  revision: whole(0, 9999),
  signature: signatureShape,
})

const shape = object({
  v: whole(1, 1),
  changes: list(deviceChangeShape, 1 + MAX_DEVICES, 2),
  keys: deviceKeysShape,
  permit: permitShape,
  turn: signatureShape,
})

/** The body of the entry by which somebody helps a seat back. */
export const writeWish = (wish: Wish): Uint8Array => utf8(JSON.stringify({ v: 1, ...wish }))

/** The wishes of those who help in one space, the latest of each. */
export class Wishes {
  readonly #space: Uint8Array
  readonly #byHelper = new Map<SeatId, Wish>()

  constructor(space: Uint8Array) {
    this.#space = space
  }

  get all(): readonly (Wish & { readonly by: SeatId })[] {
    return [...this.#byHelper].map(([by, wish]) => ({ by, ...wish }))
  }

  /** The code of what is wrong with what somebody has written, or undefined: then it is kept. Costs about 2.5 ms. */
  take({ id, role }: Seat, body: Uint8Array): string | undefined {
    if (role !== 'participant') return 'not-a-participant'
    const read = shape.read(parseJson(body), '')
    if (!read.ok) return read.error.code
    const { changes, keys, permit, turn } = read.value
    const [added, ...removed] = changes
    const one = addedBy(changes)
    if (!one || added !== one || removed.some(({ type, seat }) => type !== 'device-removed' || seat !== one.seat))
      return 'bad-shape'
    const key = { number: 0, publicKey: decoded(keys.sealingKey), signature: decoded(keys.signature) }
    if (!isSealingKeyGood(decoded(one.device.root), this.#space, { device: decoded(one.device.device), ...key }))
      return 'bad-signature'
    this.#byHelper.set(id, { changes, keys, permit, turn })
    return undefined
  }
}
