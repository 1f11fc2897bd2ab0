import { SEALING_ENC_BYTES, SEALING_PUBLIC_BYTES } from '@antechamber/protocol'
import { x25519 } from '@noble/curves/ed25519.js'
import type { Random } from './random.ts'

/** The post-quantum code is a third of this package and is not needed to show the first page. */
const load = () => import('./hpke-suite.ts')

/** Bytes of randomness that one X-Wing encapsulation takes. */
const ENCAPSULATION_BYTES = 64
const MLKEM_PUBLIC_BYTES = 1184
const MLKEM_VECTOR_BYTES = 1152
const MLKEM_Q = 3329
const ANY_SCALAR = new Uint8Array(32).fill(1)

/** The public half of a 32-byte seed: ML-KEM-768 key 1,184 ‖ X25519 key 32. */
export async function publicKeyOfSeed(seed: Uint8Array): Promise<Uint8Array> {
  const { suite, keyPairFromSeed } = await load()
  const pair = await keyPairFromSeed(seed)
  return new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey))
}

/**
 * Whether anything can be sealed to these bytes: the right length, every ML-KEM coefficient below q (FIPS 203, 7.2), and
 * an X25519 point that is not of small order. Who takes keys from others asks this first: a key that makes sealing fail
 * would let its owner stop a space from ever opening another chapter. Costs about 1 ms.
 *
 * Source: docs/spec/chapters.md, rule CH9.
 */
export function isSealingPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== SEALING_PUBLIC_BYTES) return false
  for (let i = 0; i < MLKEM_VECTOR_BYTES; i += 3) {
    const middle = publicKey[i + 1] as number
    const low = (publicKey[i] as number) | ((middle & 15) << 8)
    const high = (middle >> 4) | ((publicKey[i + 2] as number) << 4)
    if (low >= MLKEM_Q || high >= MLKEM_Q) return false
  }
  try {
    x25519.getSharedSecret(ANY_SCALAR, publicKey.subarray(MLKEM_PUBLIC_BYTES))
    return true
  } catch {
    return false
  }
}

/** Seals to a public key that {@link isSealingPublicKey} (else throws): `enc` 1,120 bytes, and a ciphertext 16 longer. */
export async function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Promise<{ readonly enc: Uint8Array; readonly ciphertext: Uint8Array }> {
  const { suite } = await load()
  const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey)
  const context = await suite.createSenderContext({ recipientPublicKey, info, ekm: random(ENCAPSULATION_BYTES) })
  const ciphertext = await context.seal(plaintext)
  return { enc: new Uint8Array(context.enc), ciphertext: new Uint8Array(ciphertext) }
}

/** What was sealed to the key of this seed, or undefined when seed, info, enc or ciphertext are not those of the seal. */
export async function hpkeOpen(
  seed: Uint8Array,
  info: Uint8Array,
  enc: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (enc.length !== SEALING_ENC_BYTES) return undefined
  const { suite } = await load()
  const recipientKey = await suite.kem.deserializePrivateKey(seed)
  try {
    return new Uint8Array(await suite.open({ recipientKey, enc, info }, ciphertext))
  } catch {
    return undefined
  }
}
