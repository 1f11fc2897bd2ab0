import { tagged, utf8 } from '@antechamber/protocol'
import { argon2id } from '@noble/hashes/argon2.js'
import { expect, test } from 'vitest'
import { wordlist } from './english-words.ts'
import { safetyWords } from './safety-words.ts'
import { newSigningKey } from './signing.ts'
import { flipBit, seeded } from './testing/fixtures.ts'

const anchor = newSigningKey(seeded('anchor')).publicKey
const root = newSigningKey(seeded('root')).publicKey
const keys = { anchor, root }
const SALT = utf8('antechamber/v1/safety-words')

test('[IN9] six words, of eleven bits each from the first bit on', async () => {
  const words = await safetyWords(keys, 'en')
  const hashed = argon2id(tagged('safety-words', anchor, root), SALT, { t: 3, m: 65_536, p: 1, dkLen: 9 })
  const number = BigInt(`0x${Buffer.from(hashed).toString('hex')}`)
  const expected = [61n, 50n, 39n, 28n, 17n, 6n].map((shift) => wordlist[Number((number >> shift) & 2047n)])
  expect(words).toEqual(expected)
})

test('[IN9] the same bits as numbers of four digits where the language has no list', async () => {
  const words = await safetyWords(keys, 'en-GB')
  const numbers = await safetyWords(keys, 'ar')
  expect(numbers.every((number) => /^[0-2][0-9]{3}$/.test(number))).toBe(true)
  expect(numbers.map((number) => wordlist[Number(number)])).toEqual(words)
})

test('[IN9] another anchor has other words, and so has another device with somebody’s anchor', async () => {
  const words = await safetyWords(keys, 'en')
  expect(await safetyWords({ anchor: flipBit(anchor, 0), root }, 'en')).not.toEqual(words)
  expect(await safetyWords({ anchor, root: flipBit(root, 0) }, 'en')).not.toEqual(words)
})
