import {
  applyRosterChanges,
  type Charter,
  isCountersigned,
  type Proofs,
  type Role,
  type RosterChange,
  type Seat,
  type SeatId,
  type SideId,
  type SpaceName,
  seatOf,
  spaceKind,
} from '@antechamber/core'
import { encode, ID_BYTES, tagged, u32, utf8 } from '@antechamber/protocol'
import { hash } from '@antechamber/sealing'
import type { Newcomer } from './chapter-batch.ts'
import { decoded } from './encoding.ts'
import { Failure, RefusedChapter } from './errors.ts'
import { newId, spacesOf } from './identity.ts'
import type { InvitationView } from './invitation-view.ts'
import { type Guest, Invitations } from './invitations.ts'
import type { Knock } from './knock.ts'
import {
  type DialogueRecord,
  type InvitationRecord,
  invitationName,
  type Join,
  type JoinSpace,
  MAX_WELCOME_ROOTS,
  type WelcomeSpace,
} from './records.ts'
import type { Space } from './space.ts'
import type { Vault } from './vault.ts'

/** What a facilitator asks for when inviting somebody. */
export interface NewInvitation {
  readonly role: Role
  readonly side?: SideId
  /** Whom it is for, in the facilitator's own words; it never leaves this device. */
  readonly label: string
  /** A language with a code to be spoken, or undefined for a link. */
  readonly spoken?: string
  readonly expiresInMs?: number
}

/** What a facilitator asks for when somebody who has lost their device is to come back to their seat. */
export interface NewReturn extends Pick<NewInvitation, 'spoken' | 'expiresInMs'> {
  readonly seat: SeatId
}

/** What the host needs of the dialogue. */
export interface HostOf {
  readonly vault: Vault
  readonly record: DialogueRecord
  /** The record as it is now; {@link HostOf.record} is as it was. */
  readonly current: () => DialogueRecord
  readonly space: (name: SpaceName) => Space | undefined
  readonly proofs: Proofs
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly rootPublic: string
  readonly changed: () => void
}

/** A facilitator's invitations: makes them, reads who has come, lets people in and takes them out. */
export class Host {
  readonly #of: HostOf
  readonly #charter: Charter
  readonly #invitations: Invitations

  constructor(of: HostOf) {
    this.#of = of
    this.#charter = of.record.charter
    this.#invitations = new Invitations({
      ...of,
      kept: 'invitation',
      name: invitationName,
      space: () => this.#space('panel'),
    })
  }

  start(): Promise<void> {
    return this.#invitations.start()
  }

  get invitations(): readonly InvitationView[] {
    return this.#invitations.views
  }

  /**
   * Whether nobody can be invited to a side yet: everything hangs on this device, and the recovery code that would bring its
   * person back is on no paper (DV8).
   */
  get needsCode(): boolean {
    if (this.#of.current().recoveryCode === undefined) return false
    const roster = this.#of.space('room')?.state?.governing.roster ?? []
    return roster.filter(({ role }) => role === 'facilitator').flatMap(({ devices }) => devices).length < 2
  }

  /** Makes an invitation for one seat. Throws {@link Failure}; `code-needed`, see {@link needsCode}. */
  async invite(wish: NewInvitation): Promise<InvitationView> {
    if (wish.role === 'participant' && this.needsCode) throw new Failure('code-needed')
    const seat = newId(this.#of.random) as SeatId
    return this.#invitations.make({ ...wish, seat, welcome: { roots: this.#roots(), spaces: this.#spacesFor(wish) } })
  }

  /**
   * Makes an invitation back to a seat, for whoever has its recovery code (DV7). This very device stays, also on its own
   * seat: whoever holds it has it, and it must still be there to admit. Throws {@link Failure}.
   */
  async inviteBack({ seat: id, ...wish }: NewReturn): Promise<InvitationView> {
    const seat = seatOf(this.#space('room').state?.governing.roster ?? [], id)
    if (!seat) throw new Failure('not-found')
    const { name, anchor, role, side } = seat
    const spaces = this.#spacesFor({ role, ...(side !== undefined && { side }) }).map((space): WelcomeSpace => {
      const there = seatOf(this.#space(space.name).state?.governing.roster ?? [], id)
      const devices = there?.devices.filter(({ root }) => root !== this.#of.rootPublic) ?? []
      return { ...space, revision: there?.revision ?? 0, devices: devices.map(({ device }) => device) }
    })
    const welcome = { roots: this.#roots(), spaces, seated: { name, anchor } }
    return this.#invitations.make({ ...wish, purpose: 'return', seat: id, role, side, label: name, welcome })
  }

  /** The spaces of a seat. */
  #spacesFor({ role, side }: Pick<NewInvitation, 'role' | 'side'>): readonly WelcomeSpace[] {
    const sides = this.#charter.sides.map(({ id }) => id)
    const names = spacesOf(role, side, sides)
    return this.#of.record.spaces.filter(({ name }) => names.includes(name)).map(({ name, space }) => ({ name, space }))
  }

  /** The root keys of all who facilitate: any of them may open the first chapter that the newcomer reads (IN1). */
  #roots(): readonly string[] {
    const { rootPublic } = this.#of
    const roster = this.#of.space('room')?.state?.governing.roster ?? []
    const roots = roster.filter(({ role }) => role === 'facilitator').flatMap(({ devices }) => devices)
    return [...new Set([rootPublic, ...roots.map(({ root }) => root)])].slice(0, MAX_WELCOME_ROOTS)
  }

  /** See {@link Invitations.refresh}. */
  refresh(invitation?: Uint8Array): Promise<void> {
    return this.#invitations.refresh(invitation)
  }

  /**
   * Admits those who have used these invitations, to each space of their seats that they are not in yet: so it may be
   * called again after a stop in the middle. However many there are, a space opens one chapter for all of them: each
   * chapter costs every device in it a grant and a new key.
   *
   * @returns undefined, or the code of the first rule that keeps one of them out (IN5, IN6); the others are in
   */
  async admit(ids: readonly string[]): Promise<string | undefined> {
    const refusals: string[] = []
    const guests: Guest[] = []
    for (const id of ids) {
      const guest = await this.#invitations.guestOf(id)
      const refusal = typeof guest === 'object' ? await this.#refusalOf(guest, guests) : guest
      if (refusal !== undefined) refusals.push(refusal)
      else if (typeof guest === 'object') guests.push(guest)
    }
    const names = new Set(guests.flatMap((guest) => this.#spacesOf(guest)))
    for (const name of names) await this.#admitTo(name, guests)
    for (const { record } of guests) await this.#invitations.close(record, 'admitted')
    return refusals[0]
  }

  /** Those of the guests who come into a space at once; whoever needs a yes of its people waits at its door (CH18). */
  #entering(space: Space, guests: readonly Guest[]): readonly Coming[] {
    return comingTo(space, guests).filter((coming) => !this.#mustWait(space, coming))
  }

  #mustWait({ state, name }: Space, { record, join, joined }: Coming): boolean {
    const isThere = seatOf(state?.governing.roster ?? [], record.seat) !== undefined
    if (!state || isThere || spaceKind(name) !== 'caucus') return false
    return !isCountersigned(state.governing, newSeat(record, join, joined), this.#of.proofs)
  }

  #spacesOf({ record: { role, side } }: Guest): readonly SpaceName[] {
    const sides = this.#charter.sides.map(({ id }) => id)
    return spacesOf(role, side, sides)
  }

  /** The first rule of a space's roster that keeps somebody out who would come after these others. */
  async #refusalOf(guest: Guest, others: readonly Guest[]): Promise<string | undefined> {
    for (const name of this.#spacesOf(guest)) {
      const space = this.#space(name)
      await space.live()
      const governing = space.state?.governing
      const me = governing && seatOf(governing.roster, this.#of.record.seat)
      if (!governing || !me) throw new Failure('stopped')
      if (this.#leavesLost(space, guest)) return 'bad-voucher'
      const changes = changesFor(this.#entering(space, [...others, guest]))
      const changed = applyRosterChanges(governing, me, changes, this.#of.proofs)
      if (!changed.ok) return changed.error
    }
    return undefined
  }

  /**
   * Whether a way back would leave a device in a space that the room has lost. Whoever was let in to a caucus meanwhile, with
   * the very device that they had lost at its door, has signed nothing against it there (DV7).
   */
  #leavesLost(space: Space, guest: Guest): boolean {
    const inRoom = [guest.join.root, ...stayingIn(this.#space('room'), guest)]
    return guest.record.purpose === 'return' && stayingIn(space, guest).some((root) => !inRoom.includes(root))
  }

  async #admitTo(name: SpaceName, guests: readonly Guest[]): Promise<void> {
    const space = this.#space(name)
    await space.live()
    if (guests.some((guest) => this.#leavesLost(space, guest))) throw new RefusedChapter('bad-voucher')
    const coming = this.#entering(space, guests)
    const waiting = comingTo(space, guests).filter((one) => this.#mustWait(space, one))
    try {
      if (coming.length > 0) await space.openChapter(changesFor(coming), coming.map(newcomerOf))
    } catch (failure) {
      // Another facilitator has let in the first of that side at the same moment: now these wait at its door.
      const isOvertaken = failure instanceof RefusedChapter && failure.code === 'not-countersigned'
      if (!isOvertaken || !coming.some((one) => this.#mustWait(space, one))) throw failure
      return this.#admitTo(name, guests)
    }
    for (const one of waiting) await this.#knockFor(space, one)
  }

  /** Tells a caucus who is at its door; any keeper's device lets them in once somebody of the side has said yes. */
  async #knockFor(space: Space, { record, join, joined }: Coming): Promise<void> {
    const { loginKey, sealingKey, signature } = joined
    const knock: Knock = {
      seat: newSeat(record, join, joined),
      keys: { loginKey, sealingKey, signature },
      language: join.language,
    }
    for (let attempt = 0; ; attempt++) {
      const appended = await space.knock(knockId(record.id, attempt), knock)
      if (appended === 'stale') continue
      if (appended.setAside !== undefined) throw new RefusedChapter(appended.setAside)
      return
    }
  }

  /** Turns somebody away; the invitation is used up. */
  async decline(id: string): Promise<void> {
    const record = this.#invitations.find(id)
    if (record) await this.#invitations.close(record, 'declined')
  }

  /** Takes an invitation back. */
  async revoke(id: string): Promise<void> {
    const record = this.#invitations.find(id)
    if (record) await this.#invitations.close(record, 'revoked')
  }

  /** Takes a seat out of every space that it is in. */
  async remove(seat: SeatId, spaces: readonly Space[]): Promise<void> {
    const change: RosterChange = { type: 'removed', seat }
    for (const space of spaces) await space.openChapter([change], [])
  }

  #space(name: SpaceName): Space {
    const space = this.#of.space(name)
    if (!space) throw new Failure('stopped')
    return space
  }
}

/** Somebody who is to come into a space, and their device there. */
interface Coming extends Guest {
  readonly joined: JoinSpace
  /** They sit there already, and come back with another device (DV7). */
  readonly isBack: boolean
}

/** Those of the guests whose device is not in a space yet. */
function comingTo({ name, state }: Space, guests: readonly Guest[]): readonly Coming[] {
  const roster = state?.governing.roster ?? []
  return guests.flatMap(({ record, join }) => {
    const joined = join.spaces.find((one) => one.name === name)
    const seat = seatOf(roster, record.seat)
    const isIn = seat && (!record.purpose || seat.devices.some(({ device }) => device === joined?.device))
    const isBack = record.purpose === 'return' && seat !== undefined
    return joined && !isIn ? [{ record, join, joined, isBack }] : []
  })
}

/** The root keys of a seat's devices that a guest who comes back to it has not signed against. */
function stayingIn({ name, state }: Space, { record, join }: Guest): readonly string[] {
  const changes = join.spaces.find((one) => one.name === name)?.changes ?? []
  const lost = changes.flatMap((change) => (change.type === 'device-removed' ? [change.device] : []))
  const devices = seatOf(state?.governing.roster ?? [], record.seat)?.devices ?? []
  return devices.filter(({ device }) => !lost.includes(device)).map(({ root }) => root)
}

const changesFor = (coming: readonly Coming[]): readonly RosterChange[] =>
  coming.flatMap(({ record, join, joined, isBack }): readonly RosterChange[] =>
    isBack ? (joined.changes ?? []) : [{ type: 'admitted', seat: newSeat(record, join, joined) }],
  )

const newcomerOf = ({ record, joined }: Coming): Newcomer => newcomer(joined, record.role === 'facilitator')

const knockId = (invitation: string, attempt: number): Uint8Array =>
  hash(tagged('knock-id', utf8(invitation), encode(u32, attempt))).slice(0, ID_BYTES)

const newSeat = ({ seat, role, side }: InvitationRecord, join: Join, joined: JoinSpace): Seat => ({
  id: seat,
  role,
  ...(side !== undefined && { side }),
  name: join.name,
  anchor: join.anchor,
  devices: [{ device: joined.device, root: join.root }],
})

/** What a chapter that lets this device in tells the relay of it. */
export function newcomer(
  { device, loginKey, sealingKey, signature }: Omit<JoinSpace, 'name'>,
  keeper: boolean,
): Newcomer {
  return {
    access: { device: decoded(device), loginKey: decoded(loginKey), keeper },
    key: { device: decoded(device), number: 0, publicKey: decoded(sealingKey), signature: decoded(signature) },
  }
}
