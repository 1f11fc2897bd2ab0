import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AnyCodec,
  bytes,
  type Codec,
  decode,
  encode,
  fixed,
  flag,
  list,
  oneOf,
  optional,
  rest,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  variant,
  versioned,
} from './codec.ts'

const LIMIT = 10_000

const sample = versioned(
  0x41,
  3,
  struct({
    small: u8,
    place: struct({ wide: u64, name: text(20) }),
    mode: oneOf(u16, [1, 500]),
    on: flag,
    key: fixed(4),
    parts: list(bytes(9), 3),
    maybe: optional(u32),
    either: variant({ left: [1, struct({ n: u8 })], right: [7, struct({ t: text(5) })] }),
    tail: rest,
  }),
)
type Sample = ReturnType<typeof sample.read>

const anySample: fc.Arbitrary<Sample> = fc.record({
  small: fc.nat(255),
  place: fc.record({ wide: fc.maxSafeNat(), name: fc.string({ maxLength: 6, unit: 'grapheme-ascii' }) }),
  mode: fc.constantFrom(1 as const, 500 as const),
  on: fc.boolean(),
  key: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  parts: fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 3 }),
  maybe: fc.option(fc.nat(2 ** 32 - 1), { nil: undefined }),
  either: fc.oneof(
    fc.record({ type: fc.constant('left' as const), n: fc.nat(255) }),
    fc.record({ type: fc.constant('right' as const), t: fc.string({ maxLength: 5, unit: 'grapheme-ascii' }) }),
  ),
  tail: fc.uint8Array({ maxLength: 30 }),
})

test('a value goes there and back', () => {
  fc.assert(
    fc.property(anySample, (value) => {
      expect(decode(sample, encode(sample, value), LIMIT)).toEqual({ ok: true, value })
    }),
  )
})

test('a value has one array of bytes: whatever decodes is encoded to the same bytes again', () => {
  const changed = fc.tuple(anySample, fc.nat(200), fc.nat(255)).map(([value, at, byte]) => {
    const bytes = Uint8Array.from(encode(sample, value))
    bytes[at % bytes.length] = byte
    return bytes
  })
  fc.assert(
    fc.property(changed, (input) => {
      const value = decode(sample, input, LIMIT)
      if (value.ok) expect(encode(sample, value.value)).toEqual(input)
    }),
    { numRuns: 1000 },
  )
})

test('any bytes decode to a value or to a fault with its field; nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (input) => {
      const value = decode(sample, Uint8Array.of(0x41, 3, ...input), LIMIT)
      if (value.ok) return
      expect(value.error.code).toMatch(/^(truncated|bad-value)$/)
      expect(value.error.field).toMatch(
        /^(small|place\.(wide|name)|mode|on|key|parts|maybe|either(\.(left\.n|right\.t))?)$/,
      )
      expect(value.error.at).toBeLessThanOrEqual(input.length + 2)
    }),
    { numRuns: 1000 },
  )
})

test('what is cut anywhere is refused as truncated', () => {
  const whole = struct({ place: struct({ wide: u64, name: text(20) }), parts: list(bytes(9), 3), on: flag })
  const input = encode(whole, { place: { wide: 7, name: 'Ada' }, parts: [Uint8Array.of(1, 2)], on: true })
  for (let length = 0; length < input.length; length++) {
    expect(decode(whole, input.subarray(0, length), LIMIT)).toMatchObject({ ok: false, error: { code: 'truncated' } })
  }
  const longer = Uint8Array.of(...input, 0)
  expect(decode(whole, longer, LIMIT)).toEqual({
    ok: false,
    error: { code: 'trailing', field: '', at: input.length },
  })
})

test('too many bytes are refused unread', () => {
  expect(decode(rest, new Uint8Array(11), 10)).toEqual({
    ok: false,
    error: { code: 'too-large', field: '', at: 10 },
  })
  expect(decode(rest, new Uint8Array(10), 10).ok).toBe(true)
})

test('a length or a count beyond its limit is refused before anything is made of it', () => {
  const huge = [0xff, 0xff, 0xff, 0xff]
  expect(decode(bytes(9), Uint8Array.from(huge), LIMIT)).toMatchObject({ error: { code: 'bad-value', at: 0 } })
  expect(decode(list(u8, 3), Uint8Array.of(0xff, 0xff), LIMIT)).toMatchObject({ error: { code: 'bad-value', at: 0 } })
})

test.each<[string, AnyCodec, number[], string]>([
  ['another magic', sample, [0x42, 3], 'bad-value magic 0'],
  ['another version', sample, [0x41, 4], 'unknown-version version 1'],
  ['a flag of 2', struct({ on: flag }), [2], 'bad-value on 0'],
  ['a value that is not one of the few', oneOf(u8, [1, 2]), [3], 'bad-value  0'],
  ['an unknown tag', struct({ e: variant({ a: [1, u8] }) }), [2, 0], 'bad-value e 0'],
  ['a presence that is neither', struct({ m: optional(u8) }), [2, 0], 'bad-value m 0'],
  ['no UTF-8', struct({ t: text(9) }), [0, 0, 0, 1, 0xff], 'bad-value t 0'],
  ['a u64 beyond 2^53 - 1', struct({ n: u64 }), [0, 32, 0, 0, 0, 0, 0, 0], 'bad-value n 0'],
])('%s is refused where it stands', (_, codec, input, told) => {
  const value = decode(codec as Codec<unknown>, Uint8Array.from(input), LIMIT)
  expect(value.ok || `${value.error.code} ${value.error.field} ${value.error.at}`).toBe(told)
})

test('integers are big-endian', () => {
  expect([...encode(u16, 258), ...encode(u32, 16909060), ...encode(u64, 2 ** 53 - 1)]).toEqual([
    1, 2, 1, 2, 3, 4, 0, 31, 255, 255, 255, 255, 255, 255,
  ])
})

test('a value that the format cannot carry is our own mistake and throws', () => {
  for (const write of [
    () => encode(u8, 256),
    () => encode(u8, -1),
    () => encode(u64, 2 ** 53),
    () => encode(u32, 1.5),
    () => encode(fixed(4), new Uint8Array(5)),
    () => encode(bytes(4), new Uint8Array(5)),
    () => encode(text(3), '🕊'),
    () => encode(list(u8, 1), [1, 2]),
  ]) {
    expect(write).toThrow(RangeError)
  }
})

test('decoded bytes are a copy of their own, also out of a Buffer', () => {
  const input = Buffer.from([1, 2, 3, 4])
  const value = decode(struct({ a: fixed(2), b: rest }), input, LIMIT)
  input.fill(0)
  expect(value).toEqual({ ok: true, value: { a: Uint8Array.of(1, 2), b: Uint8Array.of(3, 4) } })
  if (value.ok) expect(value.value.a.buffer.byteLength).toBe(2)
})
