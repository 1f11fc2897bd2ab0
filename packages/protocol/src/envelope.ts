import { type Carried, type DecodeFault, decode, encode, fixed, oneOf, rest, struct, u8, versioned } from './codec.ts'
import { ENTRY_SIZES, HEADER_SIZES, MAX_ENVELOPE_BYTES } from './limits.ts'
import { err, type Result } from './result.ts'

export const ENVELOPE_MAGIC = 0xa7
export const ENVELOPE_VERSION = 1

/** What an envelope holds: what somebody did, the header that opens a chapter, or words that an entry names. */
export const ENTRY = 1
export const HEADER = 2
export const WORDS = 3

export const ID_BYTES = 16
export const NONCE_BYTES = 24
export const HASH_BYTES = 32
export const SIGNATURE_BYTES = 64
export const PUBLIC_KEY_BYTES = 32

/** Any id on the wire: 16 random bytes. */
export const id = fixed(ID_BYTES)

/** magic · version · kind · space 16 · chapter 16 · id 16 · nonce 24 · sealed (the rest). Source: docs/spec/log.md, LG1. */
export const envelopeCodec = versioned(
  ENVELOPE_MAGIC,
  ENVELOPE_VERSION,
  struct({
    kind: oneOf(u8, [ENTRY, HEADER, WORDS]),
    space: id,
    chapter: id,
    id,
    nonce: fixed(NONCE_BYTES),
    sealed: rest,
  }),
)
export type Envelope = Carried<typeof envelopeCodec>

/** Where an envelope says its kind. */
export const ENVELOPE_KIND_AT = 2

/** Bytes in front of `sealed`. */
export const ENVELOPE_OVERHEAD = 3 + 3 * ID_BYTES + NONCE_BYTES

export const encodeEnvelope = (envelope: Envelope): Uint8Array => encode(envelopeCodec, envelope)

/** Decodes one envelope; a length that is no size class of its kind is a `bad-value` of `sealed` (LG2). */
export function decodeEnvelope(bytes: Uint8Array): Result<Envelope, DecodeFault> {
  const envelope = decode(envelopeCodec, bytes, MAX_ENVELOPE_BYTES)
  if (!envelope.ok) return envelope
  return sizesOf(envelope.value.kind).includes(bytes.length)
    ? envelope
    : err({ code: 'bad-value', field: 'sealed', at: ENVELOPE_OVERHEAD })
}

const sizesOf = (kind: Envelope['kind']): readonly number[] => (kind === HEADER ? HEADER_SIZES : ENTRY_SIZES)

/** The smallest size class of `kind` that holds `length` bytes, or undefined when none does. */
export const sizeClass = (kind: Envelope['kind'], length: number): number | undefined =>
  sizesOf(kind).find((size) => size >= length)
