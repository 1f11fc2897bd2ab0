import { utf8 } from '@antechamber/protocol'
import { LEAST_COST, VAULT_KEY_RECORD } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { memoryPlatform } from './node/index.ts'
import { type Platform, type StoreChange, StoreError } from './ports.ts'
import type { Vault } from './vault.ts'
import { changePassphrase, openVault } from './vault-door.ts'

const FIRST = 'the heron stands still'
const SECOND = 'the mill turns at night'
const cost = LEAST_COST

async function opened(platform: Platform, passphrase?: string): Promise<Vault> {
  const door = await openVault(platform, passphrase)
  if (!door.ok) throw new Error(door.error.code)
  return door.value.vault
}

/** A device with one draft, and a passphrase where one is given. */
async function deviceWith(passphrase?: string): Promise<{ platform: Platform; vault: Vault }> {
  const platform = await memoryPlatform()
  const vault = await opened(platform)
  await vault.write([{ name: 'draft/1', content: utf8('not yet said') }])
  if (passphrase !== undefined)
    expect(await changePassphrase(platform, vault, { next: passphrase, cost })).toEqual({ ok: true, value: undefined })
  return { platform, vault }
}

const contents = async ({ store }: Platform) => new Map((await store.list('')).map(({ name, bytes }) => [name, bytes]))

test('[ST1] [ST16] records are sealed under a key of their own, which lies in one record', async () => {
  const { platform, vault } = await deviceWith()
  expect([...(await contents(platform)).keys()]).toEqual(['draft/1', VAULT_KEY_RECORD])
  expect(await (await opened(platform)).read('draft/1')).toEqual(utf8('not yet said'))
  const stranger = await memoryPlatform()
  await expect(openVault({ ...platform, deviceKey: stranger.deviceKey })).rejects.toMatchObject({ code: 'damaged' })
  expect(await vault.read('draft/1')).toEqual(utf8('not yet said'))
})

test('[ST17] with a passphrase nothing opens without it, and a wrong one is told as that', async () => {
  const { platform } = await deviceWith(FIRST)
  const before = await contents(platform)
  expect(await openVault(platform)).toEqual({ ok: false, error: { code: 'locked' } })
  expect(await openVault(platform, SECOND)).toEqual({ ok: false, error: { code: 'wrong-passphrase' } })
  expect(await contents(platform)).toEqual(before)
  expect(await (await opened(platform, FIRST)).read('draft/1')).toEqual(utf8('not yet said'))
})

test('[ST18] the first passphrase seals everything under a new key, so that the old bytes open nothing of it', async () => {
  const { platform, vault } = await deviceWith()
  const old = await contents(platform)
  await changePassphrase(platform, vault, { next: FIRST, cost })
  const now = await contents(platform)
  for (const [name, bytes] of now) expect(bytes).not.toEqual(old.get(name))
  expect(await vault.read('draft/1')).toEqual(utf8('not yet said'))
  await vault.write([{ name: 'draft/2', content: utf8('since then') }])
  // Somebody finds the old record on the disk, from when no passphrase was needed.
  await platform.store.write([{ name: VAULT_KEY_RECORD, bytes: old.get(VAULT_KEY_RECORD) }])
  const found = await opened(platform)
  for (const name of ['draft/1', 'draft/2']) await expect(found.read(name)).rejects.toMatchObject({ code: 'damaged' })
})

test('[ST18] changing and removing a passphrase takes the one that is set, and writes its record only', async () => {
  const { platform, vault } = await deviceWith(FIRST)
  const written: (readonly StoreChange[])[] = []
  const store = {
    ...platform.store,
    write: (changes: readonly StoreChange[]) => {
      written.push(changes)
      return platform.store.write(changes)
    },
  }
  const place = { ...platform, store }
  for (const current of [undefined, SECOND])
    expect(await changePassphrase(place, vault, { current, next: SECOND, cost })).toEqual({
      ok: false,
      error: { code: 'wrong-passphrase' },
    })
  expect(await changePassphrase(place, vault, { current: FIRST, next: 'too short', cost })).toEqual({
    ok: false,
    error: { code: 'too-short' },
  })
  expect(written).toEqual([])
  await changePassphrase(place, vault, { current: FIRST, next: SECOND, cost })
  expect(await openVault(platform, FIRST)).toEqual({ ok: false, error: { code: 'wrong-passphrase' } })
  expect(await (await opened(platform, SECOND)).read('draft/1')).toEqual(utf8('not yet said'))
  await changePassphrase(place, vault, { current: SECOND })
  expect(await (await opened(platform)).read('draft/1')).toEqual(utf8('not yet said'))
  expect(written.map((changes) => changes.map(({ name }) => name))).toEqual([[VAULT_KEY_RECORD], [VAULT_KEY_RECORD]])
})

test('[ST18] a change that the device has no room for changes nothing, neither on the disk nor for who has it open', async () => {
  for (const set of [undefined, FIRST]) {
    const { platform } = await deviceWith(set)
    const store = { ...platform.store, write: () => Promise.reject(new StoreError('full')) }
    const full = { ...platform, store }
    const before = await contents(platform)
    const vault = await opened(full, set)
    await expect(changePassphrase(full, vault, { current: set, next: SECOND, cost })).rejects.toMatchObject({
      code: 'full',
    })
    expect(await contents(platform)).toEqual(before)
    expect(await (await opened(platform, set)).read('draft/1')).toEqual(utf8('not yet said'))
    expect(await vault.read('draft/1')).toEqual(utf8('not yet said'))
  }
})

test('[ST18] what is written and read while the first passphrase is being set is neither lost nor unreadable', async () => {
  const { platform, vault } = await deviceWith()
  const changing = changePassphrase(platform, vault, { next: FIRST, cost })
  const dialogue = vault.apart()
  const reads: Promise<unknown>[] = []
  for (let n = 0; n < 200; n++) {
    await dialogue.write([{ name: `log/${n}`, content: utf8(`${n}`) }])
    reads.push(dialogue.read('draft/1'), dialogue.list('log/'))
  }
  expect((await changing).ok).toBe(true)
  for (let n = 200; n < 220; n++) await dialogue.write([{ name: `log/${n}`, content: utf8(`${n}`) }])
  await Promise.all(reads)
  const again = await opened(platform, FIRST)
  expect(await again.list('log/')).toHaveLength(220)
})

test('[ST18] what is forgotten while the first passphrase is being set does not come back', async () => {
  const { platform } = await deviceWith()
  let leave = async (): Promise<void> => undefined
  const store = {
    ...platform.store,
    write: (changes: readonly StoreChange[]) => {
      // All has been read and sealed anew, and is being written; somebody leaves just now.
      if (changes.length > 1) void leave()
      return new Promise((resolve) => setTimeout(resolve, 20)).then(() => platform.store.write(changes))
    },
  }
  const vault = await opened({ ...platform, store })
  const forgetting = new Promise<void>((resolve, reject) => {
    leave = () => vault.apart().forget(['draft/']).then(resolve, reject)
  })
  expect((await changePassphrase({ ...platform, store }, vault, { next: FIRST, cost })).ok).toBe(true)
  await forgetting
  expect([...(await contents(platform)).keys()]).toEqual([VAULT_KEY_RECORD])
})

test('[ST19] a vault that is locked gives and takes nothing more, for none who had it; what was begun is kept', async () => {
  const { platform, vault } = await deviceWith(FIRST)
  const dialogue = vault.apart()
  const writing = dialogue.write([{ name: 'draft/2', content: utf8('begun before') }])
  await vault.lock()
  await writing
  for (const one of [vault, dialogue]) {
    await expect(one.read('draft/1')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(one.write([{ name: 'draft/3', content: utf8('x') }])).rejects.toMatchObject({ code: 'unavailable' })
  }
  const again = await opened(platform, FIRST)
  expect(await again.read('draft/2')).toEqual(utf8('begun before'))
  expect(await again.read('draft/3')).toBeUndefined()
})

test('[ST20] a store of another format is told as that, and as it was; a broken record as damage', async () => {
  const earlier = await memoryPlatform()
  await earlier.store.write([{ name: 'dialogue/1', bytes: new Uint8Array(40) }])
  await expect(openVault(earlier)).rejects.toMatchObject({ code: 'other-format' })
  expect([...(await contents(earlier)).keys()]).toEqual(['dialogue/1'])

  const { platform } = await deviceWith()
  const record = (await platform.store.get(VAULT_KEY_RECORD)) as Uint8Array
  await platform.store.write([{ name: VAULT_KEY_RECORD, bytes: Uint8Array.of(0x76, 2, ...record.subarray(2)) }])
  await expect(openVault(platform)).rejects.toMatchObject({ code: 'other-format' })
  await platform.store.write([{ name: VAULT_KEY_RECORD, bytes: record.subarray(0, 30) }])
  await expect(openVault(platform)).rejects.toMatchObject({ code: 'damaged' })
})
