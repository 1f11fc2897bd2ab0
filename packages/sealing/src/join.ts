import {
  concat,
  equalBytes,
  err,
  HASH_BYTES,
  MAX_JOIN_BYTES,
  ok,
  type Result,
  SEALING_ENC_BYTES,
  tagged,
} from '@antechamber/protocol'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { TAG_BYTES } from './aead.ts'
import { deriveKey, hash } from './hashing.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import type { InvitationSecret } from './invitation.ts'
import { type Random, systemRandom } from './random.ts'
import type { SealingKey } from './sealing-key.ts'

/** What a join is bound to: the invitation, the dialogue, and the record as the relay handed it out. */
export interface JoinPlace {
  readonly invitation: InvitationSecret
  readonly dialogue: Uint8Array
  readonly record: Uint8Array
}

/** A join about to be made. `joinPublicKey` comes out of the record's welcome; ask `isSealingPublicKey` of it there. */
export interface NewJoin extends JoinPlace {
  readonly joinPublicKey: Uint8Array
  /** 64 bytes are drawn; the platform's randomness when not given. */
  readonly random?: Random
}

/**
 * Why bytes that somebody posted are no join.
 *
 * - `malformed`: too short or too long
 * - `bad-mac`: not made by somebody who has the invitation's secret, or for another record or dialogue
 * - `unreadable`: made with the secret, but sealed to another key, or changed by somebody who has it
 */
export type JoinFault = { readonly code: 'malformed' } | { readonly code: 'bad-mac' } | { readonly code: 'unreadable' }

const MAC_BYTES = HASH_BYTES
/** Bytes that a posted join is longer than what is in it. */
export const JOIN_OVERHEAD = SEALING_ENC_BYTES + TAG_BYTES + MAC_BYTES

const joinInfo = ({ invitation, dialogue, record }: JoinPlace): Uint8Array =>
  tagged('join', dialogue, invitation.id, hash(record))

function macOf({ invitation, dialogue, record }: JoinPlace, ct: Uint8Array): Uint8Array {
  const key = deriveKey(invitation.secret, undefined, tagged('join-mac', invitation.id))
  return hmac(sha256, key, tagged('join-mac', dialogue, invitation.id, hash(record), hash(ct)))
}

/**
 * The bytes to post to the relay: enc 1,120 ‖ ciphertext ‖ MAC 32. Costs about 6 ms.
 *
 * @throws RangeError when the result would be longer than `MAX_JOIN_BYTES`
 *
 * Source: docs/spec/invitation.md, rule IN4.
 */
export async function sealJoin(args: NewJoin, join: Uint8Array): Promise<Uint8Array> {
  if (join.length + JOIN_OVERHEAD > MAX_JOIN_BYTES) throw new RangeError(`a join of ${join.length} bytes is too long`)
  const { joinPublicKey, random = systemRandom } = args
  const sealed = await hpkeSeal(joinPublicKey, joinInfo(args), join, random)
  const ct = concat(sealed.enc, sealed.ciphertext)
  return concat(ct, macOf(args, ct))
}

/** What is in a posted join, if it is one. Costs about 7 ms. Source: docs/spec/invitation.md, rule IN4. */
export async function openJoin(
  args: JoinPlace & { readonly joinKey: SealingKey },
  posted: Uint8Array,
): Promise<Result<Uint8Array, JoinFault>> {
  if (posted.length < JOIN_OVERHEAD || posted.length > MAX_JOIN_BYTES) return err({ code: 'malformed' })
  const ct = posted.subarray(0, posted.length - MAC_BYTES)
  if (!equalBytes(macOf(args, ct), posted.subarray(ct.length))) return err({ code: 'bad-mac' })
  const enc = ct.slice(0, SEALING_ENC_BYTES)
  const join = await hpkeOpen(args.joinKey.secret, joinInfo(args), enc, ct.slice(SEALING_ENC_BYTES))
  return join === undefined ? err({ code: 'unreadable' }) : ok(join)
}
