import { encode, type SealingKeyRecord, tagged, u32 } from '@antechamber/protocol'
import { isSealingPublicKey, publicKeyOfSeed } from './hpke.ts'
import type { Random } from './random.ts'
import { demandKeyLength, KEY_BYTES, type SealingSecret } from './secrets.ts'
import { type SigningKey, sign, verify } from './signing.ts'

/** An X-Wing key: a device's for one space, numbered, or an invitation's own, whose number is not used. */
export interface SealingKey {
  readonly number: number
  readonly secret: SealingSecret
  readonly publicKey: Uint8Array
}

/** Draws 32 bytes. Costs a few ms. */
export const newSealingKey = (number: number, random: Random): Promise<SealingKey> =>
  sealingKeyFromSecret(number, random(KEY_BYTES))

/** The key of a stored 32-byte seed. Throws RangeError on another length. */
export async function sealingKeyFromSecret(number: number, secret: Uint8Array): Promise<SealingKey> {
  demandKeyLength(secret)
  return { number, secret: new Uint8Array(secret) as SealingSecret, publicKey: await publicKeyOfSeed(secret) }
}

const signedPart = (space: Uint8Array, device: Uint8Array, number: number, publicKey: Uint8Array): Uint8Array =>
  tagged('sealing-key', space, device, encode(u32, number), publicKey)

/** A sealing key as its device publishes it: signed by the root key for this space and device (CH9). */
export const sealingKeyRecord = (
  root: SigningKey,
  space: Uint8Array,
  device: Uint8Array,
  key: SealingKey,
): SealingKeyRecord => ({
  device,
  number: key.number,
  publicKey: key.publicKey,
  signature: sign(root, signedPart(space, device, key.number, key.publicKey)),
})

/**
 * Whether a published key may be granted to: signed by this root key for this space, and a key that can be sealed to.
 * Costs about 2.5 ms.
 *
 * Source: docs/spec/chapters.md, rule CH9.
 */
export const isSealingKeyGood = (rootPublic: Uint8Array, space: Uint8Array, record: SealingKeyRecord): boolean =>
  verify(rootPublic, signedPart(space, record.device, record.number, record.publicKey), record.signature) &&
  isSealingPublicKey(record.publicKey)
