import { type DeviceChange, deviceChangeShape, MAX_DEVICES, type SeatId } from '@antechamber/core'
import { list, object, optional, type Shape, whole } from '@antechamber/core/shape'
import { PUBLIC_KEY_BYTES, SEALING_PUBLIC_BYTES, SIGNATURE_BYTES, utf8 } from '@antechamber/protocol'
import { isSealingKeyGood } from '@antechamber/sealing'
import { base64url, decoded, parseJson } from './encoding.ts'

/** What the relay and a grant need of a device that is to come in, in base64url. */
export interface DeviceKeys {
  readonly loginKey: string
  readonly sealingKey: string
  /** Of the device's own root key, under its first sealing key (CH9). */
  readonly signature: string
}

/** What a seat asks of the keepers of a space: changes of its own devices, signed, until a time by its own clock. */
export interface DeviceOffer {
  readonly changes: readonly DeviceChange[]
  /** Of the device that comes in, where one does. */
  readonly keys?: DeviceKeys | undefined
  readonly until: number
}

export const deviceKeysShape: Shape<DeviceKeys> = object({
  loginKey: base64url(PUBLIC_KEY_BYTES, 'a public key'),
  sealingKey: base64url(SEALING_PUBLIC_BYTES, 'a sealing key'),
  signature: base64url(SIGNATURE_BYTES, 'a signature'),
})

const shape = object({
  v: whole(1, 1),
  changes: list(deviceChangeShape, 1 + MAX_DEVICES, 1),
  keys: optional(deviceKeysShape),
  until: whole(0, 8_640_000_000_000_000),
})

/** The body of the entry that makes an offer. */
export const writeOffer = (offer: DeviceOffer): Uint8Array => utf8(JSON.stringify({ v: 1, ...offer }))

/** The device that changes bring in. */
export const addedBy = (changes: readonly DeviceChange[]) =>
  changes.find((change) => change.type === 'device-added') as
    | Extract<DeviceChange, { readonly type: 'device-added' }>
    | undefined

/** The offers of one space, the latest of each seat: a person has no more than one thing in mind. */
export class Offers {
  readonly #space: Uint8Array
  readonly #bySeat = new Map<SeatId, DeviceOffer>()

  constructor(space: Uint8Array) {
    this.#space = space
  }

  get all(): readonly DeviceOffer[] {
    return [...this.#bySeat.values()]
  }

  /** The code of what is wrong with what a seat has written, or undefined: then it is kept. */
  take(by: SeatId, body: Uint8Array): string | undefined {
    const read = shape.read(parseJson(body), '')
    if (!read.ok) return read.error.code
    const { changes, keys, until } = read.value
    // For another seat nobody asks.
    if (changes.some(({ seat }) => seat !== by)) return 'bad-shape'
    const coming = changes.filter(({ type }) => type === 'device-added')
    if (coming.length !== (keys ? 1 : 0)) return 'bad-shape'
    if (!this.#areKeysGood(changes, keys)) return 'bad-signature'
    this.#bySeat.set(by, { changes, ...(keys && { keys }), until })
    return undefined
  }
  /** Whether the device that comes in can be granted to (CH9). Costs about 2.5 ms. */
  #areKeysGood(changes: readonly DeviceChange[], keys: DeviceKeys | undefined): boolean {
    const added = addedBy(changes)
    if (!added || !keys) return true
    const { sealingKey: publicKey, signature } = keys
    const key = { number: 0, publicKey: decoded(publicKey), signature: decoded(signature) }
    return isSealingKeyGood(decoded(added.device.root), this.#space, { device: decoded(added.device.device), ...key })
  }
}
