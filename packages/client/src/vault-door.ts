import { err, ok, type Result } from '@antechamber/protocol'
import {
  calibrateCost,
  type HashCost,
  isPassphraseLongEnough,
  type KeptVaultKey,
  newVaultKey,
  openVaultKey,
  recordKeyOf,
  sealVaultKey,
  unwrapVaultKey,
  VAULT_KEY_RECORD,
  type VaultKey,
} from '@antechamber/sealing'
import { settleLastTexts } from './drafts.ts'
import { KeyRing } from './key-ring.ts'
import { type Platform, StoreError } from './ports.ts'
import { Vault } from './vault.ts'

/** What the door needs of a platform. */
type Place = Pick<Platform, 'store' | 'deviceKey' | 'random'>

/** Why a vault does not open. `locked`: it needs a passphrase. */
export interface LockedOut {
  readonly code: 'locked' | 'wrong-passphrase'
}

/** A vault that is open, and whether it needs a passphrase to be opened again. */
export interface OpenedVault {
  readonly vault: Vault
  readonly hasPassphrase: boolean
}

/** What is to become of the passphrase. */
export interface PassphraseChange {
  /** The one that is set; needed where there is one. */
  readonly current?: string | undefined
  /** The one to be; none where left off. */
  readonly next?: string | undefined
  /** What a guess is to cost; measured on this device, to be about a second, where left off. */
  readonly cost?: HashCost | undefined
}

/** `too-short`: fewer than `MIN_PASSPHRASE_CHARS` characters. */
export interface PassphraseRefusal {
  readonly code: 'wrong-passphrase' | 'too-short'
}

const vaultOver = async ({ store }: Place, key: VaultKey): Promise<Vault> =>
  new Vault(store, new KeyRing(await recordKeyOf(key)))

/** What the record holds; undefined where there is none yet. Throws StoreError `damaged`, `other-format`. */
async function readKept({ store, deviceKey }: Place): Promise<KeptVaultKey | undefined> {
  const record = await store.get(VAULT_KEY_RECORD)
  if (!record) return undefined
  const kept = await openVaultKey(deviceKey, record)
  if (kept.ok) return kept.value
  throw new StoreError(kept.error.code === 'other-format' ? 'other-format' : 'damaged')
}

/** The first opening: draws the vault key. Records that no vault key was ever kept with are of another format. */
async function firstVault(place: Place): Promise<Vault> {
  const { store, deviceKey, random } = place
  if ((await store.list('')).length > 0) throw new StoreError('other-format')
  const key = newVaultKey(random)
  await store.write([{ name: VAULT_KEY_RECORD, bytes: await sealVaultKey(deviceKey, key, undefined, random) }])
  return vaultOver(place, key)
}

/**
 * Opens what a device keeps. Without a passphrase where one is set it is `locked`, and nothing is learnt but that. Throws
 * StoreError: `damaged`, `other-format`, and what the store tells. Costs about a second where there is a passphrase.
 *
 * Source: docs/spec/store.md, rules ST16 to ST20.
 */
export async function openVault(place: Place, passphrase?: string): Promise<Result<OpenedVault, LockedOut>> {
  const kept = await readKept(place)
  if (!kept) return ok({ vault: await firstVault(place), hasPassphrase: false })
  if (kept.name === 'bare') return ok({ vault: await vaultOver(place, kept.key), hasPassphrase: false })
  if (passphrase === undefined) return err({ code: 'locked' })
  const key = await unwrapVaultKey(kept.wrapped, passphrase)
  return key.ok ? ok({ vault: await vaultOver(place, key.value), hasPassphrase: true }) : key
}

/**
 * Sets, changes or removes the passphrase; all or nothing. The first one draws a new vault key and seals every record
 * anew, so that old bytes which the disk may still hold open nothing that is kept from then on; later only the record of
 * the vault key is written. Throws StoreError.
 *
 * Source: docs/spec/store.md, rule ST18.
 */
export async function changePassphrase(
  place: Place,
  vault: Vault,
  { current, next, cost }: PassphraseChange,
): Promise<Result<void, PassphraseRefusal>> {
  const { store, deviceKey, random } = place
  const kept = await readKept(place)
  if (!kept) throw new StoreError('damaged')
  if (next !== undefined && !isPassphraseLongEnough(next)) return err({ code: 'too-short' })
  const wrap = async () =>
    next === undefined ? undefined : { passphrase: next, cost: cost ?? (await calibrateCost(() => performance.now())) }
  if (kept.name === 'wrapped') {
    const key = await unwrapVaultKey(kept.wrapped, current ?? '')
    if (!key.ok) return key
    const bytes = await sealVaultKey(deviceKey, key.value, await wrap(), random)
    await store.write([{ name: VAULT_KEY_RECORD, bytes }])
  } else if (next !== undefined) {
    const key = newVaultKey(random)
    const bytes = await sealVaultKey(deviceKey, key, await wrap(), random)
    await settleLastTexts(vault)
    await vault.reseal(await recordKeyOf(key), { name: VAULT_KEY_RECORD, bytes })
  }
  return ok(undefined)
}
