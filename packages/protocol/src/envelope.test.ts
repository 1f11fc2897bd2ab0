import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeEnvelope,
  ENTRY,
  ENVELOPE_OVERHEAD,
  type Envelope,
  encodeEnvelope,
  HEADER,
  sizeClass,
  WORDS,
} from './envelope.ts'
import { ENTRY_SIZES, HEADER_SIZES, MAX_ENVELOPE_BYTES } from './limits.ts'

const id = fc.uint8Array({ minLength: 16, maxLength: 16 })
const anyEnvelope: fc.Arbitrary<Envelope> = fc
  .record({
    kind: fc.constantFrom(ENTRY, HEADER, WORDS),
    space: id,
    chapter: id,
    id,
    nonce: fc.uint8Array({ minLength: 24, maxLength: 24 }),
    size: fc.constantFrom(...ENTRY_SIZES.slice(0, 3)),
    fill: fc.nat(255),
  })
  .map(({ size, fill, ...outside }) => ({
    ...outside,
    sealed: new Uint8Array(size - ENVELOPE_OVERHEAD).fill(fill),
  }))

test('[LG1] an envelope goes there and back, byte for byte as the specification says', () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      const bytes = encodeEnvelope(envelope)
      expect(decodeEnvelope(bytes)).toEqual({ ok: true, value: envelope })
      const { kind, space, chapter, nonce, sealed } = envelope
      expect(
        Buffer.from(bytes).equals(
          Buffer.concat([Buffer.of(0xa7, 1, kind), space, chapter, envelope.id, nonce, sealed]),
        ),
      ).toBe(true)
    }),
  )
})

test('[LG1] other bytes are refused with a code and the field', () => {
  const good = encodeEnvelope({
    kind: ENTRY,
    space: new Uint8Array(16),
    chapter: new Uint8Array(16),
    id: new Uint8Array(16),
    nonce: new Uint8Array(24),
    sealed: new Uint8Array(1024 - ENVELOPE_OVERHEAD),
  })
  const told = (bytes: Uint8Array) => {
    const envelope = decodeEnvelope(bytes)
    return envelope.ok ? 'ok' : `${envelope.error.code} ${envelope.error.field}`
  }
  const changed = (at: number, byte: number) => good.map((value, i) => (i === at ? byte : value))
  expect(told(good)).toBe('ok')
  expect(told(changed(0, 0xa6))).toBe('bad-value magic')
  expect(told(changed(1, 2))).toBe('unknown-version version')
  expect(told(changed(2, 0))).toBe('bad-value kind')
  expect(told(changed(2, 4))).toBe('bad-value kind')
  expect(told(good.subarray(0, 1))).toBe('truncated version')
  expect(told(good.subarray(0, 18))).toBe('truncated space')
  expect(told(good.subarray(0, 20))).toBe('truncated chapter')
  expect(told(good.subarray(0, 40))).toBe('truncated id')
  expect(told(good.subarray(0, 74))).toBe('truncated nonce')
  expect(told(good.subarray(0, 75))).toBe('bad-value sealed')
  expect(told(new Uint8Array(MAX_ENVELOPE_BYTES + 1))).toBe('too-large ')
})

test('[LG2] an envelope is as long as one of the sizes of its kind, and no other', () => {
  const lengthOf = (kind: Envelope['kind'], length: number) => {
    const bytes = new Uint8Array(length)
    bytes.set([0xa7, 1, kind])
    return decodeEnvelope(bytes).ok
  }
  for (const kind of [ENTRY, HEADER, WORDS] as const) {
    const sizes = kind === HEADER ? HEADER_SIZES : ENTRY_SIZES
    for (const size of HEADER_SIZES) {
      expect([size, lengthOf(kind, size)]).toEqual([size, sizes.includes(size)])
      for (const near of [size - 1, size + 1]) expect([near, lengthOf(kind, near)]).toEqual([near, false])
    }
  }
})

test('[LG2] the size class is the smallest that holds a length', () => {
  expect(ENTRY_SIZES).toEqual([1024, 2048, 4096, 8192, 16384, 32768])
  expect(sizeClass(ENTRY, 0)).toBe(1024)
  expect(sizeClass(ENTRY, 1024)).toBe(1024)
  expect(sizeClass(ENTRY, 1025)).toBe(2048)
  expect(sizeClass(ENTRY, 32769)).toBe(undefined)
  expect(sizeClass(HEADER, 32769)).toBe(65536)
  expect(sizeClass(HEADER, MAX_ENVELOPE_BYTES)).toBe(MAX_ENVELOPE_BYTES)
  expect(sizeClass(HEADER, MAX_ENVELOPE_BYTES + 1)).toBe(undefined)
})
