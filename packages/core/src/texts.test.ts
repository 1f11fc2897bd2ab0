import fc from 'fast-check'
import { expect, test } from 'vitest'
import { text } from './shape.ts'
import { cleanText, textIn, textsIn, type WrittenTexts, withTexts } from './texts.ts'

test('[DG11] whatever is typed is a text that the rules take, once it is cleaned and if anything is left of it', () => {
  const typed = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }))
  fc.assert(
    fc.property(typed, (words) => {
      const clean = cleanText(words)
      expect(text(200, 0).read(clean, '').ok).toBe(true)
      expect(cleanText(clean)).toBe(clean)
    }),
  )
  expect(cleanText(' a\tb\r\nc\u202e\u0085 ')).toBe('a b\nc')
  for (const kept of ['(مرحبا)\u200f 12\u200e-3', 'می\u200cخواهیم', '👩🏽\u200d🚀 ❤️\u200d🔥'])
    expect(cleanText(kept)).toBe(kept)
})

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
      for (const [key, text] of expected) expect(textIn({ texts, words: {} }, key)).toBe(text)
      expect(new Map(textsIn({ texts, words: {} }))).toEqual(expected)
    }),
  )
  expect(textIn(undefined, 'x')).toBeUndefined()
  expect(textIn({ texts: {}, words: {} }, 'x')).toBeUndefined()
})
