import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import { EMPTY_LOG_HASH, loginChallenge, logLink } from './preimages.ts'
import { tagged } from './tagged.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())
const fields = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 4 })

test('[CH1] purpose and fields stand behind their lengths', () => {
  const bytes = tagged('log', Uint8Array.of(1, 2), new Uint8Array())
  expect(Buffer.from(bytes).toString('latin1')).toBe('\0\0\0\x12antechamber/v1/log\0\0\0\x02\x01\x02\0\0\0\0')
})

test('[CH1] no two different lists of fields, and no two purposes, give the same bytes', () => {
  fc.assert(
    fc.property(fields, fields, (a, b) => {
      const same = JSON.stringify(a.map(toHex)) === JSON.stringify(b.map(toHex))
      expect(toHex(tagged('x', ...a)) === toHex(tagged('x', ...b))).toBe(same)
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(fc.string(), fc.string(), fields, (one, other, list) => {
      fc.pre(one !== other && !/[\ud800-\udfff]/.test(one + other))
      expect(toHex(tagged(one, ...list))).not.toBe(toHex(tagged(other, ...list)))
    }),
  )
})

test('[CH1] moving a byte from one field to the next changes the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (a, b) => {
      const moved = tagged('x', a.subarray(0, -1), Uint8Array.of(a.at(-1) as number, ...b))
      expect(toHex(moved)).not.toBe(toHex(tagged('x', a, b)))
    }),
  )
})

test('[LG4] the log hash of two envelopes, worked out by hand', () => {
  const byHand = (previous: Uint8Array, n: number, envelopeHash: Uint8Array) => {
    const number = Buffer.alloc(8)
    number.writeBigUInt64BE(BigInt(n))
    const parts = [Buffer.from('antechamber/v1/log'), previous, number, envelopeHash]
    const lengths = parts.map((part) => Buffer.of(0, 0, 0, part.length))
    return sha256(Buffer.concat(parts.flatMap((part, i) => [lengths[i] as Buffer, part])))
  }
  const [first, second] = [sha256(Uint8Array.of(1)), sha256(Uint8Array.of(2))]
  const h1 = sha256(logLink(EMPTY_LOG_HASH, 1, first))
  const h2 = sha256(logLink(h1, 2, second))
  expect(EMPTY_LOG_HASH).toEqual(new Uint8Array(32))
  expect(h1).toEqual(byHand(EMPTY_LOG_HASH, 1, first))
  expect(h2).toEqual(byHand(h1, 2, second))
})

test('[LG4] the log hash depends on the order, the numbers and every envelope', () => {
  const chain = (envelopes: readonly string[], from = 1) =>
    toHex(
      envelopes.reduce<Uint8Array>(
        (hash, hex, i) => sha256(logLink(hash, from + i, sha256(fromHex(hex) as Uint8Array))),
        EMPTY_LOG_HASH,
      ),
    )
  const hashes = [['00', '01'], ['01', '00'], ['00'], ['00', '01', '01']].map((list) => chain(list))
  expect(new Set([...hashes, chain(['00', '01'], 2)]).size).toBe(5)
})

test('[WR4] what a log-in signs names host, space, device and both nonces', () => {
  const [space, device, mine, theirs] = [1, 2, 3, 4].map((fill) => new Uint8Array(16).fill(fill)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const signed = loginChallenge('relay.example:8443', space, device, mine, theirs)
  expect(signed).toEqual(tagged('login', Buffer.from('relay.example:8443'), space, device, mine, theirs))
})
