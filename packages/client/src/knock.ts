import { isKeeper, type RosterChange, type Seat, type SpaceName, seatShape } from '@antechamber/core'
import { match, object, whole } from '@antechamber/core/shape'
import { ID_BYTES, tagged, toBase64Url, utf8 } from '@antechamber/protocol'
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

/** Who waits at the door of one caucus, as its keepers have told it; the latest of each seat and root key. */
export class Knocks {
  readonly #space: Uint8Array
  readonly #name: SpaceName
  readonly #told = new Map<string, { readonly knock: Knock; readonly since: string }>()
  #destroyed = 0
  /** The last chapter that somebody has come with, or that something was destroyed with: what was told before it not all can read. */
  #since = ''

  constructor(space: Uint8Array, name: SpaceName) {
    this.#space = space
    this.#name = name
  }

  get all(): readonly Knock[] {
    return [...this.#told.values()].map(({ knock }) => knock)
  }

  /** Those that were told before devices came that have no chapter from then, or before what was destroyed last. */
  get toTellAgain(): readonly Knock[] {
    return [...this.#told.values()].flatMap(({ knock, since }) => (since === this.#since ? [] : [knock]))
  }

  /** The id of the entry that tells of somebody again, once in each time. */
  againId({ seat }: Knock): Uint8Array {
    return hash(tagged('knock-again', utf8(seat.devices[0]?.device ?? ''), utf8(this.#since))).slice(0, ID_BYTES)
  }

  /**
   * A chapter has begun.
   *
   * @param header its header's hash
   * @param destroyed how many destructions have taken effect by then
   */
  begin(header: Uint8Array, changes: readonly RosterChange[], destroyed: number): void {
    const hasCome = changes.some(({ type }) => type === 'admitted' || type === 'device-added')
    if (!hasCome && destroyed === this.#destroyed) return
    this.#destroyed = destroyed
    this.#since = toBase64Url(header)
  }

  /** The code of what is wrong with what somebody has written, or undefined: then it is kept. Costs about 2.5 ms. */
  take(by: Seat, body: Uint8Array): string | undefined {
    if (!isKeeper(this.#name, by)) return 'not-a-keeper'
    const read = shape.read(parseJson(body), '')
    if (!read.ok) return read.error.code
    const { seat, keys, language } = read.value
    const [device, ...others] = seat.devices
    if (!device || others.length > 0) return 'bad-shape'
    const key = { number: 0, publicKey: decoded(keys.sealingKey), signature: decoded(keys.signature) }
    const isGood = isSealingKeyGood(decoded(device.root), this.#space, { device: decoded(device.device), ...key })
    if (!isGood) return 'bad-signature'
    // By root key as well: one that is told again late does not take the place of that of a newer device.
    this.#told.set(`${seat.id} ${device.root}`, { knock: { seat, keys, language }, since: this.#since })
    return undefined
  }
}
