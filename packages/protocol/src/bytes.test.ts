import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, equalBytes, fromBase64Url, fromHex, fromUtf8, toBase64Url, toHex, utf8 } from './bytes.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

test('base64url goes there and back, and says the same as another maker of it', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      const text = toBase64Url(value)
      expect(text).toBe(Buffer.from(value).toString('base64url'))
      expect(fromBase64Url(text)).toEqual(value)
    }),
  )
})

test('one array of bytes has one base64url text: padding, other letters and left-over bits are refused', () => {
  for (const text of ['A', 'AAAAA', 'AA==', 'AB', 'AAB', 'AA A', 'AA+/', 'AAé', 'AA🕊', 'AA\n']) {
    expect([text, fromBase64Url(text)]).toEqual([text, undefined])
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const value = fromBase64Url(text)
      if (value !== undefined) expect(toBase64Url(value)).toBe(text)
    }),
  )
})

test('hexadecimal goes there and back, in either case', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(toHex(value)).toBe(Buffer.from(value).toString('hex'))
      expect(fromHex(toHex(value))).toEqual(value)
      expect(fromHex(toHex(value).toUpperCase())).toEqual(value)
    }),
  )
  for (const text of ['a', 'g0', '0 ', '0x00']) expect(fromHex(text)).toBe(undefined)
})

test('text goes there and back; bytes that are no UTF-8 are no text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fromUtf8(utf8(text))).toBe(text)
    }),
  )
  for (const bad of [[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80]]) {
    expect(fromUtf8(Uint8Array.from(bad))).toBe(undefined)
  }
  expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
})

test('equal bytes are equal and no others', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(equalBytes(a, Uint8Array.from(a))).toBe(true)
      expect(equalBytes(a, b)).toBe(Buffer.from(a).equals(b))
    }),
  )
})

test('parts are joined in order, in memory of their own', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
      const joined = concat(...parts)
      expect(Buffer.from(joined).equals(Buffer.concat(parts))).toBe(true)
      for (const part of parts) expect(joined.buffer).not.toBe(part.buffer)
    }),
  )
})
