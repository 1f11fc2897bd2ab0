import type { SeatId } from '@antechamber/core'
import type { DeviceWatch } from './device-watch.ts'
import type { FurtherDevices } from './further-devices.ts'
import type { InvitationView } from './invitation-view.ts'
import type { DialogueRecord } from './records.ts'
import type { Spaces } from './spaces.ts'

/** What a person's devices need of the dialogue. */
export interface OwnDevicesOf {
  readonly record: () => DialogueRecord
  readonly save: (record: DialogueRecord) => Promise<void>
  readonly spaces: Spaces
  readonly further: FurtherDevices
  readonly watch: DeviceWatch
  readonly changed: () => void
}

/** What somebody does about their own devices beside giving commands. */
export class OwnDevices {
  readonly #of: OwnDevicesOf

  constructor(of: OwnDevicesOf) {
    this.#of = of
  }

  /**
   * Makes a code for a further device of this person (DV4). Throws Failure.
   *
   * @param spoken a language with a code to be said; undefined for a link
   */
  invite(spoken?: string): Promise<InvitationView> {
    return this.#of.spaces.unlessOver(this.#of.further.invite(spoken))
  }

  /** This person's recovery code, until {@link noteWrittenDown}; undefined on a device that does not have it. */
  get recoveryCode(): readonly string[] | undefined {
    return this.#of.record().recoveryCode
  }

  /** The recovery code is on paper: this device forgets it, and nobody can make it show it again (DV1). */
  noteWrittenDown(): Promise<void> {
    const { recoveryCode: _, ...record } = this.#of.record()
    return this.#of.save(record)
  }

  /** This person has read that somebody's devices have changed (DV5). Throws StoreError. */
  async dismissNews(seat: SeatId): Promise<void> {
    await this.#of.watch.dismiss(seat)
    this.#of.changed()
  }
}
