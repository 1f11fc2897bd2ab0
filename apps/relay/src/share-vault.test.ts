import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawShare, ShareError, shareVault } from './share-vault.ts'
import { random, randomId } from './testing/device.ts'

test('[CH4] a sealed share opens in its place and under its key only', () => {
  const [key, space, chapter, share] = [random(32), randomId(), randomId(), drawShare()]
  const vault = shareVault(key)
  const sealed = vault.seal(space, chapter, share)
  expect(vault.open(space, chapter, sealed)).toEqual(share)
  expect(() => vault.open(randomId(), chapter, sealed)).toThrow(ShareError)
  expect(() => vault.open(space, randomId(), sealed)).toThrow(ShareError)
  expect(() => shareVault(random(32)).open(space, chapter, sealed)).toThrow(ShareError)
})

test('[CH4] any changed or missing byte of a sealed share is noticed', () => {
  const [space, chapter] = [randomId(), randomId()]
  const vault = shareVault(random(32))
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
  const [space, chapter, share] = [randomId(), randomId(), drawShare()]
  const vault = shareVault(random(32))
  const [first, second] = [vault.seal(space, chapter, share), vault.seal(space, chapter, share)]
  expect(Buffer.from(first).includes(Buffer.from(share.subarray(0, 8)))).toBe(false)
  expect(first).not.toEqual(second)
})
