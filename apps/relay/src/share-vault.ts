import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { SHARE_BYTES, tagged } from '@antechamber/protocol'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1

/** Bytes of the key that all shares at rest are sealed under; it lies in a file outside the database (CH4). */
export const SHARE_KEY_BYTES = 32

/** A sealed share does not open: another key file than the one that sealed it, or a damaged database. */
export class ShareError extends Error {
  override readonly name = 'ShareError'
}

/** Seals shred shares for the storage, bound to their place, and opens them again. */
export interface ShareVault {
  /** version 1 · nonce 12 · AES-256-GCM ciphertext · tag 16. */
  seal(space: Uint8Array, chapter: Uint8Array, share: Uint8Array): Uint8Array
  /** Throws {@link ShareError}. */
  open(space: Uint8Array, chapter: Uint8Array, sealed: Uint8Array): Uint8Array
}

/** A fresh random share. */
export const drawShare = (): Uint8Array => new Uint8Array(randomBytes(SHARE_BYTES))

/** @param key 32 bytes */
export function shareVault(key: Uint8Array): ShareVault {
  return {
    seal: (space, chapter, share) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(tagged('share-seal', space, chapter))
      const sealed = [cipher.update(share), cipher.final()]
      return new Uint8Array(Buffer.concat([Buffer.of(VERSION), nonce, ...sealed, cipher.getAuthTag()]))
    },
    open: (space, chapter, sealed) => {
      if (sealed.length !== 1 + NONCE_BYTES + SHARE_BYTES + TAG_BYTES || sealed[0] !== VERSION) {
        throw new ShareError('not a sealed share')
      }
      const end = sealed.length - TAG_BYTES
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES))
      decipher.setAAD(tagged('share-seal', space, chapter))
      decipher.setAuthTag(sealed.subarray(end))
      try {
        const opened = [decipher.update(sealed.subarray(1 + NONCE_BYTES, end)), decipher.final()]
        return new Uint8Array(Buffer.concat(opened))
      } catch (cause) {
        throw new ShareError('the share was sealed under another key', { cause })
      }
    },
  }
}
