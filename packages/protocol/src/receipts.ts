import { type Carried, encode, fixed, list, optional, struct, u64 } from './codec.ts'
import { id, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './envelope.ts'
import { tagged } from './tagged.ts'

/**
 * What the relay says that it has destroyed: of a space all envelopes up to a number, with the shares and grants of their
 * chapters, or, without `chapter`, the space itself (WR23). Times in ms since the epoch.
 */
export const receiptCodec = struct({
  space: id,
  /** The last chapter that is destroyed. */
  chapter: optional(id),
  /** The number of the last envelope that is destroyed. */
  upTo: u64,
  destroyedAt: u64,
  /** From then on no backup that the operator keeps has it either. */
  backupsUntil: u64,
})
export type Receipt = Carried<typeof receiptCodec>

/** Most receipts of one space that the relay hands out: the newest. */
export const MAX_RECEIPTS = 200

/** GET receipts: the relay's receipt key, and what it has signed with it of this space, oldest first. */
export const receiptsBody = struct({
  key: fixed(PUBLIC_KEY_BYTES),
  receipts: list(struct({ receipt: receiptCodec, signature: fixed(SIGNATURE_BYTES) }), MAX_RECEIPTS),
})

/** What the relay signs with its receipt key (Ed25519). */
export const receiptPreimage = (receipt: Receipt): Uint8Array => tagged('receipt', encode(receiptCodec, receipt))
