import { bytes, type Carried, fixed, flag, list, optional, struct, u8, u16, u32, u64, variant } from './codec.ts'
import { HASH_BYTES, id, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './envelope.ts'
import { accessCodec, grantCodec, sealingKeyCodec } from './grants.ts'
import {
  MAX_DEVICES_PER_SPACE,
  MAX_ENVELOPE_BYTES,
  MAX_JOIN_BYTES,
  MAX_JOINS_PER_INVITATION,
  MAX_RECORD_BYTES,
  MAX_REGRANTED_AT_ONCE,
  MAX_REGRANTS,
} from './limits.ts'

/** Protocol versions that this code speaks, best first. */
export const PROTOCOL_VERSIONS = [3, 2] as const
/** Requests that older versions do not have, by the version that they came with; the others came with the first. */
const CAME_WITH: { readonly [type: string]: number } = {
  regrant: 3,
  regrants: 3,
  regranted: 3,
  'drop-regrants': 3,
  chapter: 3,
  'set-way-back': 3,
  rescue: 3,
}

/** Whether a message is one of that version (WR22). */
export const isOfVersion = (type: DeviceMessage['type'], version: number): boolean => version >= (CAME_WITH[type] ?? 0)

/** Bytes of the random values that both ends put into a log-in. */
export const LOGIN_NONCE_BYTES = 32
/** What shows that one has sent words (LG13). */
export const WITHDRAWAL_SECRET_BYTES = 32
/** The relay's shred share of a chapter (CH4). */
export const SHARE_BYTES = 32

/** The device's number for a request; the answer carries it back. 0 is never used. */
const ref = u32
const hash = fixed(HASH_BYTES)
const envelope = bytes(MAX_ENVELOPE_BYTES)

/** What became of an invitation, by its number on the wire. `waiting`: somebody has joined and is not yet admitted. */
export const INVITATION_STATES = ['open', 'waiting', 'admitted', 'declined', 'revoked', 'expired'] as const
export type InvitationState = (typeof INVITATION_STATES)[number]

/** What opens a chapter (CH3). */
const batch = {
  ref,
  head: u64,
  headHash: hash,
  header: envelope,
  grants: list(grantCodec, MAX_DEVICES_PER_SPACE),
  admit: list(accessCodec, MAX_DEVICES_PER_SPACE),
  remove: list(id, MAX_DEVICES_PER_SPACE),
  keys: list(sealingKeyCodec, MAX_DEVICES_PER_SPACE),
}

/** Device to relay, one message a WebSocket frame. The order of a connection: hello, login, then the others (WR3). */
export const deviceMessage = variant({
  hello: [1, struct({ versions: list(u8, 16) })],
  login: [
    2,
    struct({
      space: id,
      device: id,
      nonce: fixed(LOGIN_NONCE_BYTES),
      signature: fixed(SIGNATURE_BYTES),
    }),
  ],
  append: [3, struct({ ref, envelope })],
  reserve: [4, struct({ ref })],
  batch: [5, struct(batch)],
  tail: [6, struct({ ref, after: u64 })],
  'publish-key': [7, struct({ ref, key: sealingKeyCodec })],
  keys: [8, struct({ ref })],
  grant: [9, struct({ ref, chapter: id })],
  invite: [
    10,
    struct({
      ref,
      invitation: id,
      expiresAt: u64,
      ticketHash: hash,
      record: bytes(MAX_RECORD_BYTES),
    }),
  ],
  'close-invitation': [11, struct({ ref, invitation: id, state: u8 })],
  joins: [12, struct({ ref, invitation: id })],
  ping: [13, struct({ ref })],
  withdraw: [14, struct({ ref, secret: fixed(WITHDRAWAL_SECRET_BYTES) })],
  /** All up to and with this chapter (WR23). */
  destroy: [15, struct({ ref, chapter: id })],
  /** One's own key of a chapter, for a device that has none (WR25). */
  regrant: [16, struct({ ref, chapter: id, grant: grantCodec })],
  /** Which chapters a device has been given so, of those that begin behind `after` and that one may read oneself. */
  regrants: [17, struct({ ref, device: id, after: u64 })],
  /** The share of a chapter that one was given so, and what was given. */
  regranted: [18, struct({ ref, chapter: id })],
  /** Takes away what one was given of a chapter, so that it can be given again. */
  'drop-regrants': [19, struct({ ref, chapter: id })],
  /** The envelopes of a chapter after `after`, and the header behind it (WR26). */
  chapter: [20, struct({ ref, chapter: id, after: u64 })],
  /** Whose permit a way back would take, as {@link wayBackOf} hashes it; none where two keep the space (WR28). */
  'set-way-back': [21, struct({ ref, wayBack: optional(hash) })],
  /** A batch by a device that is no keeper's, with the permit of whoever comes back: the anchor's signature (WR28). */
  rescue: [22, struct({ ...batch, anchor: fixed(PUBLIC_KEY_BYTES), revision: u32, permit: fixed(SIGNATURE_BYTES) })],
})
export type DeviceMessage = Carried<typeof deviceMessage>

/** One place in the log: the envelope, or the hash it left when it was withdrawn or purged. */
export const logItem = struct({
  n: u64,
  envelope: optional(envelope),
  envelopeHash: hash,
})
export type LogItem = Carried<typeof logItem>

/** A chapter that a device was given again: from which number on it is, by how many, and whether by who asks. */
export const regrantedChapter = struct({ chapter: id, first: u64, givers: u8, mine: flag })
export type RegrantedChapter = Carried<typeof regrantedChapter>

/** Relay to device. `ref` 0 in `refused`: it ends the connection and answers no request. */
export const relayMessage = variant({
  welcome: [1, struct({ version: u8, nonce: fixed(LOGIN_NONCE_BYTES) })],
  /** `since`: the first envelope that concerns this device (WR18). */
  entered: [2, struct({ head: u64, headHash: hash, now: u64, since: u64 })],
  refused: [3, struct({ ref, code: u16, retryAfterMs: u32 })],
  done: [4, struct({ ref })],
  appended: [5, struct({ ref, n: u64 })],
  reserved: [6, struct({ ref, chapter: id, share: fixed(SHARE_BYTES) })],
  items: [7, struct({ ref, head: u64, items: list(logItem, 500) })],
  keys: [8, struct({ ref, keys: list(sealingKeyCodec, MAX_DEVICES_PER_SPACE) })],
  granted: [9, struct({ ref, share: fixed(SHARE_BYTES), grant: optional(grantCodec) })],
  joins: [
    10,
    struct({
      ref,
      joins: list(bytes(MAX_JOIN_BYTES), MAX_JOINS_PER_INVITATION),
    }),
  ],
  joined: [11, struct({ invitation: id })],
  regrants: [12, struct({ ref, chapters: list(regrantedChapter, MAX_REGRANTED_AT_ONCE) })],
  regranted: [13, struct({ ref, share: fixed(SHARE_BYTES), grants: list(grantCodec, MAX_REGRANTS) })],
  /** `first`: the number of its header; `next`: of the header behind it, none while it is the current one. */
  chapter: [14, struct({ ref, first: u64, next: optional(u64), items: list(logItem, 500) })],
})
export type RelayMessage = Carried<typeof relayMessage>
