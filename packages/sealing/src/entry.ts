import {
  bytes,
  decode,
  ENTRY,
  ENVELOPE_OVERHEAD,
  type Envelope,
  encode,
  encodeEnvelope,
  equalBytes,
  err,
  fixed,
  HASH_BYTES,
  id,
  MAX_ENVELOPE_BYTES,
  NONCE_BYTES,
  ok,
  type Result,
  rest,
  SIGNATURE_BYTES,
  sizeClass,
  struct,
  tagged,
  u8,
  u32,
  u64,
} from '@antechamber/protocol'
import { open, seal, TAG_BYTES } from './aead.ts'
import type { OpenChapter } from './chapter.ts'
import { isAllZero, padTo } from './padding.ts'
import type { Random } from './random.ts'
import { reveal } from './secrets.ts'
import { type SigningKey, sign, verify } from './signing.ts'

/** The longest body an entry can carry, in bytes: what is left of the largest envelope. */
export const MAX_ENTRY_BODY_BYTES = 32_532

/** An entry inside its seal. Source: docs/spec/log.md, "Entries". */
const sealedEntry = struct({
  device: id,
  counter: u32,
  entryId: id,
  n: u64,
  logHash: fixed(HASH_BYTES),
  kind: u8,
  body: bytes(MAX_ENTRY_BODY_BYTES),
  signature: fixed(SIGNATURE_BYTES),
  padding: rest,
})

const SEALED_OVERHEAD = ENVELOPE_OVERHEAD + TAG_BYTES

/** What an entry says. Ids are 16 bytes; `kind` tells whoever reads the body what it is, 0 to 255. */
export interface EntryFields {
  readonly device: Uint8Array
  /** One more than this device's last in this chapter, from 0. */
  readonly counter: number
  readonly entryId: Uint8Array
  /** The last envelope its author had processed, and the log hash there (LG8). */
  readonly seen: { readonly n: number; readonly logHash: Uint8Array }
  readonly kind: number
  readonly body: Uint8Array
}

/**
 * Why an entry does not open.
 *
 * - `late`: it is sealed under another chapter
 * - `unreadable`: it is of another space, or its envelope id, nonce or sealed bytes were changed
 * - `malformed`: it opens, but its inside is not as specified; `field` says where
 */
export type EntryFault =
  | { readonly code: 'late' }
  | { readonly code: 'unreadable' }
  | { readonly code: 'malformed'; readonly field: string }

declare const verified: unique symbol

/** An entry that opened; anybody in the room may have written it in another's name. */
export interface UnverifiedEntry {
  /** `claimed.device` says whose root key {@link verifyEntry} needs. Believe nothing else of it yet. */
  readonly claimed: EntryFields
  readonly signature: Uint8Array
}

/** An entry that the device it names has signed. */
export type VerifiedEntry = EntryFields & { readonly [verified]: true }

const signedPart = ({ place, headerHash }: OpenChapter, fields: EntryFields): Uint8Array =>
  tagged(
    'entry',
    place.space,
    place.chapter,
    headerHash,
    fields.device,
    encode(u32, fields.counter),
    fields.entryId,
    encode(u64, fields.seen.n),
    fields.seen.logHash,
    encode(u8, fields.kind),
    fields.body,
  )

const sealData = ({ place, headerHash }: OpenChapter, envelopeId: Uint8Array): Uint8Array =>
  tagged('entry-seal', place.space, place.chapter, envelopeId, headerHash)

/**
 * Signs an entry with the device's root key and seals it under the chapter.
 *
 * @param envelopeId 16 bytes, new for each envelope; the entry id stays when an entry is sealed again (LG7)
 * @returns the whole envelope, of the smallest size class that holds it; `too-large` tells `bytes` of body and the limit
 *
 * Source: docs/spec/log.md, rule LG5.
 */
export function sealEntry(
  chapter: OpenChapter,
  root: SigningKey,
  fields: EntryFields,
  envelopeId: Uint8Array,
  random: Random,
): Result<Uint8Array, { readonly code: 'too-large'; readonly bytes: number; readonly limit: number }> {
  if (fields.body.length > MAX_ENTRY_BODY_BYTES)
    return err({ code: 'too-large', bytes: fields.body.length, limit: MAX_ENTRY_BODY_BYTES })
  const { device, counter, entryId, seen, kind, body } = fields
  const signature = sign(root, signedPart(chapter, fields))
  const padding = new Uint8Array(0)
  const content = encode(sealedEntry, { device, counter, entryId, ...seen, kind, body, signature, padding })
  const size = sizeClass(ENTRY, SEALED_OVERHEAD + content.length)
  if (size === undefined) throw new RangeError(`an entry of ${content.length} bytes fits no envelope`)
  const nonce = random(NONCE_BYTES)
  const plaintext = padTo(size - SEALED_OVERHEAD, content)
  const sealed = seal(reveal(chapter.key), nonce, sealData(chapter, envelopeId), plaintext)
  const { space, chapter: chapterId } = chapter.place
  return ok(encodeEnvelope({ kind: ENTRY, space, chapter: chapterId, id: envelopeId, nonce, sealed }))
}

/** Opens an entry of this chapter. The first fault is told. Source: docs/spec/log.md, rules LG5 and LG7. */
export function openEntry(chapter: OpenChapter, envelope: Envelope): Result<UnverifiedEntry, EntryFault> {
  if (envelope.kind !== ENTRY) return err({ code: 'malformed', field: 'envelope.kind' })
  if (!equalBytes(envelope.space, chapter.place.space)) return err({ code: 'unreadable' })
  if (!equalBytes(envelope.chapter, chapter.place.chapter)) return err({ code: 'late' })
  const opened = open(reveal(chapter.key), envelope.nonce, sealData(chapter, envelope.id), envelope.sealed)
  if (opened === undefined) return err({ code: 'unreadable' })
  const decoded = decode(sealedEntry, opened, MAX_ENVELOPE_BYTES)
  if (!decoded.ok) return err({ code: 'malformed', field: decoded.error.field })
  const { n, logHash, signature, padding, ...fields } = decoded.value
  if (!isAllZero(padding)) return err({ code: 'malformed', field: 'padding' })
  return ok({ claimed: { ...fields, seen: { n, logHash } }, signature })
}

/**
 * Checks an entry's signature.
 *
 * @param chapter the one it was opened under
 * @param rootPublic the root key of the device it names, from the chapter's snapshot (`not-a-member` is for the caller)
 *
 * Cost: about 1.4 ms. Source: docs/spec/log.md, rules LG6 and LG11.
 */
export function verifyEntry(
  chapter: OpenChapter,
  entry: UnverifiedEntry,
  rootPublic: Uint8Array,
): Result<VerifiedEntry, { readonly code: 'bad-signature' }> {
  return verify(rootPublic, signedPart(chapter, entry.claimed), entry.signature)
    ? ok(entry.claimed as VerifiedEntry)
    : err({ code: 'bad-signature' })
}

/** Skips the signature of an entry that this device verified before it stored the envelope under its own device key. */
export const unsafeTrustStoredEntry = (entry: UnverifiedEntry): VerifiedEntry => entry.claimed as VerifiedEntry
