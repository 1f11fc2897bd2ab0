declare const brand: unique symbol

/** Bytes that must not be printed, logged or put into a message by accident: they cannot be read off the value. */
class SecretBytes {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = new Uint8Array(bytes)
  }

  static reveal(secret: SecretBytes): Uint8Array {
    return secret.#bytes
  }
}

/** A chapter's CK: 32 bytes, drawn by the device that opens the chapter. */
export type ContentKey = SecretBytes & { readonly [brand]: 'ContentKey' }
/** A chapter's K, derived from CK and the relay's share. Lives in memory only. */
export type ChapterKey = SecretBytes & { readonly [brand]: 'ChapterKey' }
/** What the records of a device are sealed under, by way of a key object: 32 bytes. */
export type VaultKey = SecretBytes & { readonly [brand]: 'VaultKey' }

/** The seed of an Ed25519 key, 32 bytes. */
export type SigningSecret = Uint8Array & { readonly [brand]: 'SigningSecret' }
/** The seed of an X-Wing key, 32 bytes. */
export type SealingSecret = Uint8Array & { readonly [brand]: 'SealingSecret' }

export const KEY_BYTES = 32

/** Throws RangeError unless there are 32 bytes: whoever calls has mixed something up. */
export function demandKeyLength(bytes: Uint8Array): void {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`expected ${KEY_BYTES} bytes, got ${bytes.length}`)
}

function hide(bytes: Uint8Array): SecretBytes {
  demandKeyLength(bytes)
  return new SecretBytes(bytes)
}

export const hideContentKey = (bytes: Uint8Array): ContentKey => hide(bytes) as ContentKey
export const hideChapterKey = (bytes: Uint8Array): ChapterKey => hide(bytes) as ChapterKey
export const hideVaultKey = (bytes: Uint8Array): VaultKey => hide(bytes) as VaultKey
/** The bytes themselves; not for the door. */
export const reveal = (secret: ContentKey | ChapterKey | VaultKey): Uint8Array => SecretBytes.reveal(secret)
