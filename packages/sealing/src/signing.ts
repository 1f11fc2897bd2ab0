import { loginChallenge, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '@antechamber/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Random } from './random.ts'
import { demandKeyLength, KEY_BYTES, type SigningSecret } from './secrets.ts'

/** An Ed25519 key: a device's root key, or its log-in key for one space. */
export interface SigningKey {
  readonly secret: SigningSecret
  readonly publicKey: Uint8Array
}

/** Draws 32 bytes. */
export const newSigningKey = (random: Random): SigningKey => signingKeyFromSecret(random(KEY_BYTES))

/** The key of a stored 32-byte seed. Throws RangeError on another length. */
export function signingKeyFromSecret(secret: Uint8Array): SigningKey {
  demandKeyLength(secret)
  return { secret: new Uint8Array(secret) as SigningSecret, publicKey: ed25519.getPublicKey(secret) }
}

/** An Ed25519 signature, 64 bytes, the same each time. `message` comes from `tagged`. */
export const sign = (key: SigningKey, message: Uint8Array): Uint8Array => ed25519.sign(message, key.secret)

/**
 * Whether this signature over this message was made with this key, by the strict rules: no small-order keys, no
 * non-canonical encodings. False for anything malformed; never throws. Costs about 1.4 ms.
 *
 * Source: docs/spec/log.md, rule LG11. Verifiers differ where the rules are loose, and a member could split the room
 * between two browsers: so everything goes through here and nothing through WebCrypto.
 */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
  return ed25519.verify(signature, message, publicKey, { zip215: false })
}

/** What a log-in to a space is bound to; see `loginChallenge` of the protocol. */
export interface LoginFields {
  readonly host: string
  readonly space: Uint8Array
  readonly device: Uint8Array
  readonly deviceNonce: Uint8Array
  readonly relayNonce: Uint8Array
}

/** The signature that lets a device enter a space (WR4). */
export const signLogin = (loginKey: SigningKey, fields: LoginFields): Uint8Array =>
  sign(loginKey, loginChallenge(fields.host, fields.space, fields.device, fields.deviceNonce, fields.relayNonce))
