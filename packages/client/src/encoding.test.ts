import { utf8 } from '@antechamber/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './encoding.ts'

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

test('[LG10] what is nested so deep that reading it would end the stack is read as nothing', () => {
  expect(parseJson(utf8(nested(32)))).toBeDefined()
  expect(parseJson(utf8(nested(33)))).toBeUndefined()
  expect(parseJson(utf8(nested(100_000)))).toBeUndefined()
  expect(parseJson(utf8('{"a":'.repeat(50_000)))).toBeUndefined()
})

test('[LG10] brackets in texts are no depth', () => {
  const text = `${'['.repeat(100)} "${'{'.repeat(100)}\\`
  expect(parseJson(utf8(JSON.stringify({ text })))).toEqual({ text })
})

test('[LG10] any JSON of ordinary depth comes back as it was, and any bytes are read without a fault', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (json) => {
      expect(parseJson(utf8(json))).toEqual(JSON.parse(json))
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      parseJson(bytes)
    }),
  )
})
