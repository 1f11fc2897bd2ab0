import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'

/** Bytes that a seal is longer than what is in it. */
export const TAG_BYTES = 16

/** XChaCha20-Poly1305. `nonce` 24 bytes, drawn at random for each seal. */
export const seal = (key: Uint8Array, nonce: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Uint8Array =>
  xchacha20poly1305(key, nonce, additional).encrypt(plaintext)

/** What was sealed, or undefined when key, nonce, additional data or ciphertext are not those of the seal. */
export function open(
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const cipher = xchacha20poly1305(key, nonce, additional)
  try {
    return cipher.decrypt(ciphertext)
  } catch {
    return undefined
  }
}
