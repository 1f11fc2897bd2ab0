import { concat, err, ok, type Result, tagged } from '@antechamber/protocol'
import { open, seal, TAG_BYTES } from './aead.ts'
import type { HashCost } from './argon2.ts'
import { importDeviceKey, openAtRest, sealAtRest } from './at-rest.ts'
import { LEAST_COST, passphraseKey } from './passphrase.ts'
import { type Random, systemRandom } from './random.ts'
import { hideVaultKey, KEY_BYTES, reveal, type VaultKey } from './secrets.ts'

/** The record of the vault key in the device's store. */
export const VAULT_KEY_RECORD = 'vault-key'
const MAGIC = 0x76
const VERSION = 1
const BARE = 0
const WRAPPED = 1
const SALT_BYTES = 16
const NONCE_BYTES = 24
/** kind · memory u32 · passes u8 · salt */
const TERMS_BYTES = 1 + 4 + 1 + SALT_BYTES
const MOST_MEMORY_KIB = 1024 * 1024

/** A vault key that needs a passphrase as well. */
export interface WrappedVaultKey {
  readonly cost: HashCost
  readonly terms: Uint8Array
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
}

/** What the record holds, once the device key has opened it. */
export type KeptVaultKey =
  | { readonly name: 'bare'; readonly key: VaultKey }
  | { readonly name: 'wrapped'; readonly wrapped: WrappedVaultKey }

/** `other-format`: written by another version. `unreadable`: not what was sealed under this device key. */
export interface VaultKeyFault {
  readonly code: 'other-format' | 'unreadable'
}

/** What a vault key is to be wrapped with. */
export interface PassphraseWrap {
  readonly passphrase: string
  readonly cost: HashCost
}

/** A new vault key. Draws 32 bytes. */
export const newVaultKey = (random: Random): VaultKey => hideVaultKey(random(KEY_BYTES))

/** The key object under which the records of a vault are sealed. No code can read it out. */
export const recordKeyOf = (key: VaultKey): Promise<CryptoKey> => importDeviceKey(reveal(key))

function termsOf({ memoryKib, passes }: HashCost, salt: Uint8Array): Uint8Array {
  const terms = new Uint8Array(TERMS_BYTES)
  const view = new DataView(terms.buffer)
  view.setUint8(0, WRAPPED)
  view.setUint32(1, memoryKib)
  view.setUint8(5, passes)
  terms.set(salt, 6)
  return terms
}

async function wrap(key: VaultKey, { passphrase, cost }: PassphraseWrap, random: Random): Promise<Uint8Array> {
  const salt = random(SALT_BYTES)
  const nonce = random(NONCE_BYTES)
  const terms = termsOf(cost, salt)
  const outer = await passphraseKey(passphrase, salt, cost)
  const ciphertext = seal(outer, nonce, tagged('vault-key', terms), reveal(key))
  outer.fill(0)
  return concat(terms, nonce, ciphertext)
}

/**
 * The bytes of the record: magic 0x76 ‖ version 1 ‖ sealed under the device key. With a passphrase the key is sealed under
 * that first, which costs as much as `cost` says.
 *
 * Source: docs/spec/store.md, rule ST16.
 */
export async function sealVaultKey(
  deviceKey: CryptoKey,
  key: VaultKey,
  wrapWith: PassphraseWrap | undefined,
  random: Random = systemRandom,
): Promise<Uint8Array> {
  const body = wrapWith ? await wrap(key, wrapWith, random) : concat(Uint8Array.of(BARE), reveal(key))
  const sealed = await sealAtRest(deviceKey, VAULT_KEY_RECORD, body, random)
  return concat(Uint8Array.of(MAGIC, VERSION), sealed)
}

/** What {@link sealVaultKey} wrote. Source: docs/spec/store.md, rule ST16. */
export async function openVaultKey(
  deviceKey: CryptoKey,
  record: Uint8Array,
): Promise<Result<KeptVaultKey, VaultKeyFault>> {
  if (record[0] !== MAGIC || record[1] !== VERSION) return err({ code: 'other-format' })
  const opened = await openAtRest(deviceKey, VAULT_KEY_RECORD, record.subarray(2))
  if (!opened.ok) return opened
  const body = opened.value
  if (body[0] === BARE && body.length === 1 + KEY_BYTES) return ok({ name: 'bare', key: hideVaultKey(body.slice(1)) })
  const wrapped = readWrapped(body)
  return wrapped ? ok({ name: 'wrapped', wrapped }) : err({ code: 'unreadable' })
}

function readWrapped(body: Uint8Array): WrappedVaultKey | undefined {
  if (body[0] !== WRAPPED || body.length !== TERMS_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES) return undefined
  const view = new DataView(body.buffer, body.byteOffset)
  const cost = { memoryKib: view.getUint32(1), passes: view.getUint8(5) }
  const isBearable = cost.memoryKib >= LEAST_COST.memoryKib && cost.memoryKib <= MOST_MEMORY_KIB
  if (!isBearable || cost.passes < LEAST_COST.passes) return undefined
  const nonceEnd = TERMS_BYTES + NONCE_BYTES
  return {
    cost,
    terms: body.slice(0, TERMS_BYTES),
    nonce: body.slice(TERMS_BYTES, nonceEnd),
    ciphertext: body.slice(nonceEnd),
  }
}

/** The vault key behind a passphrase. Costs one hash of the cost that the record tells. Source: rule ST17. */
export async function unwrapVaultKey(
  { cost, terms, nonce, ciphertext }: WrappedVaultKey,
  passphrase: string,
): Promise<Result<VaultKey, { readonly code: 'wrong-passphrase' }>> {
  const outer = await passphraseKey(passphrase, terms.slice(-SALT_BYTES), cost)
  const key = open(outer, nonce, tagged('vault-key', terms), ciphertext)
  outer.fill(0)
  return key ? ok(hideVaultKey(key)) : err({ code: 'wrong-passphrase' })
}
