import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawShare, KEY_AGE_MS, memoryKeys, ShareError, shareKeyOf, shareVault } from './share-vault.ts'
import { memoryStorage } from './storage/memory.ts'
import { StorageFullError } from './storage/ports.ts'
import { randomId } from './testing/device.ts'
import { NOW, storedSpace } from './testing/stored-space.ts'

const newVault = () => shareVault(memoryKeys(NOW))

test('[CH4] a sealed share opens in its place and under its key only', () => {
  const [space, chapter, share, vault] = [randomId(), randomId(), drawShare(), newVault()]
  const sealed = vault.seal(space, chapter, share)
  expect(vault.open(space, chapter, sealed)).toEqual(share)
  expect(() => vault.open(randomId(), chapter, sealed)).toThrow(ShareError)
  expect(() => vault.open(space, randomId(), sealed)).toThrow(ShareError)
  expect(() => newVault().open(space, chapter, sealed)).toThrow(ShareError)
})

test('[CH4] any changed or missing byte of a sealed share is noticed', () => {
  const [space, chapter, vault] = [randomId(), randomId(), newVault()]
  const sealed = vault.seal(space, chapter, drawShare())
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] as number) ^ flip
      expect(() => vault.open(space, chapter, changed)).toThrow(ShareError)
      expect(() => vault.open(space, chapter, sealed.subarray(0, at))).toThrow(ShareError)
    }),
  )
})

test('[CH4] a sealed share shows nothing of the share, and no two are alike', () => {
  const [space, chapter, share, vault] = [randomId(), randomId(), drawShare(), newVault()]
  const [first, second] = [vault.seal(space, chapter, share), vault.seal(space, chapter, share)]
  expect(Buffer.from(first).includes(Buffer.from(share.subarray(0, 8)))).toBe(false)
  expect(first).not.toEqual(second)
})

describe('a renewal', () => {
  /** A storage with more shares than are sealed again in one step. */
  const withShares = async () => {
    const [storage, keeper] = [memoryStorage(), memoryKeys(NOW)]
    const vault = shareVault(keeper)
    const shares = new Map<Uint8Array, { readonly space: Uint8Array; readonly share: Uint8Array }>()
    for (let i = 0; i < 40; i++) {
      const at = await storedSpace(storage)
      for (let k = 0; k < 32; k++) {
        const [chapter, share] = [randomId(), drawShare()]
        const sealedShare = vault.seal(at.space, chapter, share)
        await storage.envelopes.reserve({ ...at, chapter, sealedShare, shareKey: shareKeyOf(sealedShare), now: NOW })
        shares.set(chapter, { space: at.space, share })
      }
    }
    const all = () => storage.shares.listShares({ after: undefined, limit: 10_000 })
    const opened = async () => {
      for (const { space, chapter, sealedShare } of await all()) {
        const known = [...shares].find(([id]) => Buffer.from(id).equals(chapter))?.[1]
        expect(vault.open(space, chapter, sealedShare)).toEqual(known?.share)
      }
    }
    return { storage, keeper, vault, all, opened, count: shares.size }
  }

  test('[CH4] seals every share again; what was sealed before is closed for good', async () => {
    const { storage, keeper, vault, all, opened, count } = await withShares()
    const before = await all()
    const [old] = keeper.load()
    await vault.renew(storage.shares, NOW + 1)
    expect(keeper.load().length).toBe(1)
    expect(keeper.load()[0]?.id).not.toEqual(old?.id)
    expect((await all()).length).toBe(count)
    await opened()
    for (const { space, chapter, sealedShare } of before.slice(0, 20)) {
      expect(() => vault.open(space, chapter, sealedShare)).toThrow(ShareError)
      expect(() => shareVault(keeper).open(space, chapter, sealedShare)).toThrow(ShareError)
    }
  })

  test('[CH4] one that is cut off leaves every share open, and is finished by the next', async () => {
    const { storage, keeper, vault, opened } = await withShares()
    let steps = 0
    const failing = {
      ...storage.shares,
      replaceShares: (renewed: Parameters<typeof storage.shares.replaceShares>[0]) => {
        steps += 1
        if (steps === 2) return Promise.reject(new StorageFullError('full'))
        return storage.shares.replaceShares(renewed)
      },
    }
    await expect(vault.renew(failing, NOW + 1)).rejects.toThrow(StorageFullError)
    expect(keeper.load().length).toBe(2)
    expect(vault.isDue(NOW + 1)).toBe(true)
    await opened()
    steps = 1
    await expect(vault.renew(failing, NOW + 2)).rejects.toThrow(StorageFullError)
    expect(keeper.load().length).toBe(2)
    await vault.renew(failing, NOW + 3)
    expect(keeper.load().length).toBe(1)
    expect(vault.isDue(NOW + 3)).toBe(false)
    await opened()
  })

  test('[CH4] is due after a week', async () => {
    const vault = newVault()
    expect(vault.isDue(NOW + KEY_AGE_MS - 1)).toBe(false)
    expect(vault.isDue(NOW + KEY_AGE_MS)).toBe(true)
    await vault.renew(memoryStorage().shares, NOW + KEY_AGE_MS)
    expect(vault.isDue(NOW + KEY_AGE_MS)).toBe(false)
  })
})
