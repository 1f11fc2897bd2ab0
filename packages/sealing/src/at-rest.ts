import { concat, err, ok, type Result, tagged, utf8 } from '@antechamber/protocol'
import { open, seal } from './aead.ts'
import { type Random, systemRandom } from './random.ts'
import { demandKeyLength } from './secrets.ts'

const AES_GCM = 'AES-GCM'
const NONCE_BYTES = 12
const USES: KeyUsage[] = ['encrypt', 'decrypt']

/** A device's own AES-256 key, which no code can read out. Browsers keep the key object itself in IndexedDB. */
export const newDeviceKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: AES_GCM, length: 256 }, false, USES)

/** The device key of stored bytes, where there is no place for key objects. Throws RangeError unless there are 32. */
export async function importDeviceKey(bytes: Uint8Array): Promise<CryptoKey> {
  demandKeyLength(bytes)
  return crypto.subtle.importKey('raw', new Uint8Array(bytes), AES_GCM, false, USES)
}

const parameters = (name: string, nonce: Uint8Array): AesGcmParams => ({
  name: AES_GCM,
  iv: new Uint8Array(nonce),
  additionalData: new Uint8Array(tagged('at-rest', utf8(name))),
})

/**
 * Seals one record of the device's store, under its vault key: nonce 12 ‖ ciphertext, 28 bytes longer than `bytes`.
 *
 * @param name store and record, such as `chapters/7f3a`: a record put under another name does not open
 *
 * Source: docs/spec/chapters.md, rule CH16.
 */
export async function sealAtRest(
  key: CryptoKey,
  name: string,
  bytes: Uint8Array,
  random: Random = systemRandom,
): Promise<Uint8Array> {
  const nonce = random(NONCE_BYTES)
  const sealed = await crypto.subtle.encrypt(parameters(name, nonce), key, new Uint8Array(bytes))
  return concat(nonce, new Uint8Array(sealed))
}

/** What {@link sealAtRest} sealed, if key and name are the same and nothing was changed. Source: rule CH16. */
export async function openAtRest(
  key: CryptoKey,
  name: string,
  sealed: Uint8Array,
): Promise<Result<Uint8Array, { readonly code: 'unreadable' }>> {
  const ciphertext = new Uint8Array(sealed.subarray(NONCE_BYTES))
  try {
    const opened = await crypto.subtle.decrypt(parameters(name, sealed.subarray(0, NONCE_BYTES)), key, ciphertext)
    return ok(new Uint8Array(opened))
  } catch {
    return err({ code: 'unreadable' })
  }
}

const AT_ONCE_NONCE_BYTES = 24

/**
 * Seals one record within the call, for a page that ends: nonce 24 ‖ XChaCha20-Poly1305, 40 bytes longer than `bytes`.
 * `key` 32 bytes, itself kept as a record of its own; `name` as for {@link sealAtRest}.
 *
 * Source: docs/spec/chapters.md, rule CH16.
 */
export function sealAtOnce(
  key: Uint8Array,
  name: string,
  bytes: Uint8Array,
  random: Random = systemRandom,
): Uint8Array {
  const nonce = random(AT_ONCE_NONCE_BYTES)
  return concat(nonce, seal(key, nonce, tagged('at-once', utf8(name)), bytes))
}

/** What {@link sealAtOnce} sealed, if key and name are the same and nothing was changed. Source: rule CH16. */
export function openAtOnce(
  key: Uint8Array,
  name: string,
  sealed: Uint8Array,
): Result<Uint8Array, { readonly code: 'unreadable' }> {
  const nonce = sealed.subarray(0, AT_ONCE_NONCE_BYTES)
  if (nonce.length < AT_ONCE_NONCE_BYTES) return err({ code: 'unreadable' })
  const opened = open(key, nonce, tagged('at-once', utf8(name)), sealed.subarray(AT_ONCE_NONCE_BYTES))
  return opened ? ok(opened) : err({ code: 'unreadable' })
}
