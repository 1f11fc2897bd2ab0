import {
  type DeviceChange,
  deviceSubject,
  isKeeper,
  MAX_DEVICES,
  type Proofs,
  type Seat,
  seatOf,
  spaceKind,
  type UnsignedChange,
} from '@antechamber/core'
import { encode, ID_BYTES, tagged, toBase64Url, u32, utf8 } from '@antechamber/protocol'
import { hash, type SigningKey, signTurn } from '@antechamber/sealing'
import type { Newcomer } from './chapter-batch.ts'
import { decoded } from './encoding.ts'
import { Failure } from './errors.ts'
import { newcomer } from './host.ts'
import type { InvitationView } from './invitation-view.ts'
import { Invitations } from './invitations.ts'
import { DEVICE_OFFER } from './landing.ts'
import { writeOffer } from './offers.ts'
import {
  type DialogueRecord,
  furtherName,
  type InvitationRecord,
  type JoinSpace,
  MAX_WELCOME_ROOTS,
} from './records.ts'
import type { Space } from './space.ts'
import type { Vault } from './vault.ts'

/** How long the keepers' devices have to take out a device that a seat wants out. */
const OFFER_MS = 30 * 24 * 60 * 60 * 1000

/** What a seat's further devices need of the dialogue. */
export interface FurtherDevicesOf {
  readonly vault: Vault
  readonly record: DialogueRecord
  readonly spaces: () => readonly Space[]
  readonly root: SigningKey
  readonly proofs: Proofs
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly changed: () => void
}

/** This seat's devices: invites further ones by a code, adds those that this person says yes to, and takes lost ones out. */
export class FurtherDevices {
  readonly #of: FurtherDevicesOf
  readonly #invitations: Invitations

  constructor(of: FurtherDevicesOf) {
    this.#of = of
    this.#invitations = new Invitations({
      ...of,
      kept: 'further',
      name: furtherName,
      makesIn: 'own',
      madeBefore: 'own',
      space: (name) => this.#spaceNamed(name),
    })
  }

  start(): Promise<void> {
    return this.#invitations.start()
  }

  get invitations(): readonly InvitationView[] {
    return this.#invitations.views
  }

  /** See {@link Invitations.refresh}. */
  refresh(invitation?: Uint8Array): Promise<void> {
    return this.#invitations.refresh(invitation)
  }

  /** Makes a code for a further device of this seat (DV4). @param spoken a language with a code to be said */
  invite(spoken: string | undefined): Promise<InvitationView> {
    const { record, root } = this.#of
    const { seat, role, side, name, anchor } = record
    // Its legs are told to it once it is in the room (LE10).
    const main = record.spaces.filter(({ name }) => spaceKind(name) !== 'leg')
    const spaces = main.map((space) => ({ name: space.name, space: space.space }))
    const roots = new Set([toBase64Url(root.publicKey), ...this.#facilitators()])
    const welcome = { roots: [...roots].slice(0, MAX_WELCOME_ROOTS), spaces, seated: { name, anchor } }
    return this.#invitations.make({ purpose: 'device', seat, role, side, label: '', spoken, welcome })
  }

  /**
   * Adds a device that has come by a code, to each space that it is not in yet: at once where this seat is a keeper, else
   * by asking the keepers' devices. So it may be called again after a stop in the middle.
   *
   * @param command names what is written, so that it is written once
   * @returns undefined, or the code of why not
   */
  async accept(id: string, command: string): Promise<string | undefined> {
    const guest = await this.#invitations.guestOf(id)
    if (typeof guest !== 'object') return guest
    const { join, record } = guest
    // A device that only some of the spaces have would never be told that it is in.
    if (this.#of.spaces().some(({ isAtDoor }) => isAtDoor)) return 'at-the-door'
    for (const space of this.#of.spaces()) {
      const joined = join.spaces.find(({ name }) => name === space.name)
      const seat = await this.#seatIn(space)
      if (!joined || !seat || seat.devices.some(({ root }) => root === join.root)) continue
      if (seat.devices.length >= MAX_DEVICES) return 'too-many-devices'
      const device = { device: joined.device, root: join.root }
      const change = { type: 'device-added', seat: seat.id, device } as const
      // Not later than the code: from then on the new device does not wait any more.
      const refusal = await this.#change(space, seat, change, { command, until: record.expiresAt, joined })
      if (refusal !== undefined) return refusal
    }
    await this.#invitations.save({ ...record, accepted: join.root })
    await this.settle()
    return undefined
  }

  /** Turns a device away, or takes the code back. */
  async decline(id: string): Promise<void> {
    const record = this.#invitations.find(id)
    if (record) await this.#invitations.close(record, 'declined')
  }

  /** Takes another device of this seat out of all spaces, known by its root key. */
  async drop(root: string, command: string): Promise<string | undefined> {
    for (const space of this.#of.spaces()) {
      const seat = await this.#seatIn(space)
      const lost = seat?.devices.find((one) => one.root === root)
      if (!seat || !lost) continue
      if (seat.devices.length === 1) return 'last-device'
      const change = { type: 'device-removed', seat: seat.id, device: lost.device } as const
      const refusal = await this.#change(space, seat, change, { command, until: this.#of.now() + OFFER_MS })
      if (refusal !== undefined) return refusal
    }
    return undefined
  }

  /** Tells a device that it is in, once every space has it; call it whenever something has changed. */
  async settle(): Promise<void> {
    for (const record of this.#invitations.all)
      if (record.state === 'open' && record.accepted !== undefined && this.#isIn(record.accepted))
        await this.#invitations.close(record, 'admitted')
  }

  /** Whether something is left to {@link settle}. */
  get isSettled(): boolean {
    return this.#invitations.all.every(
      ({ state, accepted }: InvitationRecord) => state !== 'open' || accepted === undefined || !this.#isIn(accepted),
    )
  }

  #isIn(root: string): boolean {
    return this.#of.spaces().every(({ state }) => {
      const seat = state && seatOf(state.governing.roster, this.#of.record.seat)
      return seat?.devices.some((one) => one.root === root) === true
    })
  }

  async #change(
    space: Space,
    seat: Seat,
    unsigned: UnsignedChange,
    { command, until, joined }: { readonly command: string; readonly until: number; readonly joined?: JoinSpace },
  ): Promise<string | undefined> {
    const change = this.#vouched(space, seat, unsigned)
    if (isKeeper(space.name, seat)) {
      const coming: readonly Newcomer[] = joined ? [newcomer(joined, true)] : []
      await space.openChapter([change], coming)
      return undefined
    }
    const keys = joined && {
      loginKey: joined.loginKey,
      sealingKey: joined.sealingKey,
      signature: joined.signature,
    }
    const offer = { changes: [change], ...(keys && { keys }), until }
    for (let attempt = 0; ; attempt++) {
      const appended = await space.ask(entryId(command, space.name, attempt), DEVICE_OFFER, writeOffer(offer))
      if (appended !== 'stale') return appended.setAside
    }
  }

  #vouched({ name }: Space, seat: Seat, change: UnsignedChange): DeviceChange {
    const { proofs, root, record } = this.#of
    const subject = deviceSubject(proofs, record.charter, name, seat, change)
    return { ...change, voucher: toBase64Url(signTurn(root, decoded(subject))) } as DeviceChange
  }

  async #seatIn(space: Space): Promise<Seat | undefined> {
    await space.liveOrAtDoor()
    return seatOf(space.state?.governing.roster ?? [], this.#of.record.seat)
  }

  #facilitators(): readonly string[] {
    const roster = this.#spaceNamed('room').state?.governing.roster ?? []
    const facilitators = roster.filter(({ role }) => role === 'facilitator')
    return facilitators.flatMap(({ devices }) => devices.map(({ root }) => root))
  }

  #spaceNamed(name: Space['name']): Space {
    const space = this.#of.spaces().find((one) => one.name === name)
    if (!space) throw new Failure('stopped')
    return space
  }
}

const entryId = (command: string, space: string, attempt: number): Uint8Array =>
  hash(tagged('offer-id', utf8(command), utf8(space), encode(u32, attempt))).slice(0, ID_BYTES)
