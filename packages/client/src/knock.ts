import { isKeeper, type Seat, type SeatId, type SpaceName, seatShape } from '@antechamber/core'
import { match, object, whole } from '@antechamber/core/shape'
import { encode, ID_BYTES, tagged, u32, utf8 } from '@antechamber/protocol'
import { hash, isSealingKeyGood } from '@antechamber/sealing'
import { decoded, parseJson } from './encoding.ts'
import { type DeviceKeys, deviceKeysShape } from './offers.ts'

/**
 * Somebody whom a keeper has let into the room, and who waits at the door of a caucus: the seat as it is to be there, what
 * the relay and a grant need of its device, and the language that they read their safety words in.
 */
export interface Knock {
  readonly seat: Seat
  readonly keys: DeviceKeys
  readonly language: string
}

const shape = object({
  v: whole(1, 1),
  seat: seatShape,
  keys: deviceKeysShape,
  language: match(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language'),
})

/** The body of the entry that tells a caucus of somebody. */
export const writeKnock = (knock: Knock): Uint8Array => utf8(JSON.stringify({ v: 1, ...knock }))

/** The id of the entry that tells of somebody again, once after so many destructions. */
export const againId = ({ seat }: Knock, destroyed: number): Uint8Array =>
  hash(tagged('knock-again', utf8(seat.devices[0]?.device ?? ''), encode(u32, destroyed))).slice(0, ID_BYTES)

/** Who waits at the door of one caucus, as its keepers have told it; the latest of each seat. */
export class Knocks {
  readonly #space: Uint8Array
  readonly #name: SpaceName
  readonly #bySeat = new Map<SeatId, { readonly knock: Knock; readonly destroyed: number }>()

  constructor(space: Uint8Array, name: SpaceName) {
    this.#space = space
    this.#name = name
  }

  get all(): readonly Knock[] {
    return [...this.#bySeat.values()].map(({ knock }) => knock)
  }

  /** Those that were told before the last of so many destructions: the log may not have them any more. */
  toldBefore(destroyed: number): readonly Knock[] {
    return [...this.#bySeat.values()].flatMap((told) => (told.destroyed < destroyed ? [told.knock] : []))
  }

  /**
   * The code of what is wrong with what somebody has written, or undefined: then it is kept. Costs about 2.5 ms.
   *
   * @param destroyed how many destructions had taken effect in the space before
   */
  take(by: Seat, body: Uint8Array, destroyed = 0): string | undefined {
    if (!isKeeper(this.#name, by)) return 'not-a-keeper'
    const read = shape.read(parseJson(body), '')
    if (!read.ok) return read.error.code
    const { seat, keys, language } = read.value
    const [device, ...others] = seat.devices
    if (!device || others.length > 0) return 'bad-shape'
    const key = { number: 0, publicKey: decoded(keys.sealingKey), signature: decoded(keys.signature) }
    const isGood = isSealingKeyGood(decoded(device.root), this.#space, { device: decoded(device.device), ...key })
    if (!isGood) return 'bad-signature'
    this.#bySeat.set(seat.id, { knock: { seat, keys, language }, destroyed })
    return undefined
  }
}
