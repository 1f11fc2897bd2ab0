import {
  bytes,
  type Carried,
  decode,
  ENVELOPE_OVERHEAD,
  type Envelope,
  encode,
  encodeEnvelope,
  equalBytes,
  err,
  fixed,
  HASH_BYTES,
  HEADER,
  MAX_ENVELOPE_BYTES,
  NONCE_BYTES,
  ok,
  type Result,
  rest,
  SHARE_BYTES,
  SIGNATURE_BYTES,
  sizeClass,
  struct,
  tagged,
  u64,
} from '@antechamber/protocol'
import { open, seal, TAG_BYTES } from './aead.ts'
import {
  type ChapterPlace,
  type Commitments,
  commitToChapterKey,
  commitToContentKey,
  deriveChapterKey,
  type OpenChapter,
} from './chapter.ts'
import { hash, taggedHash } from './hashing.ts'
import { isAllZero, padTo } from './padding.ts'
import type { Random } from './random.ts'
import { type ChapterKey, type ContentKey, reveal } from './secrets.ts'
import { type SigningKey, sign, verify } from './signing.ts'

const hash32 = fixed(HASH_BYTES)

/** A header's `sealed`. Source: docs/spec/chapters.md, "Opening". */
const sealedHeader = struct({
  previous: hash32,
  n: u64,
  logHash: hash32,
  commitCk: hash32,
  commitK: hash32,
  snapshotHash: hash32,
  signature: fixed(SIGNATURE_BYTES),
  ciphertext: rest,
})
type SealedHeader = Carried<typeof sealedHeader>

const CLEAR_BYTES = 5 * HASH_BYTES + 8 + SIGNATURE_BYTES
const SEALED_OVERHEAD = ENVELOPE_OVERHEAD + CLEAR_BYTES + TAG_BYTES
/** In front of the snapshot, inside the seal: its u32 length. */
const LENGTH_BYTES = 4

/** The longest snapshot that a header can carry. */
export const MAX_SNAPSHOT_BYTES = MAX_ENVELOPE_BYTES - SEALED_OVERHEAD - LENGTH_BYTES
const paddedSnapshot = struct({ snapshot: bytes(MAX_SNAPSHOT_BYTES), padding: rest })

/** The head of the log that a header was appended to, and the header before it. */
export interface PreviousHead {
  /** Hash of the previous header; 32 zero bytes for a space's first. */
  readonly headerHash: Uint8Array
  readonly n: number
  readonly logHash: Uint8Array
}

/** The clear part of a header, which needs no key. */
export interface HeaderFacts extends Commitments {
  readonly previous: Uint8Array
  readonly n: number
  readonly logHash: Uint8Array
  readonly snapshotHash: Uint8Array
  readonly headerHash: Uint8Array
}

/** `field`: the path to the field that is not as written in the specification. */
export type MalformedHeader = { readonly code: 'malformed'; readonly field: string }

/**
 * Why a header is refused.
 *
 * - `wrong-key`: this content key is not the one that the header commits to
 * - `wrong-share`: the content key is, but with this share it does not give the chapter's key: the server's fault (CH6)
 * - `unreadable`: envelope id, nonce or sealed bytes were changed
 * - `snapshot-mismatch`: the snapshot inside is not the one whose hash stands outside
 */
export type HeaderFault =
  | MalformedHeader
  | { readonly code: 'wrong-key' }
  | { readonly code: 'wrong-share' }
  | { readonly code: 'unreadable' }
  | { readonly code: 'snapshot-mismatch' }

declare const verified: unique symbol
const hidden: unique symbol = Symbol('hidden')

/** A header that opened; who made it is not yet known, and it opens no chapter before {@link verifyHeader}. */
export interface UnverifiedHeader {
  readonly facts: HeaderFacts
  /** Names the opener, whose root key {@link verifyHeader} needs. Believe nothing else of it yet. */
  readonly claimedSnapshot: Uint8Array
  readonly [hidden]: { readonly chapter: OpenChapter; readonly signature: Uint8Array }
}

/** A header that its opener signed. */
export interface Header {
  readonly facts: HeaderFacts
  readonly snapshot: Uint8Array
  readonly chapter: OpenChapter
  readonly [verified]: true
}

type Place = Pick<ChapterPlace, 'space' | 'chapter'>
type Unhashed = Omit<HeaderFacts, 'headerHash'>

const signedPart = (place: Place, facts: Unhashed): Uint8Array =>
  tagged(
    'header',
    place.space,
    place.chapter,
    facts.previous,
    encode(u64, facts.n),
    facts.logHash,
    facts.commitCk,
    facts.commitK,
    facts.snapshotHash,
  )

const sealData = (place: Place, envelopeId: Uint8Array, headerHash: Uint8Array): Uint8Array =>
  tagged('header-seal', place.space, place.chapter, envelopeId, headerHash)

const hashSnapshot = (dialogue: Uint8Array, snapshot: Uint8Array): Uint8Array =>
  taggedHash('snapshot', dialogue, snapshot)

/** What {@link createHeader} needs. `envelopeId` 16 bytes; `share` the relay's 32. */
export interface NewHeader {
  readonly place: ChapterPlace
  readonly share: Uint8Array
  readonly contentKey: ContentKey
  readonly envelopeId: Uint8Array
  readonly previous: PreviousHead
  readonly snapshot: Uint8Array
  readonly root: SigningKey
  readonly random: Random
}

/**
 * Makes the envelope that opens a chapter, and opens the chapter for its maker.
 *
 * @throws RangeError when the snapshot is longer than {@link MAX_SNAPSHOT_BYTES}: what governs is kept shorter (DG13)
 *
 * Source: docs/spec/chapters.md, rule CH5.
 */
export function createHeader(args: NewHeader): {
  readonly envelope: Uint8Array
  readonly header: HeaderFacts
  readonly chapter: OpenChapter
} {
  const { place, contentKey, envelopeId, previous, snapshot, root, random } = args
  const key = deriveChapterKey(place, contentKey, args.share)
  const unhashed: Unhashed = {
    previous: previous.headerHash,
    n: previous.n,
    logHash: previous.logHash,
    commitCk: commitToContentKey(place, contentKey),
    commitK: commitToChapterKey(place, key),
    snapshotHash: hashSnapshot(place.dialogue, snapshot),
  }
  const preimage = signedPart(place, unhashed)
  const header: HeaderFacts = { ...unhashed, headerHash: hash(preimage) }
  const nonce = random(NONCE_BYTES)
  const ciphertext = seal(reveal(key), nonce, sealData(place, envelopeId, header.headerHash), padSnapshot(snapshot))
  const sealed = encode(sealedHeader, { ...unhashed, signature: sign(root, preimage), ciphertext })
  const { space, chapter } = place
  return {
    envelope: encodeEnvelope({ kind: HEADER, space, chapter, id: envelopeId, nonce, sealed }),
    header,
    chapter: { place, headerHash: header.headerHash, key },
  }
}

function padSnapshot(snapshot: Uint8Array): Uint8Array {
  const content = encode(bytes(MAX_SNAPSHOT_BYTES), snapshot)
  const size = sizeClass(HEADER, SEALED_OVERHEAD + content.length)
  if (size === undefined) throw new RangeError(`a snapshot of ${snapshot.length} bytes fits no header`)
  return padTo(size - SEALED_OVERHEAD, content)
}

/** The clear part of a header's envelope: for checking its place in the log (CH7), and grants. Needs no key. */
export function readHeader(envelope: Envelope): Result<HeaderFacts, MalformedHeader> {
  const read = readSealed(envelope)
  return read.ok ? ok(read.value.facts) : read
}

function readSealed(
  envelope: Envelope,
): Result<{ readonly facts: HeaderFacts; readonly sealed: SealedHeader }, MalformedHeader> {
  if (envelope.kind !== HEADER) return err({ code: 'malformed', field: 'kind' })
  const decoded = decode(sealedHeader, envelope.sealed, MAX_ENVELOPE_BYTES)
  if (!decoded.ok) return err({ code: 'malformed', field: `sealed.${decoded.error.field}` })
  const { signature: _, ciphertext: __, ...unhashed } = decoded.value
  const facts = { ...unhashed, headerHash: hash(signedPart(envelope, unhashed)) }
  return ok({ facts, sealed: decoded.value })
}

/**
 * Opens a header with its chapter's content key and the relay's share. The first fault is told, in the order in which
 * {@link HeaderFault} lists them.
 *
 * Source: docs/spec/chapters.md, rules CH5 and CH6.
 */
export function openHeader(
  envelope: Envelope,
  dialogue: Uint8Array,
  contentKey: ContentKey,
  share: Uint8Array,
): Result<UnverifiedHeader, HeaderFault> {
  const read = readSealed(envelope)
  if (!read.ok) return read
  const { facts, sealed } = read.value
  const place = { dialogue, space: envelope.space, chapter: envelope.chapter }
  const key = unlock(place, facts, contentKey, share)
  if (!key.ok) return key
  const opened = openSnapshot(envelope, facts, key.value, sealed.ciphertext)
  if (!opened.ok) return opened
  if (!equalBytes(hashSnapshot(dialogue, opened.value), facts.snapshotHash)) return err({ code: 'snapshot-mismatch' })
  const chapter = { place, headerHash: facts.headerHash, key: key.value }
  return ok({ facts, claimedSnapshot: opened.value, [hidden]: { chapter, signature: sealed.signature } })
}

/** K, if both halves are those that the header commits to. */
function unlock(
  place: ChapterPlace,
  commitments: Commitments,
  contentKey: ContentKey,
  share: Uint8Array,
): Result<ChapterKey, HeaderFault> {
  if (!equalBytes(commitToContentKey(place, contentKey), commitments.commitCk)) return err({ code: 'wrong-key' })
  // Zeros behind a shorter share would make no other key: HKDF takes a salt for the same with and without them.
  if (share.length !== SHARE_BYTES) return err({ code: 'wrong-share' })
  const key = deriveChapterKey(place, contentKey, share)
  return equalBytes(commitToChapterKey(place, key), commitments.commitK) ? ok(key) : err({ code: 'wrong-share' })
}

function openSnapshot(
  envelope: Envelope,
  facts: HeaderFacts,
  key: ChapterKey,
  ciphertext: Uint8Array,
): Result<Uint8Array, HeaderFault> {
  const additional = sealData(envelope, envelope.id, facts.headerHash)
  const opened = open(reveal(key), envelope.nonce, additional, ciphertext)
  if (opened === undefined) return err({ code: 'unreadable' })
  const content = decode(paddedSnapshot, opened, MAX_ENVELOPE_BYTES)
  if (!content.ok) return err({ code: 'malformed', field: content.error.field })
  return isAllZero(content.value.padding) ? ok(content.value.snapshot) : err({ code: 'malformed', field: 'padding' })
}

/**
 * Checks the opener's signature; only then is there a chapter to work with.
 *
 * @param rootPublic the root key of the device that the snapshot names as its opener. Whether that device may open this
 *   chapter is asked of the snapshot before (CH11), not here.
 *
 * Source: docs/spec/chapters.md, rule CH5.
 */
export function verifyHeader(
  header: UnverifiedHeader,
  rootPublic: Uint8Array,
): Result<Header, { readonly code: 'bad-signature' }> {
  const { facts, claimedSnapshot, [hidden]: inside } = header
  if (!verify(rootPublic, signedPart(inside.chapter.place, facts), inside.signature))
    return err({ code: 'bad-signature' })
  return ok({ facts, snapshot: claimedSnapshot, chapter: inside.chapter } as Header)
}
