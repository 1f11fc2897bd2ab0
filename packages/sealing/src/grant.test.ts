import { encode, tagged, toHex, u32 } from '@antechamber/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportContentKey, newContentKey } from './chapter.ts'
import { type GrantFault, type GrantPlace, grantContentKey, openGrant } from './grant.ts'
import { hpkeSeal, isSealingPublicKey } from './hpke.ts'
import { isSealingKeyGood, newSealingKey, sealingKeyFromSecret, sealingKeyRecord } from './sealing-key.ts'
import { newSigningKey } from './signing.ts'
import { codeOf, flipBit, idOf, must, openFirstChapter, runs, seeded } from './testing/fixtures.ts'

const room = openFirstChapter()
const random = seeded('grants')
const ben = newSigningKey(random)
const key = await newSealingKey(3, random)
const otherKey = await newSealingKey(3, random)
const at: GrantPlace = { place: room.place, facts: room.header, device: idOf('ben phone') }
const grant = await grantContentKey({ ...at, keyNumber: 3, publicKey: key.publicKey, random }, room.contentKey)

test('[CH8] opens for the device and key it was made for, and gives the chapter’s key', async () => {
  const opened = must(await openGrant(at, grant, key))
  expect(exportContentKey(opened)).toEqual(exportContentKey(room.contentKey))
  expect(grant.enc.length + grant.wrapped.length).toBe(1168)
  const systemDrawn = await grantContentKey({ ...at, keyNumber: 3, publicKey: key.publicKey }, room.contentKey)
  expect(toHex(systemDrawn.enc)).not.toBe(toHex(grant.enc))
  expect((await openGrant(at, systemDrawn, key)).ok).toBe(true)
})

describe('each fault, and the only way to it', () => {
  // A code that is added to GrantFault and not here does not compile.
  const faults: Record<GrantFault['code'], () => Promise<unknown>> = {
    'wrong-key-number': () => openGrant(at, { ...grant, keyNumber: 4 }, key),
    unreadable: () => openGrant(at, grant, otherKey),
    'wrong-content-key': async () => openGrant(at, await grantOfAnotherKey(), key),
  }
  test.each(Object.keys(faults) as GrantFault['code'][])('[CH8] %s', async (code) => {
    expect(await faults[code]()).toMatchObject({ ok: false, error: { code } })
  })
})

/** A modified client wraps another key than the one the header commits to. */
async function grantOfAnotherKey() {
  const { dialogue, space, chapter } = room.place
  const ids = [dialogue, space, chapter, room.header.commitCk, room.header.commitK, at.device]
  const info = tagged('grant', ...ids, encode(u32, 3))
  const sealed = await hpkeSeal(key.publicKey, info, exportContentKey(newContentKey(random)), random)
  return { device: at.device, keyNumber: 3, enc: sealed.enc, wrapped: sealed.ciphertext }
}

test('[CH8] does not open for another dialogue, space, chapter, commitment, device or key number', async () => {
  const { place, facts } = at
  const moved: GrantPlace[] = [
    { ...at, place: { ...place, dialogue: idOf('another') } },
    { ...at, place: { ...place, space: idOf('panel') } },
    { ...at, place: { ...place, chapter: idOf('chapter two') } },
    { ...at, facts: { ...facts, commitCk: facts.commitK } },
    { ...at, facts: { ...facts, commitK: facts.commitCk } },
    { ...at, device: idOf('chi phone') },
  ]
  for (const there of moved) expect(codeOf(await openGrant(there, grant, key))).toBe('unreadable')
  const renumbered = await sealingKeyFromSecret(4, key.secret)
  expect(codeOf(await openGrant(at, { ...grant, keyNumber: 4 }, renumbered))).toBe('unreadable')
})

test('[CH8] every bit turned and every other length makes it unreadable', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1120 * 8 - 1), fc.nat(48 * 8 - 1), async (a, b) => {
      expect(codeOf(await openGrant(at, { ...grant, enc: flipBit(grant.enc, a) }, key))).toBe('unreadable')
      expect(codeOf(await openGrant(at, { ...grant, wrapped: flipBit(grant.wrapped, b) }, key))).toBe('unreadable')
    }),
    { numRuns: runs(12) },
  )
  for (const length of [0, 15, 16, 47]) {
    const cut = { ...grant, wrapped: grant.wrapped.subarray(0, length) }
    expect(codeOf(await openGrant(at, cut, key))).toBe('unreadable')
    expect(codeOf(await openGrant(at, { ...grant, enc: grant.enc.subarray(0, length) }, key))).toBe('unreadable')
  }
})

test('[CH8] granting a key that is not the chapter’s is our own mistake, and loud', async () => {
  const args = { ...at, keyNumber: 3, publicKey: key.publicKey }
  await expect(grantContentKey(args, newContentKey(random))).rejects.toThrow(RangeError)
})

describe('sealing keys', () => {
  const { space } = room.place
  const record = sealingKeyRecord(ben, space, at.device, key)

  test('[CH9] a key is good under its root key, in its space, for its device and number', () => {
    expect(isSealingKeyGood(ben.publicKey, space, record)).toBe(true)
    expect(isSealingKeyGood(room.ada.publicKey, space, record)).toBe(false)
    expect(isSealingKeyGood(ben.publicKey, idOf('panel'), record)).toBe(false)
    expect(isSealingKeyGood(ben.publicKey, space, { ...record, device: idOf('chi phone') })).toBe(false)
    expect(isSealingKeyGood(ben.publicKey, space, { ...record, number: 4 })).toBe(false)
    expect(isSealingKeyGood(ben.publicKey, space, { ...record, publicKey: otherKey.publicKey })).toBe(false)
  })

  test('[CH9] every bit turned is refused', () => {
    fc.assert(
      fc.property(
        fc.nat(1216 * 8 - 1),
        fc.nat(64 * 8 - 1),
        (a, b) =>
          !isSealingKeyGood(ben.publicKey, space, { ...record, publicKey: flipBit(record.publicKey, a) }) &&
          !isSealingKeyGood(ben.publicKey, space, { ...record, signature: flipBit(record.signature, b) }),
      ),
      { numRuns: runs(20) },
    )
  })

  test('[CH9] a key that nothing can be sealed to is not good, however well signed', async () => {
    const lowOrder = Uint8Array.from(key.publicKey)
    lowOrder.fill(0, 1184)
    const tooLarge = Uint8Array.from(key.publicKey)
    tooLarge.set([0x01, 0x0d], 0) // the first coefficient is 0xd01 = 3329 = q
    const secondTooLarge = Uint8Array.from(key.publicKey)
    secondTooLarge.set([0xff, 0xff], 1150)
    for (const publicKey of [lowOrder, tooLarge, secondTooLarge, new Uint8Array(1215), new Uint8Array(0)]) {
      const signed = sealingKeyRecord(ben, space, at.device, { ...key, publicKey })
      expect(isSealingKeyGood(ben.publicKey, space, signed)).toBe(false)
      await expect(grantContentKey({ ...at, keyNumber: 3, publicKey }, room.contentKey)).rejects.toThrow()
    }
  })

  test('[CH9] whatever passes can be granted to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (point) => {
        const publicKey = Uint8Array.from(key.publicKey)
        publicKey.set(point, 1184)
        if (!isSealingPublicKey(publicKey)) return
        const made = await grantContentKey({ ...at, keyNumber: 3, publicKey }, room.contentKey)
        expect(made.wrapped.length).toBe(48)
      }),
      { numRuns: runs(8) },
    )
  })

  test('[CH10] a key is its number and 32 bytes: what was kept opens what was granted', async () => {
    const kept = await sealingKeyFromSecret(key.number, Buffer.from(key.secret))
    expect(kept.publicKey).toEqual(key.publicKey)
    expect((await openGrant(at, grant, kept)).ok).toBe(true)
    await expect(sealingKeyFromSecret(0, new Uint8Array(31))).rejects.toThrow(RangeError)
  })
})
