import { cleanText, type DeviceChange, deviceSubject, type UnsignedChange } from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import {
  anchorFromRecoveryCode,
  invitationTicket,
  newRecoveryCode,
  newSigningKey,
  parseRecoveryCode,
  type SigningKey,
  safetyWords,
  sealingKeyFromSecret,
  sealingKeyRecord,
  sealJoin,
  signingKeyFromSecret,
  signTurn,
} from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import { Failure } from './errors.ts'
import { newId, newSpaceRecord } from './identity.ts'
import { type OpenInvitation, opened } from './invitation.ts'
import type { Platform } from './ports.ts'
import { makeProofs } from './proofs.ts'
import {
  type DialogueRecord,
  type Join,
  type JoinSpace,
  joinShape,
  type SpaceRecord,
  type Welcome,
  type WelcomeSpace,
} from './records.ts'

/** What a joiner chooses. */
export interface JoinChoice {
  /** To be known by; may be empty. Whoever comes to a seat that is theirs already keeps its name. */
  readonly name: string
  readonly language: string
  /** For a return: the recovery code as typed. */
  readonly recoveryCode?: string
  /** For a return: the seat's other devices are not lost, and stay. */
  readonly keepsOthers?: boolean
}

/** The seat's anchor, and what makes it where this device is to keep that. */
interface Anchor {
  readonly anchor: string
  readonly recoveryCode?: readonly string[]
}

/**
 * Draws the keys of a new device, and makes the join that the relay is to have. Nothing is sent yet. Throws
 * {@link Failure} `bad-text` for a name or a language that the other end would not take, `mistyped` for what is no recovery
 * code, `other-code` for one that is not of this seat.
 */
export async function prepareJoin(
  open: OpenInvitation,
  choice: JoinChoice,
  platform: Platform,
  origin: string,
): Promise<DialogueRecord> {
  const { invitation, welcome } = open[opened]
  const { random } = platform
  const { purpose, seated } = welcome
  const name = seated?.name ?? cleanText(choice.name)
  const root = newSigningKey(random)
  const signer = purpose === 'return' ? await anchorOf(welcome, choice.recoveryCode ?? '') : undefined
  const { anchor, recoveryCode }: Anchor = seated ?? (await newAnchor(choice.language, random))
  const spaces = await Promise.all(welcome.spaces.map(({ name: of, space }) => newSpaceRecord(of, space, random)))
  const own = purpose === 'device' ? [] : [await newSpaceRecord('own', newId(random), random)]
  const joined = await Promise.all(spaces.map((space) => joinSpace(space, root.secret)))
  const join: Join = {
    name,
    root: toBase64Url(root.publicKey),
    anchor,
    language: choice.language,
    spaces: signer
      ? joined.map((space) => returning(space, { welcome, root, signer, keepsOthers: choice.keepsOthers === true }))
      : joined,
  }
  const posted = await sealedJoin(open, join)
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
    anchor,
    ...(recoveryCode && { recoveryCode }),
    ...rootsOf(welcome),
    spaces: [...spaces, ...own],
    ...(purpose && { purpose }),
    invitation: toBase64Url(invitation.id),
    ticket: toBase64Url(invitationTicket(invitation)),
    join: toBase64Url(posted),
    // Whoever sits there already has accepted the rules, or is asked inside.
    affirms: purpose === undefined,
  }
}

/** A join as the relay is to have it. Throws {@link Failure} `bad-text` for one that the other end would not take. */
export async function sealedJoin(open: OpenInvitation, join: Join): Promise<Uint8Array> {
  const { invitation, record, welcome } = open[opened]
  const written = { v: 1, ...join }
  if (!joinShape.read(written, '').ok) throw new Failure('bad-text')
  const dialogue = decoded(welcome.charter.dialogue)
  const joinPublicKey = decoded(welcome.joinKey)
  return sealJoin({ invitation, dialogue, record, joinPublicKey }, utf8(JSON.stringify(written)))
}

/** Whose word this device takes for the first chapters that it reads: of its own space, only that of the one before it. */
function rootsOf({ purpose, role, roots }: Welcome): Pick<DialogueRecord, 'trustedRoots' | 'ownRoots'> {
  if (purpose !== 'device') return { trustedRoots: roots }
  return { trustedRoots: role === 'facilitator' ? roots : roots.slice(1), ownRoots: roots.slice(0, 1) }
}

async function newAnchor(language: string, random: Platform['random']): Promise<Anchor> {
  const recoveryCode = await newRecoveryCode(language, random)
  return { anchor: toBase64Url(anchorFromRecoveryCode(recoveryCode).publicKey), recoveryCode }
}

/** The anchor that a typed recovery code stands for, if it is this seat's. */
export async function anchorOf({ seated }: Welcome, typed: string): Promise<SigningKey> {
  const words = await parseRecoveryCode(typed)
  if (!words.ok) throw new Failure('mistyped', 0, undefined, words.error.words)
  const anchor = anchorFromRecoveryCode(words.value)
  if (toBase64Url(anchor.publicKey) !== seated?.anchor) throw new Failure('other-code')
  return anchor
}

export async function joinSpace(
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

/** What a return asks of a space: this device comes in, and the others go unless they are to stay (DV7). */
export function returning(
  space: JoinSpace,
  of: {
    readonly welcome: Welcome
    readonly root: SigningKey
    readonly signer: SigningKey
    readonly keepsOthers: boolean
  },
): JoinSpace {
  const { charter, seat, spaces } = of.welcome
  const { revision = 0, devices = [] } = spaces.find(({ name }) => name === space.name) as WelcomeSpace
  const root = toBase64Url(of.root.publicKey)
  const unsigned: readonly UnsignedChange[] = [
    { type: 'device-added', seat, device: { device: space.device, root } },
    ...(of.keepsOthers ? [] : devices).map((device) => ({ type: 'device-removed', seat, device }) as const),
  ]
  const proofs = makeProofs()
  const changes = unsigned.map((change, at): DeviceChange => {
    const subject = deviceSubject(proofs, charter, space.name, { id: seat, revision: revision + at }, change)
    return { ...change, voucher: toBase64Url(signTurn(of.signer, decoded(subject))) } as DeviceChange
  })
  return { ...space, changes }
}

/** The six words by which others know this person's device, in a language that has a word list (IN9). */
export const wordsOf = ({ anchor, rootSecret, language }: DialogueRecord): Promise<readonly string[]> =>
  safetyWords({ anchor: decoded(anchor), root: signingKeyFromSecret(decoded(rootSecret)).publicKey }, language)
