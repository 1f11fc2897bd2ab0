import {
  type Charter,
  charterShape,
  MAX_NAME_CHARS,
  type Role,
  type SeatId,
  type SideId,
  type SpaceName,
  sideShape,
  spaceShape,
} from '@antechamber/core'
import { list, match, object, oneOf, optional, type Shape, text, whole } from '@antechamber/core/shape'
import { ID_BYTES, PUBLIC_KEY_BYTES, SEALING_PUBLIC_BYTES, SIGNATURE_BYTES } from '@antechamber/protocol'
import { base64url } from './encoding.ts'

/** One space as this device belongs to it. Secrets in base64url; the whole record is sealed under the vault key. */
export interface SpaceRecord {
  readonly name: SpaceName
  readonly space: string
  /** This device's pseudonym in the space. */
  readonly device: string
  readonly loginSecret: string
  /** Sealing keys that may still be needed, oldest first. */
  readonly sealingKeys: readonly { readonly number: number; readonly secret: string }[]
}

/** How far this device has come with a dialogue. */
export type Phase = 'founding' | 'waiting' | 'inside' | 'declined' | 'leaving' | 'left'

/** A dialogue as this device keeps it. */
export interface DialogueRecord {
  readonly v: 1
  /** The dialogue's name in this device's address bar, which tells nothing. */
  readonly local: string
  readonly phase: Phase
  readonly origin: string
  readonly charter: Charter
  readonly seat: SeatId
  readonly role: Role
  readonly side?: SideId
  readonly name: string
  readonly language: string
  readonly rootSecret: string
  readonly anchorSecret: string
  readonly trustedRoots: readonly string[]
  readonly spaces: readonly SpaceRecord[]
  /** While founding: the desk's secret. */
  readonly desk?: string
  /** While waiting: the invitation's id, for asking what became of it. */
  readonly invitation?: string
  /** While joining: what shows the relay that we were invited. */
  readonly ticket?: string
  /** While joining: what is to be left at the relay, until it is there. */
  readonly join?: string
  /** Somebody who has accepted the rules while joining affirms them as the first thing that they do inside. */
  readonly affirms: boolean
}

/** An invitation as the facilitator's device that made it keeps it. */
export interface InvitationRecord {
  readonly v: 1
  readonly id: string
  /** What opens it, and the joins that it brings. Gone once nobody can come by it any more. */
  readonly opening?: InvitationOpening
  readonly seat: SeatId
  readonly role: Role
  readonly side?: SideId
  /** The facilitator's own note of whom it is for; it never leaves this device. */
  readonly label: string
  readonly expiresAt: number
  readonly madeAt: number
  readonly state: 'open' | 'admitted' | 'declined' | 'revoked'
  /** The relay has not confirmed yet that it has closed it: it is told again. */
  readonly isUntold?: true
}

/** The secrets of an invitation that is open. */
export interface InvitationOpening {
  readonly secret: string
  readonly joinSecret: string
  /** The record as the relay has it. */
  readonly record: string
  readonly spokenCode?: readonly string[]
}

/** What the joiner reads before joining. No roster: an invitee cannot see who is in (R51). */
export interface Welcome {
  readonly seat: SeatId
  readonly role: Role
  readonly side?: SideId | undefined
  readonly joinKey: string
  readonly roots: readonly string[]
  readonly spaces: readonly { readonly name: SpaceName; readonly space: string }[]
  readonly expiresAt: number
  readonly charter: Charter
}

/** What the joiner says of themselves. */
export interface Join {
  readonly name: string
  readonly root: string
  readonly anchor: string
  readonly language: string
  readonly spaces: readonly JoinSpace[]
}

export interface JoinSpace {
  readonly name: SpaceName
  readonly device: string
  readonly loginKey: string
  readonly sealingKey: string
  readonly signature: string
}

const id = <T extends string>(): Shape<T> => base64url<T>(ID_BYTES, 'an id')
const publicKey = base64url(PUBLIC_KEY_BYTES, 'a public key')
const sealingKey = base64url(SEALING_PUBLIC_BYTES, 'a sealing key')
const role = oneOf('facilitator', 'participant')
const language = match(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language')

export const welcomeShape: Shape<Welcome> = object({
  v: whole(1, 1),
  seat: id<SeatId>(),
  role,
  side: optional(sideShape),
  joinKey: sealingKey,
  roots: list(publicKey, 16, 1),
  spaces: list(object({ name: spaceShape, space: id<string>() }), 16, 1),
  expiresAt: whole(0, 8_640_000_000_000_000),
  charter: charterShape,
})

export const joinShape: Shape<Join> = object({
  v: whole(1, 1),
  name: text(MAX_NAME_CHARS, 0),
  root: publicKey,
  anchor: publicKey,
  language,
  spaces: list(
    object({
      name: spaceShape,
      device: id<string>(),
      loginKey: publicKey,
      sealingKey,
      signature: base64url(SIGNATURE_BYTES, 'a signature'),
    }),
    16,
    1,
  ),
})

/** An event that a command came to, and the words that it names. Salts in base64url. */
export interface PlannedEvent {
  readonly space: SpaceName
  readonly event: unknown
  readonly said?: readonly { readonly salt: string; readonly words: string }[]
}

/** A command that waits to be carried out, in the order in which it was given. */
export interface QueuedCommand {
  readonly v: 1
  readonly id: string
  readonly order: number
  readonly command: unknown
  /** What it was decided to mean, once it has been; kept so that half a command is finished and not begun again. */
  readonly plan?: readonly PlannedEvent[]
  /** Given by the device itself: if it is refused, nobody need be told. */
  readonly automatic?: true
  /** The code of the rule that refused it. */
  readonly refusal?: string
}

export const dialogueName = (local: string): string => `dialogue/${local}`
export const invitationName = (local: string, invitation: string): string => `invitation/${local}/${invitation}`
export const queueName = (local: string, order: number): string => `queue/${local}/${String(order).padStart(12, '0')}`
export const draftName = (local: string, field: string): string => `draft/${local}/${field}`
/** What was still being written in a field when its page ended, and the key that it is sealed with. */
export const lateDraftName = (local: string, field: string): string => `late/${local}/${field}`
export const isOfLastTexts = (name: string): boolean => name.startsWith('late/') || name.startsWith('latekey/')
export const lateKeyName = (local: string, field: string): string => `latekey/${local}/${field}`
export const contentKeyName = (space: string, chapter: string): string => `key/${space}/${chapter}`
/** What a device remembers of what it has deleted. */
export const goneName = (space: string): string => `gone/${space}`
export const freshnessName = (space: string): string => `fresh/${space}`
export const logName = (space: string, n: number): string => `log/${space}/${String(n).padStart(12, '0')}`
/** The number in the name of a log's record. */
export const numberOf = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1))

/** Beginnings of the names of everything that a device keeps of a dialogue. */
export const namesOf = ({ local, spaces }: DialogueRecord): readonly string[] => [
  dialogueName(local),
  ...['invitation', 'queue', 'draft', 'late', 'latekey'].map((kind) => `${kind}/${local}/`),
  ...spaces.flatMap(({ space }) => [`key/${space}/`, `log/${space}/`, freshnessName(space), goneName(space)]),
]
