import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPlain, visibleText } from './visible-text.ts'

describe('what can be seen of a text', () => {
  test.each([
    ['marks of direction', 'a\u200eb\u202ec\u2066d\u2069e\u061cf', 'abcdef'],
    ['characters without width', 'a\u200bb\u2060c\ufeffd\u00ade\u034ff', 'abcdef'],
    [
      'tags that spell a name',
      `a${[...'ada'].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('')}b`,
      'ab',
    ],
    ['variation selectors', 'a\ufe0fb\ufe01c\u{e0101}d', 'abcd'],
    ['control characters, noncharacters and lone surrogates', 'a\u0000b\u0007c\ufffed\ud800e\ufff9f', 'abcdef'],
    ['kinds of space', '\u2003a\u00a0 b\tc\u202fd  ', 'a b c d'],
    ['joiners between Latin letters', 'a\u200cb\u200dc\u200c\u200d', 'abc'],
    ['spaces and empty lines around line ends', ' a \r\n\r\n\n b\u2028c\n', 'a\nb\nc'],
    ['a letter and its accent apart', 'e\u0301', '\u00e9'],
  ])('[R35] loses %s', (_what, text, seen) => {
    expect(visibleText(text)).toBe(seen)
  })

  test.each([
    ['a Persian word that needs its joiner', 'می\u200cخواهیم'],
    ['a conjunct that a joiner keeps apart', 'क्\u200dष'],
    ['a family of emoji', '👩🏽\u200d🚀 ❤️\u200d🔥 👨\u200d👩\u200d👧'],
    ['vowel marks', 'السَّلامُ עֲלֵיכֶם'],
    ['line ends', 'one\ntwo'],
    ['what looks like code', '<b> & "quotes" \\ ` * _'],
  ])('keeps %s', (_what, text) => {
    expect(visibleText(text)).toBe(text)
  })

  test('[R35] joiners in a row, at an end or beside a space are one or none', () => {
    expect(visibleText('می\u200c\u200c\u200dخواهیم')).toBe('می\u200cخواهیم')
    expect(visibleText('می\u200c خواهیم\u200c')).toBe('می خواهیم')
  })

  test('[R35] seen once, it is the same seen again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const seen = visibleText(text)
        expect(visibleText(seen)).toBe(seen)
        expect(isPlain(seen)).toBe(true)
        expect(seen).not.toMatch(/[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/)
      }),
    )
  })
})

test('[BR1] what counts as unseen is what Unicode says, and the same on every device', () => {
  const kept = '\n \u200c\u200d\ufe0f'
  for (let code = 0; code < 0x110000; code++) {
    const character = String.fromCodePoint(code)
    const isUnseen =
      /[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cc}\p{Cs}\p{Co}\s\ufff9-\ufffb]/u.test(character)
    if (isPlain(`a${character}b`) === (isUnseen && !kept.includes(character))) throw new Error(`U+${code.toString(16)}`)
  }
})
