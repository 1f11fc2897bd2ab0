import type { Seat, SpaceName } from '@antechamber/core'
import { Knocks } from './knock.ts'
import { AT_DOOR, DEVICE_OFFER } from './landing.ts'
import { Offers } from './offers.ts'

/** What has been asked of the keepers of one space. Some of it may be done, or hold no more. */
export class Asked {
  /** Changes of seats' devices, the latest of each seat (DV4). */
  readonly offers: Offers
  /** Who waits at the door of a caucus (CH18). */
  readonly knocks: Knocks

  constructor({ space, name }: { readonly space: Uint8Array; readonly name: SpaceName }) {
    this.offers = new Offers(space)
    this.knocks = new Knocks(space, name)
  }

  /** The code of what is wrong with it, or undefined: then it is kept. */
  take(kind: typeof DEVICE_OFFER | typeof AT_DOOR, by: Seat, body: Uint8Array): string | undefined {
    return kind === DEVICE_OFFER ? this.offers.take(by.id, body) : this.knocks.take(by, body)
  }

  static isKind(kind: number): kind is typeof DEVICE_OFFER | typeof AT_DOOR {
    return kind === DEVICE_OFFER || kind === AT_DOOR
  }
}
