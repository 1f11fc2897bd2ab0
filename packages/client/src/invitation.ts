import { type Charter, cleanText, KNOWN_PARTS, loadProcess, type Role, type SideId } from '@antechamber/core'
import { ID_BYTES, type InvitationState, toBase64Url, utf8 } from '@antechamber/protocol'
import {
  type InvitationSecret,
  invitationFromSpokenCode,
  invitationTicket,
  isSealingPublicKey,
  newSigningKey,
  openRecord,
  parseLink,
  parseSpokenCode,
  safetyWords,
  sealingKeyFromSecret,
  sealingKeyRecord,
  sealJoin,
  signingKeyFromSecret,
} from '@antechamber/sealing'
import { decoded, parseJson } from './encoding.ts'
import { Failure, type FailureCode } from './errors.ts'
import { newId, newSpaceRecord, spacesOf } from './identity.ts'
import type { Platform } from './ports.ts'
import {
  type DialogueRecord,
  type Join,
  type JoinSpace,
  joinShape,
  type SpaceRecord,
  type Welcome,
  welcomeShape,
} from './records.ts'
import type { RelayDoors } from './relay-doors.ts'

/** An invitation that this device could open: what a person reads before they decide to join. */
export interface OpenInvitation {
  readonly charter: Charter
  readonly role: Role
  readonly side: SideId | undefined
  readonly expiresAt: number
  readonly [secrets]: { readonly invitation: InvitationSecret; readonly record: Uint8Array; readonly welcome: Welcome }
}

const secrets: unique symbol = Symbol('secrets')

/**
 * Reads an invitation by its link or its spoken code. Consumes nothing (IN3).
 *
 * Throws {@link Failure}: `mistyped` before anything is asked of the relay; `not-found`; `used`, `declined`, `revoked` or
 * `expired`; `unreadable` when the record does not open with this secret; `unreachable`.
 */
export async function readInvitation(linkOrCode: string, doors: RelayDoors): Promise<OpenInvitation> {
  const invitation = await parseInvitation(linkOrCode)
  const { state, expiresAt, record } = await doors.readInvitation(invitation.id)
  const closed = CLOSED[state]
  if (closed) throw new Failure(closed)
  const opened = openRecord(invitation, record)
  const welcome = opened.ok ? welcomeShape.read(parseJson(opened.value), '') : opened
  if (!welcome.ok || !isGood(welcome.value)) throw new Failure('unreadable')
  const { charter, role, side } = welcome.value
  return { charter, role, side, expiresAt, [secrets]: { invitation, record, welcome: welcome.value } }
}

/** Whether somebody can join by this: a process that can be held, a seat in it, and exactly the spaces of that seat. */
function isGood({ charter, role, side, joinKey, spaces }: Welcome): boolean {
  const sides = charter.sides.map(({ id }) => id)
  const names = spacesOf(role, side, sides)
  return (
    isSealingPublicKey(decoded(joinKey)) &&
    decoded(charter.dialogue).length === ID_BYTES &&
    loadProcess(charter.process, KNOWN_PARTS).ok &&
    (role === 'participant' ? side !== undefined && sides.includes(side) : side === undefined) &&
    spaces.length === names.length &&
    names.every((name) => spaces.some((space) => space.name === name))
  )
}

/** What an invitation that opens nothing any more is told as. */
const CLOSED: { readonly [S in InvitationState]?: FailureCode } = {
  admitted: 'used',
  declined: 'declined',
  revoked: 'revoked',
  expired: 'expired',
}

/** Asks nothing of the relay. Throws {@link Failure} `mistyped`. */
export async function parseInvitation(linkOrCode: string): Promise<InvitationSecret> {
  const link = parseLink(linkOrCode)
  if (link.ok) return link.value
  const words = await parseSpokenCode(linkOrCode)
  if (!words.ok) throw new Failure('mistyped', 0, undefined, words.error.words)
  return invitationFromSpokenCode(words.value)
}

/** What a joiner chooses. `name` may be empty. */
export interface JoinChoice {
  readonly name: string
  readonly language: string
}

/**
 * Draws the keys of a new seat, and makes the join that the relay is to have. Nothing is sent yet. Throws
 * {@link Failure} `bad-text` for a name or a language that the facilitator's device would not take.
 */
export async function prepareJoin(
  open: OpenInvitation,
  choice: JoinChoice,
  platform: Platform,
  origin: string,
): Promise<DialogueRecord> {
  const { invitation, record, welcome } = open[secrets]
  const { random } = platform
  const name = cleanText(choice.name)
  const root = newSigningKey(random)
  const anchor = newSigningKey(random)
  const spaces = await Promise.all(welcome.spaces.map(({ name, space }) => newSpaceRecord(name, space, random)))
  const own = await newSpaceRecord('own', newId(random), random)
  const join: Join & { readonly v: 1 } = {
    v: 1,
    name,
    root: toBase64Url(root.publicKey),
    anchor: toBase64Url(anchor.publicKey),
    language: choice.language,
    spaces: await Promise.all(spaces.map((space) => joinSpace(space, root.secret))),
  }
  if (!joinShape.read(join, '').ok) throw new Failure('bad-text')
  const dialogue = decoded(welcome.charter.dialogue)
  const joinPublicKey = decoded(welcome.joinKey)
  const posted = await sealJoin({ invitation, dialogue, record, joinPublicKey }, utf8(JSON.stringify(join)))
  return {
    v: 1,
    local: newId(random).slice(0, 8),
    phase: 'waiting',
    origin,
    charter: welcome.charter,
    seat: welcome.seat,
    role: welcome.role,
    ...(welcome.side !== undefined && { side: welcome.side }),
    name,
    language: choice.language,
    rootSecret: toBase64Url(root.secret),
    anchorSecret: toBase64Url(anchor.secret),
    trustedRoots: welcome.roots,
    spaces: [...spaces, own],
    invitation: toBase64Url(invitation.id),
    ticket: toBase64Url(invitationTicket(invitation)),
    join: toBase64Url(posted),
    affirms: true,
  }
}

async function joinSpace(
  { name, space, device, loginSecret, sealingKeys }: SpaceRecord,
  rootSecret: Uint8Array,
): Promise<JoinSpace> {
  const first = sealingKeys[0] as SpaceRecord['sealingKeys'][number]
  const key = await sealingKeyFromSecret(first.number, decoded(first.secret))
  const record = sealingKeyRecord(signingKeyFromSecret(rootSecret), decoded(space), decoded(device), key)
  return {
    name,
    device,
    loginKey: toBase64Url(signingKeyFromSecret(decoded(loginSecret)).publicKey),
    sealingKey: toBase64Url(record.publicKey),
    signature: toBase64Url(record.signature),
  }
}

/** The six words by which others know this person's device, in a language that has a word list (IN9). */
export function wordsOf({ anchorSecret, rootSecret, language }: DialogueRecord): Promise<readonly string[]> {
  const publicKeyOf = (secret: string): Uint8Array => signingKeyFromSecret(decoded(secret)).publicKey
  return safetyWords({ anchor: publicKeyOf(anchorSecret), root: publicKeyOf(rootSecret) }, language)
}
