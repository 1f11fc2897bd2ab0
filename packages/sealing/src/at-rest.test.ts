import { toHex, utf8 } from '@antechamber/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importDeviceKey, newDeviceKey, openAtOnce, openAtRest, sealAtOnce, sealAtRest } from './at-rest.ts'
import { codeOf, flipBit, must, runs, seeded } from './testing/fixtures.ts'

const key = await newDeviceKey()
const draft = utf8('What I have not yet dared to say')
const sealed = await sealAtRest(key, 'drafts/1', draft)

test('[CH16] what was sealed opens, and shows nothing', async () => {
  expect(must(await openAtRest(key, 'drafts/1', sealed))).toEqual(draft)
  expect(sealed.length).toBe(draft.length + 28)
  expect(toHex(sealed)).not.toContain(toHex(draft))
  expect(toHex(await sealAtRest(key, 'drafts/1', draft))).not.toBe(toHex(sealed))
})

test('[CH16] a record under another name or key does not open', async () => {
  expect(codeOf(await openAtRest(key, 'drafts/2', sealed))).toBe('unreadable')
  expect(codeOf(await openAtRest(key, 'keys/1', sealed))).toBe('unreadable')
  expect(codeOf(await openAtRest(await newDeviceKey(), 'drafts/1', sealed))).toBe('unreadable')
})

test('[CH16] every bit turned and every cut makes it unreadable', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length * 8 - 1), fc.nat(sealed.length - 1), async (bit, length) => {
      expect(codeOf(await openAtRest(key, 'drafts/1', flipBit(sealed, bit)))).toBe('unreadable')
      expect(codeOf(await openAtRest(key, 'drafts/1', sealed.subarray(0, length)))).toBe('unreadable')
    }),
    { numRuns: runs(60) },
  )
})

test('[CH16] a new device key cannot be read out; one of stored bytes opens what it sealed', async () => {
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
  const bytes = seeded('device')(32)
  const record = await sealAtRest(await importDeviceKey(bytes), 'a', new Uint8Array(0))
  expect(must(await openAtRest(await importDeviceKey(Buffer.from(bytes)), 'a', record))).toEqual(new Uint8Array(0))
  await expect(crypto.subtle.exportKey('raw', await importDeviceKey(bytes))).rejects.toThrow()
  await expect(importDeviceKey(new Uint8Array(16))).rejects.toThrow(RangeError)
})

test('[CH16] what is sealed within the call opens under its own name and key only, and not when it was changed', () => {
  const once = seeded('field')(32)
  const late = sealAtOnce(once, 'late/1', draft)
  expect(must(openAtOnce(once, 'late/1', late))).toEqual(draft)
  expect(late.length).toBe(draft.length + 40)
  expect(toHex(late)).not.toContain(toHex(draft))
  expect(codeOf(openAtOnce(once, 'late/2', late))).toBe('unreadable')
  expect(codeOf(openAtOnce(seeded('other')(32), 'late/1', late))).toBe('unreadable')
  fc.assert(
    fc.property(fc.nat(late.length * 8 - 1), fc.nat(late.length - 1), (bit, length) => {
      expect(codeOf(openAtOnce(once, 'late/1', flipBit(late, bit)))).toBe('unreadable')
      expect(codeOf(openAtOnce(once, 'late/1', late.subarray(0, length)))).toBe('unreadable')
    }),
    { numRuns: runs(60) },
  )
})
