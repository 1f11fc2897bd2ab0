import {
  applyRosterChanges,
  type Charter,
  type Role,
  type RosterChange,
  type Seat,
  type SeatId,
  type SideId,
  type SpaceName,
  seatOf,
} from '@antechamber/core'
import {
  DEFAULT_INVITATION_MS,
  INVITATION_STATES,
  type InvitationState,
  toBase64Url,
  utf8,
} from '@antechamber/protocol'
import {
  hash,
  invitationFromSpokenCode,
  invitationTicket,
  newLinkInvitation,
  newSealingKey,
  newSpokenCode,
  sealRecord,
} from '@antechamber/sealing'
import type { Newcomer } from './chapter-batch.ts'
import { decoded } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { newId, spacesOf } from './identity.ts'
import { type InvitationView, viewInvitation } from './invitation-view.ts'
import { isOpenable, Joins, type OpenRecord, type Seen } from './joins.ts'
import {
  type DialogueRecord,
  type InvitationRecord,
  invitationName,
  type Join,
  type JoinSpace,
  type Welcome,
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

/** What the host needs of the dialogue. */
export interface HostOf {
  readonly vault: Vault
  readonly record: DialogueRecord
  readonly space: (name: SpaceName) => Space | undefined
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly rootPublic: string
  readonly changed: () => void
}

/** Somebody who may be let in. */
interface Guest {
  readonly record: InvitationRecord
  readonly join: Join
}

/** A facilitator's invitations: makes them, reads who has come, lets people in and takes them out. */
export class Host {
  readonly #of: HostOf
  readonly #charter: Charter
  readonly #joins: Joins
  #records: readonly InvitationRecord[] = []
  readonly #seen = new Map<string, readonly Seen[]>()
  /** Invitations that are open here and that the relay does not know, or no more. */
  readonly #lost = new Set<string>()

  constructor(of: HostOf) {
    this.#of = of
    this.#charter = of.record.charter
    this.#joins = new Joins({ charter: of.record.charter, spaces: of.record.spaces })
  }

  async start(): Promise<void> {
    this.#records = (await this.#of.vault.listJson(
      `invitation/${this.#of.record.local}/`,
    )) as readonly InvitationRecord[]
  }

  get invitations(): readonly InvitationView[] {
    return [...this.#records].sort((a, b) => a.madeAt - b.madeAt).map((record) => this.#view(record))
  }

  /** Makes an invitation for one seat. Throws {@link Failure}. */
  async invite(wish: NewInvitation): Promise<InvitationView> {
    const { random, now } = this.#of
    const spokenCode = wish.spoken === undefined ? undefined : await newSpokenCode(wish.spoken, random)
    const secret = spokenCode ? await invitationFromSpokenCode(spokenCode) : newLinkInvitation(random)
    const joinKey = await newSealingKey(0, random)
    const seat = newId(random) as SeatId
    const expiresAt = now() + (wish.expiresInMs ?? DEFAULT_INVITATION_MS)
    const welcome = this.#welcome(wish, seat, toBase64Url(joinKey.publicKey), expiresAt)
    const record = sealRecord(secret, utf8(JSON.stringify({ v: 1, ...welcome })), random)
    const ticketHash = hash(invitationTicket(secret))
    await this.#panel().request({ type: 'invite', invitation: secret.id, expiresAt, ticketHash, record }, 'done')
    // Kept only now: of one that the relay does not have, nobody shall be shown a link.
    const kept: InvitationRecord = {
      v: 1,
      id: toBase64Url(secret.id),
      opening: {
        secret: toBase64Url(secret.secret),
        joinSecret: toBase64Url(joinKey.secret),
        record: toBase64Url(record),
        ...(spokenCode && { spokenCode }),
      },
      seat,
      role: wish.role,
      ...(wish.side !== undefined && { side: wish.side }),
      label: wish.label,
      expiresAt,
      madeAt: now(),
      state: 'open',
    }
    await this.#save(kept)
    this.#of.changed()
    return this.#view(kept)
  }

  #welcome(wish: NewInvitation, seat: SeatId, joinKey: string, expiresAt: number): Welcome {
    const { record, rootPublic } = this.#of
    const names = spacesOf(
      wish.role,
      wish.side,
      this.#charter.sides.map(({ id }) => id),
    )
    return {
      seat,
      role: wish.role,
      side: wish.side,
      joinKey,
      roots: [rootPublic, ...this.#roots().filter((root) => root !== rootPublic)],
      spaces: record.spaces.filter(({ name }) => names.includes(name)).map(({ name, space }) => ({ name, space })),
      expiresAt,
      charter: this.#charter,
    }
  }

  /** The root keys of all who facilitate: any of them may open the first chapter that the newcomer reads (IN1). */
  #roots(): readonly string[] {
    const roster = this.#of.space('room')?.state?.governing.roster ?? []
    return roster.filter(({ role }) => role === 'facilitator').flatMap(({ devices }) => devices.map(({ root }) => root))
  }

  /**
   * Reads from the relay who has used the open invitations, or only this one of them, and tells it again what it may not
   * have heard. What goes wrong with one keeps none of the others back.
   *
   * Throws the first {@link Failure} that may pass; then call it again later.
   */
  async refresh(invitation?: Uint8Array): Promise<void> {
    const only = invitation && toBase64Url(invitation)
    const failures: unknown[] = []
    for (const record of this.#records) {
      if ((only ?? record.id) !== record.id) continue
      await this.#refreshOne(record).catch((failure: unknown) => failures.push(failure))
    }
    this.#of.changed()
    if (failures.length > 0) throw failures[0]
  }

  async #refreshOne(record: InvitationRecord): Promise<void> {
    if (record.isUntold) await this.#tellClosed(record)
    if (record.state !== 'open' || !isOpenable(record)) return
    try {
      await this.#readJoins(record)
      this.#lost.delete(record.id)
    } catch (failure) {
      if (!isCode(failure, ['not-found'])) throw failure
      this.#lost.add(record.id)
    }
  }

  async #readJoins(record: OpenRecord): Promise<void> {
    const { joins } = await this.#panel().request({ type: 'joins', invitation: decoded(record.id) }, 'joins')
    const seen: Seen[] = []
    const failures: unknown[] = []
    for (const posted of joins) {
      const one = await this.#joins.open(record, posted).catch((failure: unknown) => void failures.push(failure))
      if (one && !seen.some((other) => other.join.root === one.join.root)) seen.push(one)
    }
    this.#seen.set(record.id, seen)
    if (failures.length > 0) throw failures[0]
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
      const guest = await this.#guestOf(id)
      const refusal = typeof guest === 'object' ? await this.#refusalOf(guest, guests) : guest
      if (refusal !== undefined) refusals.push(refusal)
      else if (typeof guest === 'object') guests.push(guest)
    }
    const names = new Set(guests.flatMap((guest) => this.#spacesOf(guest)))
    for (const name of names) await this.#admitTo(name, guests)
    for (const { record } of guests) await this.#close(record, 'admitted')
    return refusals[0]
  }

  /** Who has come by an invitation, or the code of why nobody can be let in; undefined for somebody who is in already. */
  async #guestOf(id: string): Promise<Guest | string | undefined> {
    const record = this.#records.find((one) => one.id === id)
    if (record?.state === 'admitted') {
      await this.#tellClosed(record)
      return undefined
    }
    if (record?.state !== 'open' || !isOpenable(record)) return 'used'
    await this.#readJoins(record)
    const [seen, second] = this.#seen.get(id) ?? []
    if (second) return 'two-joins'
    if (!seen) return 'nobody-came'
    if (this.#of.now() > record.expiresAt) return 'expired'
    return { record, join: seen.join }
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
      const changed = applyRosterChanges(governing, me, admissions(comingTo(space, [...others, guest])))
      if (!changed.ok) return changed.error
    }
    return undefined
  }

  async #admitTo(name: SpaceName, guests: readonly Guest[]): Promise<void> {
    const space = this.#space(name)
    await space.live()
    const coming = comingTo(space, guests)
    if (coming.length === 0) return
    await space.openChapter(
      admissions(coming),
      coming.map(({ record, joined }) => newcomer(joined, record.role)),
    )
  }

  /** Turns somebody away; the invitation is used up. */
  async decline(id: string): Promise<void> {
    const record = this.#records.find((one) => one.id === id)
    if (record) await this.#close(record, 'declined')
  }

  /** Takes an invitation back. */
  async revoke(id: string): Promise<void> {
    const record = this.#records.find((one) => one.id === id)
    if (record) await this.#close(record, 'revoked')
  }

  /** Takes a seat out of every space that it is in. */
  async remove(seat: SeatId, spaces: readonly Space[]): Promise<void> {
    const change: RosterChange = { type: 'removed', seat }
    for (const space of spaces) await space.openChapter([change], [])
  }

  /** Ends an invitation that is open, and forgets what opened it; if it has ended before, tells the relay if need be. */
  async #close(record: InvitationRecord, state: Exclude<InvitationRecord['state'], 'open'>): Promise<void> {
    const { opening: _, ...closed } = record
    const ended: InvitationRecord = record.state === 'open' ? { ...closed, state, isUntold: true } : record
    if (record.state === 'open') await this.#save(ended)
    this.#seen.delete(record.id)
    this.#joins.forget(record)
    this.#of.changed()
    await this.#tellClosed(ended)
  }

  async #tellClosed(record: InvitationRecord): Promise<void> {
    const { isUntold, ...told } = record
    if (!isUntold) return
    const state = INVITATION_STATES.indexOf(record.state satisfies InvitationState)
    try {
      await this.#panel().request({ type: 'close-invitation', invitation: decoded(record.id), state }, 'done')
    } catch (failure) {
      // Nobody can come by it any more, whatever the relay knows it as.
      if (!isCode(failure, ['not-found', 'used', 'declined', 'revoked', 'expired'])) throw failure
    }
    await this.#save(told)
  }

  #view(record: InvitationRecord): InvitationView {
    const seen = this.#seen.get(record.id) ?? []
    const isOver = this.#of.now() > record.expiresAt || this.#lost.has(record.id)
    return viewInvitation(record, this.#of.record.origin, seen, isOver)
  }

  async #save(record: InvitationRecord): Promise<void> {
    await this.#of.vault.writeJson(invitationName(this.#of.record.local, record.id), record)
    this.#records = [...this.#records.filter(({ id }) => id !== record.id), record]
  }

  #panel(): Space {
    return this.#space('panel')
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
}

/** Those of the guests who are not in a space yet. */
function comingTo({ name, state }: Space, guests: readonly Guest[]): readonly Coming[] {
  const roster = state?.governing.roster ?? []
  return guests.flatMap(({ record, join }) => {
    const joined = join.spaces.find((one) => one.name === name)
    return joined && !seatOf(roster, record.seat) ? [{ record, join, joined }] : []
  })
}

const admissions = (coming: readonly Coming[]): readonly RosterChange[] =>
  coming.map(({ record, join, joined }) => ({ type: 'admitted', seat: newSeat(record, join, joined) }))

const isCode = (failure: unknown, codes: readonly FailureCode[]): boolean =>
  failure instanceof Failure && codes.includes(failure.code)

const newSeat = ({ seat, role, side }: InvitationRecord, join: Join, joined: JoinSpace): Seat => ({
  id: seat,
  role,
  ...(side !== undefined && { side }),
  name: join.name,
  anchor: join.anchor,
  devices: [{ device: joined.device, root: join.root }],
})

function newcomer({ device, loginKey, sealingKey, signature }: JoinSpace, role: Role): Newcomer {
  return {
    access: { device: decoded(device), loginKey: decoded(loginKey), keeper: role === 'facilitator' },
    key: { device: decoded(device), number: 0, publicKey: decoded(sealingKey), signature: decoded(signature) },
  }
}
