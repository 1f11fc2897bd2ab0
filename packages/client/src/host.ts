import type { Charter, Role, RosterChange, Seat, SeatId, SideId, SpaceName } from '@antechamber/core'
import {
  DEFAULT_INVITATION_MS,
  INVITATION_STATES,
  type InvitationState,
  toBase64Url,
  utf8,
} from '@antechamber/protocol'
import {
  hash,
  type InvitationSecret,
  invitationFromSpokenCode,
  invitationTicket,
  linkPath,
  newLinkInvitation,
  newSealingKey,
  newSpokenCode,
  openJoin,
  safetyWords,
  sealingKeyFromSecret,
  sealRecord,
} from '@antechamber/sealing'
import type { Newcomer } from './chapter-batch.ts'
import { decoded, parseJson } from './encoding.ts'
import { Failure } from './errors.ts'
import { newId, spacesOf } from './identity.ts'
import {
  type DialogueRecord,
  type InvitationRecord,
  invitationName,
  type Join,
  type JoinSpace,
  joinShape,
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

/** Somebody who has used an invitation and waits to be let in. */
export interface Arrival {
  readonly name: string
  readonly words: readonly string[]
  readonly language: string
}

/** An invitation as the facilitator sees it. `two-joins`: more than one person has used it, and none is admitted (IN6). */
export interface InvitationView {
  readonly id: string
  readonly label: string
  /** The seat that it opens: whoever came by it sits there. */
  readonly seat: SeatId
  readonly role: Role
  readonly side: SideId | undefined
  readonly link: string
  readonly spokenCode: readonly string[] | undefined
  readonly expiresAt: number
  readonly state: InvitationRecord['state'] | 'expired' | 'arrived' | 'two-joins'
  readonly arrival: Arrival | undefined
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

interface Seen {
  readonly join: Join
  readonly arrival: Arrival
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
  #records: readonly InvitationRecord[] = []
  readonly #joins = new Map<string, readonly Seen[]>()
  /** What has been opened or is being opened, by its bytes: opening costs a second on a phone. */
  readonly #opened = new Map<string, Promise<Seen | undefined>>()

  constructor(of: HostOf) {
    this.#of = of
    this.#charter = of.record.charter
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
    const kept: InvitationRecord = {
      v: 1,
      id: toBase64Url(secret.id),
      secret: toBase64Url(secret.secret),
      joinSecret: toBase64Url(joinKey.secret),
      record: toBase64Url(record),
      seat,
      role: wish.role,
      ...(wish.side !== undefined && { side: wish.side }),
      label: wish.label,
      expiresAt,
      madeAt: now(),
      ...(spokenCode && { spokenCode }),
      state: 'open',
    }
    await this.#save(kept)
    const ticketHash = hash(invitationTicket(secret))
    await this.#panel().request({ type: 'invite', invitation: secret.id, expiresAt, ticketHash, record }, 'done')
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

  /** Reads from the relay who has used the open invitations, or only this one of them. */
  async refresh(invitation?: Uint8Array): Promise<void> {
    const only = invitation && toBase64Url(invitation)
    for (const record of this.#records) {
      if (record.state === 'open' && (only ?? record.id) === record.id) await this.#readJoins(record)
    }
    this.#of.changed()
  }

  async #readJoins(record: InvitationRecord): Promise<void> {
    const { joins } = await this.#panel().request({ type: 'joins', invitation: decoded(record.id) }, 'joins')
    const seen: Seen[] = []
    for (const posted of joins) {
      const join = await this.#openOnce(record, posted)
      if (join && !seen.some((other) => other.join.root === join.join.root)) seen.push(join)
    }
    this.#joins.set(record.id, seen)
  }

  #openOnce(record: InvitationRecord, posted: Uint8Array): Promise<Seen | undefined> {
    const key = `${record.id} ${toBase64Url(posted)}`
    const opened = this.#opened.get(key) ?? this.#openJoin(record, posted)
    this.#opened.set(key, opened)
    return opened
  }

  /** What is no valid join is not shown as one (IN4). */
  async #openJoin(record: InvitationRecord, posted: Uint8Array): Promise<Seen | undefined> {
    const place = {
      invitation: secretOf(record),
      dialogue: decoded(this.#charter.dialogue),
      record: decoded(record.record),
    }
    const joinKey = await sealingKeyFromSecret(0, decoded(record.joinSecret))
    const opened = await openJoin({ ...place, joinKey }, posted)
    const join = opened.ok ? joinShape.read(parseJson(opened.value), '') : opened
    if (!join.ok) return undefined
    const { name, anchor, language } = join.value
    return { join: join.value, arrival: { name, language, words: await safetyWords(decoded(anchor), language) } }
  }

  /**
   * Admits those who have used these invitations, to each space of their seats that they are not in yet: so it may be
   * called again after a stop in the middle. However many there are, a space opens one chapter for all of them: each
   * chapter costs every device in it a grant and a new key.
   *
   * @returns undefined, or the code of the first rule that keeps one of them out (IN5, IN6); the others are in
   */
  async admit(ids: readonly string[]): Promise<string | undefined> {
    let refusal: string | undefined
    const guests: Guest[] = []
    for (const id of ids) {
      const guest = await this.#guestOf(id)
      if (typeof guest === 'string') refusal ??= guest
      else guests.push(guest)
    }
    const names = new Set(guests.flatMap(({ join }) => join.spaces.map(({ name }) => name)))
    for (const name of names) await this.#admitTo(name, guests)
    for (const { record } of guests) await this.#close(record, 'admitted')
    return refusal
  }

  async #guestOf(id: string): Promise<Guest | string> {
    const record = this.#records.find((one) => one.id === id)
    if (!record || (record.state !== 'open' && record.state !== 'admitted')) return 'used'
    await this.#readJoins(record)
    const [seen, second] = this.#joins.get(id) ?? []
    if (second) return 'two-joins'
    if (!seen) return 'nobody-came'
    if (this.#of.now() > record.expiresAt && record.state === 'open') return 'expired'
    return { record, join: seen.join }
  }

  async #admitTo(name: SpaceName, guests: readonly Guest[]): Promise<void> {
    const space = this.#of.space(name)
    if (!space) return
    await space.live()
    const roster = space.state?.governing.roster ?? []
    const coming = guests.flatMap(({ record, join }) => {
      const joined = join.spaces.find((one) => one.name === name)
      return joined && !roster.some(({ id }) => id === record.seat) ? [{ record, join, joined }] : []
    })
    if (coming.length === 0) return
    await space.openChapter(
      coming.map(({ record, join, joined }) => ({ type: 'admitted', seat: seatOf(record, join, joined) })),
      coming.map(({ record, joined }) => newcomer(joined, record.role)),
    )
  }

  /** Turns somebody away; the invitation is used up. */
  async decline(id: string): Promise<void> {
    const record = this.#records.find((one) => one.id === id)
    if (record?.state === 'open') await this.#close(record, 'declined')
  }

  /** Takes an invitation back. */
  async revoke(id: string): Promise<void> {
    const record = this.#records.find((one) => one.id === id)
    if (record?.state === 'open') await this.#close(record, 'revoked')
  }

  /** Takes a seat out of every space that it is in. */
  async remove(seat: SeatId, spaces: readonly Space[]): Promise<void> {
    const change: RosterChange = { type: 'removed', seat }
    for (const space of spaces) {
      await space.live()
      if (space.state?.governing.roster.some(({ id }) => id === seat)) await space.openChapter([change], [])
    }
  }

  async #close(record: InvitationRecord, state: 'admitted' | 'declined' | 'revoked'): Promise<void> {
    await this.#save({ ...record, state })
    const index = INVITATION_STATES.indexOf(state satisfies InvitationState)
    await this.#panel().request({ type: 'close-invitation', invitation: decoded(record.id), state: index }, 'done')
    this.#of.changed()
  }

  #view(record: InvitationRecord): InvitationView {
    const joins = this.#joins.get(record.id) ?? []
    const isOpen = record.state === 'open'
    const arrived = joins.length > 1 ? 'two-joins' : joins.length === 1 ? 'arrived' : undefined
    const expired = isOpen && this.#of.now() > record.expiresAt ? 'expired' : undefined
    return {
      id: record.id,
      label: record.label,
      seat: record.seat,
      role: record.role,
      side: record.side,
      link: `${this.#of.record.origin}${linkPath(secretOf(record))}`,
      spokenCode: record.spokenCode,
      expiresAt: record.expiresAt,
      state: isOpen ? (expired ?? arrived ?? 'open') : record.state,
      arrival: isOpen && joins.length === 1 ? joins[0]?.arrival : undefined,
    }
  }

  async #save(record: InvitationRecord): Promise<void> {
    await this.#of.vault.writeJson(invitationName(this.#of.record.local, record.id), record)
    this.#records = [...this.#records.filter(({ id }) => id !== record.id), record]
  }

  #panel(): Space {
    const panel = this.#of.space('panel')
    if (!panel) throw new Failure('stopped')
    return panel
  }
}

const seatOf = ({ seat, role, side }: InvitationRecord, join: Join, joined: JoinSpace): Seat => ({
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

const secretOf = (record: InvitationRecord): InvitationSecret => ({
  id: decoded(record.id),
  secret: decoded(record.secret),
})
