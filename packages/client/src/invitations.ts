import type { Charter, Role, SeatId, SideId, SpaceName } from '@antechamber/core'
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
import { decoded } from './encoding.ts'
import { isCode } from './errors.ts'
import { type InvitationView, viewInvitation } from './invitation-view.ts'
import { isOpenable, Joins, type OpenRecord, type Seen } from './joins.ts'
import type { DialogueRecord, InvitationPurpose, InvitationRecord, Join, Welcome } from './records.ts'
import type { Space } from './space.ts'
import type { Vault } from './vault.ts'

/** What is asked for when somebody is invited. */
export interface InvitationWish {
  readonly purpose?: InvitationPurpose
  readonly seat: SeatId
  readonly role: Role
  readonly side?: SideId | undefined
  /** In the inviting person's own words; it never leaves this device. */
  readonly label: string
  /** A language with a code to be spoken, or undefined for a link. */
  readonly spoken?: string | undefined
  readonly expiresInMs?: number | undefined
  /** The rest of what the joiner reads. */
  readonly welcome: Pick<Welcome, 'roots' | 'spaces' | 'seated'>
}

/** What a device's invitations need. */
export interface InvitationsOf {
  readonly vault: Vault
  readonly record: Pick<DialogueRecord, 'local' | 'origin' | 'charter' | 'spaces'>
  /** What they are kept under: `invitation` or `further`. */
  readonly kept: string
  readonly name: (local: string, id: string) => string
  /** The space that makes them and reads their joins. */
  readonly makesIn: SpaceName
  /** The space of those that do not say where they were made. */
  readonly madeBefore: SpaceName
  readonly space: (name: SpaceName) => Space
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly changed: () => void
}

/** Somebody who may be let in. */
export interface Guest {
  readonly record: InvitationRecord
  readonly join: Join
}

/** The invitations that a device has made at the relay: makes them, reads who has come, ends them. */
export class Invitations {
  readonly #of: InvitationsOf
  readonly #charter: Charter
  readonly #joins: Joins
  #records: readonly InvitationRecord[] = []
  readonly #seen = new Map<string, readonly Seen[]>()
  /** Invitations that are open here and that the relay does not know, or no more. */
  readonly #lost = new Set<string>()

  constructor(of: InvitationsOf) {
    this.#of = of
    this.#charter = of.record.charter
    this.#joins = new Joins({ charter: of.record.charter, spaces: of.record.spaces })
  }

  async start(): Promise<void> {
    const { vault, kept, record } = this.#of
    this.#records = (await vault.listJson(`${kept}/${record.local}/`)) as readonly InvitationRecord[]
  }

  get all(): readonly InvitationRecord[] {
    return this.#records
  }

  get views(): readonly InvitationView[] {
    return [...this.#records].sort((a, b) => a.madeAt - b.madeAt).map((record) => this.#view(record))
  }

  find(id: string): InvitationRecord | undefined {
    return this.#records.find((one) => one.id === id)
  }

  /** Makes an invitation for one seat. Throws Failure. */
  async make(wish: InvitationWish): Promise<InvitationView> {
    const { random, now } = this.#of
    const { purpose, seat, role, side, label } = wish
    const spokenCode = wish.spoken === undefined ? undefined : await newSpokenCode(wish.spoken, random)
    const secret = spokenCode ? await invitationFromSpokenCode(spokenCode) : newLinkInvitation(random)
    const joinKey = await newSealingKey(0, random)
    const expiresAt = now() + (wish.expiresInMs ?? DEFAULT_INVITATION_MS)
    const joinKeyPublic = toBase64Url(joinKey.publicKey)
    const about = { ...(purpose && { purpose }), seat, role, ...(side !== undefined && { side }) }
    const welcome: Welcome = { ...about, ...wish.welcome, joinKey: joinKeyPublic, expiresAt, charter: this.#charter }
    const record = sealRecord(secret, utf8(JSON.stringify({ v: 1, ...welcome })), random)
    const ticketHash = hash(invitationTicket(secret))
    const { makesIn, madeBefore } = this.#of
    await this.#of
      .space(makesIn)
      .request({ type: 'invite', invitation: secret.id, expiresAt, ticketHash, record }, 'done')
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
      ...about,
      ...(makesIn !== madeBefore && { madeIn: makesIn }),
      ...(wish.welcome.seated && { anchor: wish.welcome.seated.anchor }),
      label,
      expiresAt,
      madeAt: now(),
      state: 'open',
    }
    await this.save(kept)
    this.#of.changed()
    return this.#view(kept)
  }

  /**
   * Reads from the relay who has used the open invitations, or only this one of them, and tells it again what it may not
   * have heard. What goes wrong with one keeps none of the others back.
   *
   * Throws the first Failure that may pass; then call it again later.
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
    if (record.isUntold) await this.tellClosed(record)
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
    const { joins } = await this.#spaceOf(record).request({ type: 'joins', invitation: decoded(record.id) }, 'joins')
    const seen: Seen[] = []
    const failures: unknown[] = []
    for (const posted of joins) {
      const one = await this.#joins.open(record, posted).catch((failure: unknown) => void failures.push(failure))
      if (one && !seen.some((other) => other.join.root === one.join.root)) seen.push(one)
    }
    this.#seen.set(record.id, seen)
    if (failures.length > 0) throw failures[0]
  }

  /** Who has come by an invitation, or the code of why nobody can be let in; undefined for somebody who is in already. */
  async guestOf(id: string): Promise<Guest | string | undefined> {
    const record = this.find(id)
    if (record?.state === 'admitted') {
      await this.tellClosed(record)
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

  /** Ends an invitation that is open, and forgets what opened it; if it has ended before, tells the relay if need be. */
  async close(record: InvitationRecord, state: Exclude<InvitationRecord['state'], 'open'>): Promise<void> {
    const { opening: _, ...closed } = record
    const ended: InvitationRecord = record.state === 'open' ? { ...closed, state, isUntold: true } : record
    if (record.state === 'open') await this.save(ended)
    this.#seen.delete(record.id)
    this.#joins.forget(record)
    this.#of.changed()
    await this.tellClosed(ended)
  }

  async tellClosed(record: InvitationRecord): Promise<void> {
    const { isUntold, ...told } = record
    if (!isUntold) return
    const state = INVITATION_STATES.indexOf(record.state satisfies InvitationState)
    try {
      await this.#spaceOf(record).request({ type: 'close-invitation', invitation: decoded(record.id), state }, 'done')
    } catch (failure) {
      // Nobody can come by it any more, whatever the relay knows it as.
      if (!isCode(failure, ['not-found', 'used', 'declined', 'revoked', 'expired'])) throw failure
    }
    await this.save(told)
  }

  #spaceOf({ madeIn }: InvitationRecord): Space {
    return this.#of.space(madeIn ?? this.#of.madeBefore)
  }

  #view(record: InvitationRecord): InvitationView {
    const seen = this.#seen.get(record.id) ?? []
    const isOver = this.#of.now() > record.expiresAt || this.#lost.has(record.id)
    return viewInvitation(record, this.#of.record.origin, seen, isOver)
  }

  async save(record: InvitationRecord): Promise<void> {
    const { vault, name, record: of } = this.#of
    await vault.writeJson(name(of.local, record.id), record)
    this.#records = [...this.#records.filter(({ id }) => id !== record.id), record]
  }
}
