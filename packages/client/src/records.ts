import {
  type Charter,
  charterShape,
  type DeviceChange,
  deviceChangeShape,
  type Helper,
  MAX_DEVICES,
  MAX_NAME_CHARS,
  type Role,
  type RoundKey,
  type SeatId,
  type SideId,
  type SpaceName,
  sideShape,
  spaceShape,
} from '@antechamber/core'
import { list, match, object, oneOf, optional, type Shape, text, whole } from '@antechamber/core/shape'
import { ID_BYTES, PUBLIC_KEY_BYTES, SEALING_PUBLIC_BYTES, SIGNATURE_BYTES } from '@antechamber/protocol'
import { base64url } from './encoding.ts'
import { type Permit, permitShape } from './rescue/wish.ts'

/** A sealing key. `since`: the number of the header with which it was made; no chapter before was granted to it. */
export interface KeptSealingKey {
  readonly number: number
  readonly secret: string
  readonly since?: number
}

/** One space as this device belongs to it. Secrets in base64url; the whole record is sealed under the vault key. */
export interface SpaceRecord {
  readonly name: SpaceName
  readonly space: string
  /** This device's pseudonym in the space. */
  readonly device: string
  readonly loginSecret: string
  /** Sealing keys that may still be needed, oldest first. */
  readonly sealingKeys: readonly KeptSealingKey[]
  /** Of a leg: root keys whose word is taken for its first chapter; left out until this device is told that it is let in. */
  readonly openers?: readonly string[]
  /** Of a leg: this device has read in it. If the relay does not know it there any more, it was taken out. */
  readonly wasIn?: true
  /** Of a leg: when this device has last written a note about it, by the root key that it was for, ms since the epoch. */
  readonly asked?: Readonly<Record<string, number>>
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
  /** The public key of the seat's anchor. */
  readonly anchor: string
  /** What the anchor is made from, until this person has it on paper: then no device has it any more (DV1). */
  readonly recoveryCode?: readonly string[]
  readonly trustedRoots: readonly string[]
  /** Root keys of this seat's other devices that had opened its own space before this one was added. */
  readonly ownRoots?: readonly string[]
  readonly spaces: readonly SpaceRecord[]
  /** Ids of own beginnings of legs that have given way to others (LE3): what is kept of them goes with the rest. */
  readonly givenUp?: readonly string[]
  /** While founding: the desk's secret. */
  readonly desk?: string
  /** While waiting: the invitation's id, for asking what became of it. */
  readonly invitation?: string
  /** While joining: what shows the relay that we were invited. */
  readonly ticket?: string
  /** While joining: what is to be left at the relay, until it is there. */
  readonly join?: string
  /** What brought this device to a seat that was somebody's already. A further device opens no space of its own. */
  readonly purpose?: InvitationPurpose
  /** Who helps this device in, of each side, as their own invitations name them (DV12). */
  readonly helpers?: readonly Helper[]
  /** Their invitations, in the place of one of a facilitator's. */
  readonly rescues?: readonly RescueLink[]
  /** Spaces that nobody else has the keys of, until this device has opened others in their place. */
  readonly reopens?: true
  /** Somebody who has accepted the rules while joining affirms them as the first thing that they do inside. */
  readonly affirms: boolean
}

/** A helper's invitation. `ticket` and `join` are gone once the join is at the relay. */
export interface RescueLink {
  readonly invitation: string
  readonly ticket?: string
  readonly join?: string
}

/**
 * What an invitation is for, beside letting in somebody new: a further device of a seat, which another of its devices adds,
 * somebody's way back to their seat with their recovery code, or a participant's help for a facilitator who is alone.
 */
export type InvitationPurpose = 'device' | 'return' | 'rescue'

/** An invitation as the device that made it keeps it. */
export interface InvitationRecord {
  readonly v: 1
  readonly id: string
  /** What opens it, and the joins that it brings. Gone once nobody can come by it any more. */
  readonly opening?: InvitationOpening
  /** Left out for somebody new. */
  readonly purpose?: InvitationPurpose
  readonly seat: SeatId
  /** The seat's anchor, where it has one already. */
  readonly anchor?: string
  readonly role: Role
  readonly side?: SideId
  /** The facilitator's own note of whom it is for; it never leaves this device. */
  readonly label: string
  readonly expiresAt: number
  readonly madeAt: number
  readonly state: 'open' | 'admitted' | 'declined' | 'revoked'
  /** The root key of a further device that this person has said yes to, and that is not in every space yet. */
  readonly accepted?: string
  /** The space that it was made in, where that is another than the usual one before. */
  readonly madeIn?: SpaceName
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
  /** Left out for somebody new. */
  readonly purpose?: InvitationPurpose | undefined
  /** The seat's name and anchor, and the devices that it has, where somebody sits on it already. */
  readonly seated?: Seated | undefined
  readonly seat: SeatId
  readonly role: Role
  readonly side?: SideId | undefined
  readonly joinKey: string
  /** Those who may have opened the first chapter that is read; for a further device, first the one that invites it. */
  readonly roots: readonly string[]
  readonly spaces: readonly WelcomeSpace[]
  readonly expiresAt: number
  readonly charter: Charter
}

/** What somebody who comes with another device is told of their own seat. */
export interface Seated {
  readonly name: string
  readonly anchor: string
}

/** A space of the seat that an invitation opens. For a return: how the seat stands in it. */
export interface WelcomeSpace {
  readonly name: SpaceName
  readonly space: string
  readonly revision?: number | undefined
  readonly devices?: readonly string[] | undefined
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
  /** For a return: what the anchor has signed, this device and the ones that go. */
  readonly changes?: readonly DeviceChange[] | undefined
  /** For a rescue: what the relay is to be shown. */
  readonly permit?: Permit | undefined
}

/** As many root keys as a welcome names. */
export const MAX_WELCOME_ROOTS = 64

const id = <T extends string>(): Shape<T> => base64url<T>(ID_BYTES, 'an id')
const publicKey = base64url(PUBLIC_KEY_BYTES, 'a public key')
const sealingKey = base64url(SEALING_PUBLIC_BYTES, 'a sealing key')
const role = oneOf('facilitator', 'participant')
const language = match(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language')

export const welcomeShape: Shape<Welcome> = object({
  v: whole(1, 1),
  purpose: optional(oneOf('device', 'return', 'rescue')),
  seated: optional(object({ name: text(MAX_NAME_CHARS, 0), anchor: publicKey })),
  seat: id<SeatId>(),
  role,
  side: optional(sideShape),
  joinKey: sealingKey,
  roots: list(publicKey, MAX_WELCOME_ROOTS, 1),
  spaces: list(
    object({
      name: spaceShape,
      space: id<string>(),
      revision: optional(whole(0, 9999)),
      devices: optional(list(id<string>(), MAX_DEVICES)),
    }),
    16,
    1,
  ),
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
      changes: optional(list(deviceChangeShape, 1 + MAX_DEVICES, 1)),
      permit: optional(permitShape),
    }),
    16,
    1,
  ),
})

/** An event that a command came to, and the words that it names. In base64url: salts, and keys of rounds. */
export interface PlannedEvent {
  readonly space: SpaceName
  readonly event: unknown
  readonly said?: readonly { readonly salt: string; readonly words: string; readonly to?: RoundKey }[]
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
export const rescueName = (local: string, invitation: string): string => `rescue/${local}/${invitation}`
export const furtherName = (local: string, invitation: string): string => `further/${local}/${invitation}`
export const knownDevicesName = (local: string): string => `known-devices/${local}`
export const queueName = (local: string, order: number): string => `queue/${local}/${String(order).padStart(12, '0')}`
export const draftName = (local: string, field: string): string => `draft/${local}/${field}`
/** What was still being written in a field when its page ended, and the key that it is sealed with. */
export const lateDraftName = (local: string, field: string): string => `late/${local}/${field}`
export const isOfLastTexts = (name: string): boolean => name.startsWith('late/') || name.startsWith('latekey/')
export const lateKeyName = (local: string, field: string): string => `latekey/${local}/${field}`
export const contentKeyName = (space: string, chapter: string): string => `key/${space}/${chapter}`
/** Up to where this person has read their legs. */
export const readName = (local: string): string => `read/${local}`
/** What a device remembers of what it has deleted. */
export const goneName = (space: string): string => `gone/${space}`
/** The chapters from before this device came whose keys it has. */
export const pastName = (space: string): string => `past/${space}`
/** The root keys of a space's keepers, as this device last knew them. */
export const keepersName = (space: string): string => `keepers/${space}`
/** The relay's share of a chapter, where the charter allows reading offline. */
export const shareName = (space: string, chapter: string): string => `${sharesOf(space)}${chapter}`
export const sharesOf = (space: string): string => `share/${space}/`
/** When this device was last connected to a space, where the charter allows reading offline. */
export const connectedName = (space: string): string => `connected/${space}`
export const freshnessName = (space: string): string => `fresh/${space}`
export const logName = (space: string, n: number): string => `log/${space}/${String(n).padStart(12, '0')}`
/** The last part of a record's name. */
export const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/** The number in the name of a log's record. */
export const numberOf = (name: string): number => Number(lastOf(name))

/** Beginnings of the names of everything that a device keeps of a dialogue. */
export const namesOf = ({ local, spaces, givenUp = [] }: DialogueRecord): readonly string[] => [
  dialogueName(local),
  knownDevicesName(local),
  readName(local),
  ...['invitation', 'further', 'rescue', 'queue', 'draft', 'late', 'latekey'].map((kind) => `${kind}/${local}/`),
  ...[...spaces.map(({ space }) => space), ...givenUp].flatMap((space) => [
    `key/${space}/`,
    `log/${space}/`,
    sharesOf(space),
    freshnessName(space),
    connectedName(space),
    goneName(space),
    keepersName(space),
    pastName(space),
  ]),
]
