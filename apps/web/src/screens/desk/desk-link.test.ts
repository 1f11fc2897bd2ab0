import { expect, test } from 'vitest'
import { parseDeskLink } from './desk-link.ts'

test('the secret of a desk link comes out as it went in', () => {
  const secret = Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + 250) % 256)
  const text = Buffer.from(secret).toString('base64url')
  expect(text).toMatch(/[-_]/)
  expect(parseDeskLink(`d1.${text}`)).toEqual(secret)
})

test('what can be no desk link is none', () => {
  for (const text of [
    '',
    'd1.',
    'd1.short',
    'v1.AAAAAAAAAAAAAAAAAAAAAA',
    `d1.${'A'.repeat(200)}`,
    `d1.${'A'.repeat(41)}`,
    // As a terminal wraps it, or a messenger cuts it.
    `d1.${'A'.repeat(42)}`,
    `d1.${'A'.repeat(44)}`,
  ])
    expect(parseDeskLink(text)).toBeUndefined()
  expect(parseDeskLink(`d1.${'A'.repeat(20)}=!`)).toBeUndefined()
})
