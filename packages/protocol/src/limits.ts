/** Every size and count that both ends of the wire must agree on. Bytes unless the name says otherwise. */

const KB = 1024

/** An entry's envelope is exactly one of these long, so that its length tells little of what is in it. */
export const ENTRY_SIZES = [1, 2, 4, 8, 16, 32].map((n) => n * KB) as readonly number[]
/** A header's envelope also holds the roster, and may be larger. */
export const HEADER_SIZES = [...ENTRY_SIZES, 64 * KB, 128 * KB, 256 * KB] as readonly number[]
export const MAX_ENVELOPE_BYTES = 256 * KB

export const MAX_DEVICES_PER_SPACE = 600
/** What the envelopes and grants that were ever stored for one space come to at most. */
export const MAX_SPACE_BYTES = 512 * 1024 * KB
/** How far ahead the date may be on which a space is purged. */
export const MAX_RETENTION_MS = 3_650 * 24 * 60 * 60 * 1000
/** Devices that may each have given one chapter again to one device: more than one, since one may have given a wrong key. */
export const MAX_REGRANTS = 4
/** Chapters that one answer names. */
export const MAX_REGRANTED_AT_ONCE = 256
export const SEALING_PUBLIC_BYTES = 1216
export const SEALING_ENC_BYTES = 1120

/** What the joiner reads before joining: who convenes, ground rules, what is protected. */
export const MAX_RECORD_BYTES = 64 * KB
export const MAX_JOIN_BYTES = 32 * KB
/** Joins the relay keeps for one invitation; a facilitator admits none when more than one is valid. */
export const MAX_JOINS_PER_INVITATION = 4

/** One message on the wire: a batch with its header, and a grant and a key for each device. */
export const MAX_MESSAGE_BYTES = 2048 * KB
/** An HTTP body. */
export const MAX_BODY_BYTES = 128 * KB
/** How long after its opening a chapter must be followed by another, and at how many envelopes. */
export const CHAPTER_MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000
export const CHAPTER_MAX_ENVELOPES = 500
/** A chapter id and its share that no batch has used are forgotten after this. */
export const RESERVATION_MS = 10 * 60 * 1000
export const MAX_INVITATION_MS = 30 * 24 * 60 * 60 * 1000
export const DEFAULT_INVITATION_MS = 72 * 60 * 60 * 1000
