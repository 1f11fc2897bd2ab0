import { createPublicKey, verify as nodeVerify } from 'node:crypto'
import { concat, fromHex, loginChallenge, tagged, toHex, utf8 } from '@antechamber/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newSigningKey, sign, signingKeyFromSecret, signLogin, verify } from './signing.ts'
import { flipBit, idOf, runs, seeded } from './testing/fixtures.ts'

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array
const random = seeded('signing')
const ada = newSigningKey(random)
const ben = newSigningKey(random)
const message = tagged('test', utf8('what Ada signs'))

// Every encoding of a point whose order divides eight, from RFC 8032's curve.
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
]
const IDENTITY = hex(SMALL_ORDER[0] as string)
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

const littleEndian = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`)

test('RFC 8032, 7.1, test 2', () => {
  const key = signingKeyFromSecret(hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'))
  const signature = sign(key, hex('72'))
  expect(toHex(key.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
  expect(toHex(signature)).toBe(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )
  expect(verify(key.publicKey, hex('72'), signature)).toBe(true)
})

test('a signature holds for its key and its message only', () => {
  const signature = sign(ada, message)
  expect(verify(ada.publicKey, message, signature)).toBe(true)
  expect(verify(ben.publicKey, message, signature)).toBe(false)
  expect(verify(ada.publicKey, tagged('other', utf8('what Ada signs')), signature)).toBe(false)
})

describe('strict verification', () => {
  test.each(SMALL_ORDER)('[LG11] refuses the small-order key %s, for which anything would verify', (encoded) => {
    const signature = concat(IDENTITY, new Uint8Array(32))
    expect(ed25519.verify(signature, message, hex(encoded), { zip215: true })).toBe(true)
    expect(verify(hex(encoded), message, signature)).toBe(false)
  })

  test('[LG11] refuses a point that is not written canonically, even under an honest key', () => {
    // y = p + 1 is the identity once more. The scalar below makes the equation hold for it.
    const noncanonical = hex(`ee${'ff'.repeat(30)}7f`)
    const { scalar } = ed25519.utils.getExtendedPublicKey(ada.secret)
    const challenge = toNumber(sha512(concat(noncanonical, ada.publicKey, message))) % ORDER
    const signature = concat(noncanonical, littleEndian((challenge * scalar) % ORDER))
    expect(ed25519.verify(signature, message, ada.publicKey, { zip215: true })).toBe(true)
    expect(verify(ada.publicKey, message, signature)).toBe(false)
    expect(verify(noncanonical, message, sign(ada, message))).toBe(false)
  })

  test('[LG11] refuses a scalar of the group order or more: one signature, one encoding', () => {
    const signature = sign(ada, message)
    const second = concat(signature.subarray(0, 32), littleEndian(toNumber(signature.subarray(32)) + ORDER))
    expect(verify(ada.publicKey, message, second)).toBe(false)
  })

  test('[LG11] never throws, whatever it is given', () => {
    const bytes = fc.uint8Array({ maxLength: 70 })
    const likely = fc.oneof(bytes, fc.uint8Array({ minLength: 32, maxLength: 32 }))
    const signature = fc.oneof(bytes, fc.uint8Array({ minLength: 64, maxLength: 64 }))
    fc.assert(
      fc.property(likely, bytes, signature, (key, text, made) => verify(key, text, made) === false),
      { numRuns: runs(60) },
    )
  })

  test('[LG11] refuses every single bit turned, in signature and key', () => {
    const signature = sign(ada, message)
    fc.assert(
      fc.property(
        fc.nat(64 * 8 - 1),
        fc.nat(32 * 8 - 1),
        (a, b) =>
          !verify(ada.publicKey, message, flipBit(signature, a)) &&
          !verify(flipBit(ada.publicKey, b), message, signature),
      ),
      { numRuns: runs(20) },
    )
  })
})

test('a seed of another length is our own mistake, and loud', () => {
  expect(() => signingKeyFromSecret(new Uint8Array(31))).toThrow(RangeError)
})

test('a seed is copied, also out of a larger Node buffer', () => {
  const buffer = Buffer.from(ada.secret)
  const key = signingKeyFromSecret(buffer)
  buffer.fill(0)
  expect(toHex(key.secret)).toBe(toHex(ada.secret))
})

test('[WR4] a log-in verifies with the platform’s own code, for its host, space, device and nonces only', () => {
  const fields = {
    host: 'relay.example:8443',
    space: idOf('room'),
    device: idOf('ada phone'),
    deviceNonce: random(32),
    relayNonce: random(32),
  }
  const spki = concat(hex('302a300506032b6570032100'), ada.publicKey)
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  const challenge = (host: string, space: Uint8Array) =>
    loginChallenge(host, space, fields.device, fields.deviceNonce, fields.relayNonce)
  const signature = signLogin(ada, fields)
  expect(nodeVerify(null, challenge(fields.host, fields.space), publicKey, signature)).toBe(true)
  expect(nodeVerify(null, challenge('other.example', fields.space), publicKey, signature)).toBe(false)
  expect(nodeVerify(null, challenge(fields.host, idOf('panel')), publicKey, signature)).toBe(false)
})
