import type { Seat, SpaceName } from '@antechamber/core'
import { Knocks } from './knock.ts'
import { AT_DOOR, DEVICE_OFFER, WAY_BACK } from './landing.ts'
import { Offers } from './offers.ts'
import { Wishes } from './rescue/wish.ts'

/** The kinds of entries that ask for a change of the roster. */
export type AskedKind = typeof DEVICE_OFFER | typeof AT_DOOR | typeof WAY_BACK

/** What has been asked in one space, of its keepers or of those who help. Some of it may be done, or hold no more. */
export class Asked {
  /** Changes of seats' devices, the latest of each seat (DV4). */
  readonly offers: Offers
  /** Who waits at the door of a caucus (CH18). */
  readonly knocks: Knocks
  /** Who helps a facilitator back who is alone (DV13). */
  readonly wishes: Wishes

  constructor({ space, name }: { readonly space: Uint8Array; readonly name: SpaceName }) {
    this.offers = new Offers(space)
    this.knocks = new Knocks(space, name)
    this.wishes = new Wishes(space)
  }

  /** The code of what is wrong with it, or undefined: then it is kept. */
  take(kind: AskedKind, by: Seat, body: Uint8Array): string | undefined {
    if (kind === DEVICE_OFFER) return this.offers.take(by.id, body)
    return kind === AT_DOOR ? this.knocks.take(by, body) : this.wishes.take(by, body)
  }

  static isKind(kind: number): kind is AskedKind {
    return kind === DEVICE_OFFER || kind === AT_DOOR || kind === WAY_BACK
  }
}
