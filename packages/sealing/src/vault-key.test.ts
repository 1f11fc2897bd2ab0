import { concat, toHex, utf8 } from '@antechamber/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newDeviceKey, openAtRest, sealAtRest } from './at-rest.ts'
import { LEAST_COST } from './passphrase.ts'
import { reveal } from './secrets.ts'
import { codeOf, flipBit, must, runs, seeded } from './testing/fixtures.ts'
import {
  newVaultKey,
  openVaultKey,
  recordKeyOf,
  sealVaultKey,
  unwrapVaultKey,
  VAULT_KEY_RECORD,
  type WrappedVaultKey,
} from './vault-key.ts'

const device = await newDeviceKey()
const key = newVaultKey(seeded('vault key'))
const passphrase = 'the heron stands still'
const bare = await sealVaultKey(device, key, undefined)
const wrapped = await sealVaultKey(device, key, { passphrase, cost: LEAST_COST })

async function wrappedOf(record: Uint8Array): Promise<WrappedVaultKey> {
  const kept = must(await openVaultKey(device, record))
  if (kept.name !== 'wrapped') throw new Error('no passphrase')
  return kept.wrapped
}

test('[ST16] without a passphrase the device key opens the vault key, and nothing else does', async () => {
  const kept = must(await openVaultKey(device, bare))
  expect(kept.name === 'bare' && toHex(reveal(kept.key))).toBe(toHex(reveal(key)))
  expect(codeOf(await openVaultKey(await newDeviceKey(), bare))).toBe('unreadable')
  expect(toHex(bare)).not.toContain(toHex(reveal(key)))
})

test('[ST17] with a passphrase it takes both; a wrong one is told, and no other passphrase opens', async () => {
  const terms = await wrappedOf(wrapped)
  expect(terms.cost).toEqual(LEAST_COST)
  expect(toHex(reveal(must(await unwrapVaultKey(terms, '  the heron  stands still ')))).length).toBe(64)
  for (const wrong of ['', 'The heron stands still', 'the heron stands stil', passphrase.repeat(2)])
    expect(codeOf(await unwrapVaultKey(terms, wrong))).toBe('wrong-passphrase')
  expect(codeOf(await openVaultKey(await newDeviceKey(), wrapped))).toBe('unreadable')
})

test('[ST16] every bit turned and every cut is refused, and only the first two bytes say another format', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(wrapped.length * 8 - 1), fc.nat(wrapped.length - 1), async (bit, length) => {
      const told = codeOf(await openVaultKey(device, flipBit(wrapped, bit)))
      expect(told).toBe(bit < 16 ? 'other-format' : 'unreadable')
      const cut = codeOf(await openVaultKey(device, wrapped.subarray(0, length)))
      expect(cut).toBe(length < 2 ? 'other-format' : 'unreadable')
    }),
    { numRuns: runs(60) },
  )
})

test('[ST16] a record that asks for less than the least cost, or for more than a device has, is unreadable', async () => {
  const body = must(await openAtRest(device, VAULT_KEY_RECORD, wrapped.subarray(2)))
  const withTerms = async (change: (view: DataView) => void): Promise<Uint8Array> => {
    const changed = new Uint8Array(body)
    change(new DataView(changed.buffer))
    return concat(wrapped.subarray(0, 2), await sealAtRest(device, VAULT_KEY_RECORD, changed))
  }
  for (const change of [
    (view: DataView) => view.setUint32(1, LEAST_COST.memoryKib - 1),
    (view: DataView) => view.setUint32(1, 0xffffffff),
    (view: DataView) => view.setUint8(5, 1),
    (view: DataView) => view.setUint8(0, 2),
  ])
    expect(codeOf(await openVaultKey(device, await withTerms(change)))).toBe('unreadable')
  const dearer = await wrappedOf(await withTerms((view) => view.setUint8(5, 3)))
  expect(codeOf(await unwrapVaultKey(dearer, passphrase))).toBe('wrong-passphrase')
})

test('[ST16] the key object of a vault key seals records and cannot be read out', async () => {
  const records = await recordKeyOf(key)
  await expect(crypto.subtle.exportKey('raw', records)).rejects.toThrow()
  const sealed = await sealAtRest(records, 'a', utf8('words'))
  expect(must(await openAtRest(await recordKeyOf(key), 'a', sealed))).toEqual(utf8('words'))
})
