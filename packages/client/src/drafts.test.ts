import { fromUtf8 } from '@antechamber/protocol'
import { LEAST_COST, newDeviceKey, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { Drafts } from './drafts.ts'
import { KeyRing } from './key-ring.ts'
import { newMemoryDisk, openMemoryStore } from './memory-store.ts'
import { memoryPlatform } from './node/index.ts'
import { Vault } from './vault.ts'
import { changePassphrase, openVault } from './vault-door.ts'

const FIELD = 'sharing/fears#1'

test('[ST15] the last text handed over at once is read before what was saved, until the next save', async () => {
  const key = await newDeviceKey()
  const store = await openMemoryStore(newMemoryDisk())
  const drafts = () => new Drafts(new Vault(store, new KeyRing(key)), 'abc', systemRandom)
  const first = drafts()
  expect(await first.read(FIELD)).toBe('')
  await first.save(FIELD, 'That nob')
  const handing = first.saveAtOnce(FIELD, 'That nobody asks.')
  const second = drafts()
  expect(await second.read(FIELD)).toBe('That nobody asks.')
  await handing
  await second.save(FIELD, 'That nobody asks us.')
  expect(await drafts().read(FIELD)).toBe('That nobody asks us.')
  const third = drafts()
  await third.read(FIELD)
  await third.saveAtOnce(FIELD, '')
  expect(await drafts().read(FIELD)).toBe('')
})

test('[ST1] nothing of a text handed over at once can be read in the store, and it is forgotten with its dialogue', async () => {
  const store = await openMemoryStore(newMemoryDisk())
  const vault = new Vault(store, new KeyRing(await newDeviceKey()))
  const drafts = new Drafts(vault, 'abc', systemRandom)
  await drafts.read(FIELD)
  await drafts.saveAtOnce(FIELD, 'That nobody asks.')
  const kept = await store.list('')
  expect(kept.map(({ name }) => name)).toEqual([`late/abc/${FIELD}`, `latekey/abc/${FIELD}`])
  expect(kept.some(({ bytes }) => fromUtf8(bytes)?.includes('nobody'))).toBe(false)
  await vault.forget(['late/abc/', 'latekey/abc/'])
  await drafts.saveAtOnce(FIELD, 'again')
  expect(await store.list('')).toEqual([])
})

test('[ST15] a field that has not been read yet is saved as usual', async () => {
  const store = await openMemoryStore(newMemoryDisk())
  const drafts = new Drafts(new Vault(store, new KeyRing(await newDeviceKey())), 'abc', systemRandom)
  await drafts.saveAtOnce(FIELD, 'at the very start')
  expect(await drafts.read(FIELD)).toBe('at the very start')
})

test('[ST18] last texts outlive the first passphrase, and are sealed with other keys from then on', async () => {
  const platform = await memoryPlatform()
  const opened = await openVault(platform)
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const drafts = new Drafts(vault.apart(), 'abc', systemRandom)
  expect(await drafts.read(FIELD)).toBe('')
  await drafts.saveAtOnce(FIELD, 'That nobody asks.')
  const next = 'the heron stands still'
  expect(await changePassphrase(platform, vault, { next, cost: LEAST_COST })).toMatchObject({ ok: true })
  expect((await platform.store.list('late')).length).toBe(0)
  expect(await drafts.read(FIELD)).toBe('That nobody asks.')
  await drafts.saveAtOnce(FIELD, 'That nobody asks us.')
  const again = await openVault(platform, next)
  if (!again.ok) throw new Error(again.error.code)
  expect(await new Drafts(again.value.vault, 'abc', systemRandom).read(FIELD)).toBe('That nobody asks us.')
  await vault.lock()
  await expect(drafts.saveAtOnce(FIELD, 'too late')).rejects.toMatchObject({ code: 'unavailable' })
})

test('[DX7] of a field whose text was deleted nothing is kept any more, though its page is still open', async () => {
  const store = await openMemoryStore(newMemoryDisk())
  const vault = new Vault(store, new KeyRing(await newDeviceKey()))
  const drafts = new Drafts(vault, 'abc', systemRandom)
  await drafts.read(FIELD)
  // It is under way when the others go.
  const saving = drafts.save(FIELD, 'That nob')
  await drafts.delete((field) => field === FIELD)
  await saving
  await drafts.save(FIELD, 'That nobody asks.')
  await drafts.saveAtOnce(FIELD, 'That nobody asks us.')
  expect(await store.list('')).toEqual([])
  await drafts.save('sharing/fears#2', 'Another.')
  expect(await drafts.read('sharing/fears#2')).toBe('Another.')
})
