import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textIn, textsIn, type WrittenTexts, withTexts } from './texts.ts'

test('[DG4] texts are found by their ids, whatever was added before, and adding writes to nothing', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.string())), (written) => {
      let texts: WrittenTexts = Object.freeze({})
      for (const [key, text] of written) {
        const before = JSON.stringify(texts)
        const after = withTexts(texts, { [key]: text })
        expect(JSON.stringify(texts)).toBe(before)
        texts = after
      }
      const expected = new Map(written)
      for (const [key, text] of expected) expect(textIn({ texts }, key)).toBe(text)
      expect(new Map(textsIn({ texts }))).toEqual(expected)
    }),
  )
  expect(textIn(undefined, 'x')).toBeUndefined()
  expect(textIn({ texts: {} }, 'x')).toBeUndefined()
})
