import {
  hasHelpers,
  loneKeeper,
  type Proofs,
  type RosterChange,
  refuseWayBack,
  type SeatId,
  seatOf,
  wayBackSubject,
  withDevicesOf,
} from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { type SigningKey, signTurn } from '@antechamber/sealing'
import { decoded } from '../encoding.ts'
import { Failure } from '../errors.ts'
import type { InvitationView } from '../invitation-view.ts'
import { Invitations } from '../invitations.ts'
import { WAY_BACK } from '../landing.ts'
import { type DialogueRecord, type JoinSpace, rescueName, type WelcomeSpace } from '../records.ts'
import type { Space } from '../space.ts'
import type { Vault } from '../vault.ts'
import { wishId } from './bring-back.ts'
import { writeWish } from './wish.ts'

/** What helping needs of the dialogue. */
export interface HelpingOf {
  readonly vault: Vault
  readonly record: DialogueRecord
  readonly spaces: () => readonly Space[]
  readonly root: SigningKey
  readonly proofs: Proofs
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly changed: () => void
}

/** A participant's help for a facilitator who is alone and has lost their device (DV13). */
export class Helping {
  readonly #of: HelpingOf
  readonly #invitations: Invitations

  constructor(of: HelpingOf) {
    this.#of = of
    this.#invitations = new Invitations({
      ...of,
      kept: 'rescue',
      name: rescueName,
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

  /** Who could be helped back by this person: the facilitator who keeps the room alone. Nobody at a door has a say there yet. */
  get alone(): SeatId | undefined {
    if (this.#shared.some(({ state }) => state === undefined)) return undefined
    const governing = this.#of.spaces().find(({ name }) => name === 'room')?.state?.governing
    return this.#of.record.role === 'participant' && governing ? loneKeeper(governing)?.id : undefined
  }

  /** See {@link Invitations.refresh}. */
  refresh(invitation?: Uint8Array): Promise<void> {
    return this.#invitations.refresh(invitation)
  }

  /**
   * Makes an invitation by which that facilitator comes back with the help of this person and of one of each other side.
   * Throws {@link Failure}: `not-found` where nobody keeps the room alone.
   *
   * @param spoken a language with a code to be said; undefined for a link
   */
  async invite(spoken: string | undefined): Promise<InvitationView> {
    const id = this.alone
    const seat = id && seatOf(this.#spaceNamed('room').state?.governing.roster ?? [], id)
    if (!seat) throw new Failure('not-found')
    const spaces = this.#shared.map((space): WelcomeSpace => {
      const there = seatOf(space.state?.governing.roster ?? [], seat.id)
      const devices = there?.devices.map(({ device }) => device) ?? []
      return { name: space.name, space: toBase64Url(space.id), revision: there?.revision ?? 0, devices }
    })
    const { name, anchor } = seat
    const welcome = { roots: [toBase64Url(this.#of.root.publicKey)], spaces, seated: { name, anchor } }
    const about = { purpose: 'rescue', seat: seat.id, role: 'facilitator', label: name } as const
    return this.#invitations.make({ ...about, spoken, welcome })
  }

  /**
   * Says yes to the device that has come: asks for it in each space, with this person's signature. So it may be called
   * again after a stop in the middle.
   *
   * @param command names what is written, so that it is written once
   * @returns undefined, or the code of why not
   */
  async accept(id: string, command: string): Promise<string | undefined> {
    const guest = await this.#invitations.guestOf(id)
    if (typeof guest !== 'object') return guest
    const { join, record } = guest
    // Whoever is not in the caucus of their side has no say there.
    if (this.#shared.some(({ isAtDoor }) => isAtDoor)) return 'at-the-door'
    for (const space of this.#shared) {
      const joined = join.spaces.find(({ name }) => name === space.name)
      await space.live()
      const isIn = seatOf(space.state?.governing.roster ?? [], record.seat)?.devices.some(
        ({ root }) => root === join.root,
      )
      const refusal = !joined ? 'bad-shape' : isIn ? undefined : await this.#ask(space, joined, command)
      if (refusal !== undefined) return refusal
    }
    await this.#invitations.save({ ...record, accepted: join.root })
    await this.settle()
    return undefined
  }

  async #ask(space: Space, joined: JoinSpace, command: string): Promise<string | undefined> {
    const { proofs, root, record } = this.#of
    const governing = space.state?.governing
    const me = governing && seatOf(governing.roster, record.seat)
    const { changes = [], permit, loginKey, sealingKey, signature } = joined
    const [added] = changes
    if (!me || !added || !permit) return 'bad-shape'
    const { charter, roster } = governing
    const subject = wayBackSubject(proofs, charter, space.name, added.seat, withDevicesOf(roster, changes))
    const turn = toBase64Url(signTurn(root, decoded(subject)))
    const turns = { [me.id]: turn }
    const whole: readonly RosterChange[] = [...changes, { type: 'returned', seat: added.seat, turns }]
    // The others' yeses are still to come.
    const refusal = refuseWayBack(governing, me, whole, proofs)
    if (refusal !== undefined && refusal !== 'turn-missing') return refusal
    const wish = writeWish({ changes, keys: { loginKey, sealingKey, signature }, permit, turn })
    for (let attempt = 0; ; attempt++) {
      const appended = await space.ask(wishId(command, space.name, attempt), WAY_BACK, wish)
      if (appended !== 'stale') return appended.setAside
    }
  }

  /** Turns whoever has come away, or takes the invitation back. */
  async decline(id: string): Promise<void> {
    const record = this.#invitations.find(id)
    if (record) await this.#invitations.close(record, 'declined')
  }

  /** Tells the device that it is in, once every space has it; call it whenever something has changed. */
  async settle(): Promise<void> {
    for (const record of this.#invitations.all)
      if (record.state === 'open' && this.#isIn(record)) await this.#invitations.close(record, 'admitted')
  }

  /** Whether something is left to {@link settle}. */
  get isSettled(): boolean {
    return this.#invitations.all.every((record) => record.state !== 'open' || !this.#isIn(record))
  }

  #isIn({ seat, accepted }: { readonly seat: SeatId; readonly accepted?: string }): boolean {
    return (
      accepted !== undefined &&
      this.#shared.every(({ state }) => {
        const devices = seatOf(state?.governing.roster ?? [], seat)?.devices ?? []
        return devices.some(({ root }) => root === accepted)
      })
    )
  }

  /** The spaces that this person shares with whoever comes back. */
  get #shared(): readonly Space[] {
    return this.#of.spaces().filter(({ name }) => hasHelpers(name))
  }

  #spaceNamed(name: Space['name']): Space {
    const space = this.#of.spaces().find((one) => one.name === name)
    if (!space) throw new Failure('stopped')
    return space
  }
}
