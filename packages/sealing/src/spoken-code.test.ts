import { toHex, utf8 } from '@antechamber/protocol'
import { argon2id } from '@noble/hashes/argon2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wordlist } from './english-words.ts'
import { invitationFromSpokenCode, newSpokenCode, parseSpokenCode, SPOKEN_WORDS } from './spoken-code.ts'
import { must, runs, seeded } from './testing/fixtures.ts'

const random = seeded('codes')
const words = ['abandon', 'acid', 'zoo', 'act', 'river', 'quick', 'bridge', 'open']
const groups = ['001', '234', '567', '890', '123', '456', '789', '012', '345']

describe('new codes', () => {
  test('[IN2] eight words of the list in English, nine groups of three digits elsewhere', async () => {
    for (const language of ['en', 'en-GB', 'EN']) {
      const code = await newSpokenCode(language, random)
      expect(code.length).toBe(8)
      expect(code.every((word) => wordlist.includes(word))).toBe(true)
    }
    for (const language of ['ar', 'fa-IR', 'he', '']) {
      const code = await newSpokenCode(language, random)
      expect(code.length).toBe(9)
      expect(code.every((group) => /^[0-9]{3}$/.test(group))).toBe(true)
    }
  })

  test('[IN2] every word and group is as likely as any other', async () => {
    expect(await newSpokenCode('en', () => Uint8Array.of(0xff, 0xff))).toEqual(Array(8).fill('zoo'))
    // 65,000 is the first number that would favour the low groups: it is drawn again.
    const draws = [Uint8Array.of(0xfd, 0xe8), ...Array.from({ length: 9 }, () => Uint8Array.of(0x03, 0xe7))]
    expect(await newSpokenCode('ar', () => draws.shift() as Uint8Array)).toEqual(Array(9).fill('999'))
    expect(draws).toEqual([])
  })

  test('[IN2] a new code parses to itself', async () => {
    for (const language of ['en', 'ar']) {
      const code = await newSpokenCode(language, random)
      expect(await parseSpokenCode(code.join(' '))).toEqual({ ok: true, value: code })
    }
  })
})

describe('typed codes', () => {
  test.each([
    'abandon acid zoo act river quick bridge open',
    'Abandon, Acid, ZOO, act; river-quick\nbridge  open.',
    'aban acid zoo act rive quic brid open',
    'abando acid zoo act river quick bridg open',
    '  abandon acid zoo act ｒｉｖｅｒ quick bridge open ',
  ])('[IN2] takes %j', async (typed) => {
    expect(await parseSpokenCode(typed)).toEqual({ ok: true, value: words })
  })

  test.each([
    '001 234 567 890 123 456 789 012 345',
    '001234567890123456789012345',
    '0012-3456-7890-1234-5678-9012-345',
    '٠٠١ ٢٣٤ ٥٦٧ ٨٩٠ ١٢٣ ٤٥٦ ٧٨٩ ٠١٢ ٣٤٥',
    '۰۰۱ ۲۳۴ ۵۶۷ ۸۹۰ ۱۲۳ ۴۵۶ ۷۸۹ ۰۱۲ ۳۴۵',
    '٠٠١، ٢٣٤، ٥٦٧، ٨٩٠، ١٢٣، ٤٥٦، ٧٨٩، ٠١٢، ٣٤٥',
  ])('[IN2] takes %j', async (typed) => {
    expect(await parseSpokenCode(typed)).toEqual({ ok: true, value: groups })
  })

  test.each<[string, readonly string[]]>([
    ['', []],
    ['abandon acid zoo act river quick bridge', []],
    ['abandon acid zoo act river quick bridge open open', []],
    ['abandon acid zoo act river quick bridge opne', ['opne']],
    ['abandon acid zoo act river qui brid open', ['qui']],
    ['abandonn acid zoo act riverr quick bridge open', ['abandonn', 'riverr']],
    ['abandon acid zoo act river quick bridge 123', ['123']],
    ['سلام acid zoo act river quick bridge open', ['سلام']],
    ['001 234 567 890 123 456 789 012 34', []],
    ['001 234 567 890 123 456 789 012 3456', []],
  ])('[IN2] %j is mistyped, and says which words', async (typed, unknown) => {
    expect(await parseSpokenCode(typed)).toEqual({ ok: false, error: { code: 'mistyped', words: unknown } })
  })

  test('[IN2] 2,048 words, each once, in lower case, and none that a listener could take amiss', () => {
    expect(wordlist.length).toBe(2048)
    expect(new Set(wordlist).size).toBe(2048)
    expect(wordlist.every((word) => /^[a-z]{3,10}$/.test(word))).toBe(true)
    for (const loaded of ['enemy', 'rifle', 'weapon', 'pig', 'police', 'siege']) expect(wordlist).not.toContain(loaded)
  })

  test('[IN2] every word of the list is found by its first four letters', async () => {
    const short = wordlist.map((word) => word.slice(0, 4))
    for (let i = 0; i < wordlist.length; i += SPOKEN_WORDS) {
      const typed = short.slice(i, i + SPOKEN_WORDS).join(' ')
      expect(must(await parseSpokenCode(typed))).toEqual(wordlist.slice(i, i + SPOKEN_WORDS))
    }
  })

  test('[IN2] takes or refuses any text, without a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (typed) => {
        expect((await parseSpokenCode(typed)).ok).toBe(false)
      }),
      { numRuns: runs(200) },
    )
  })
})

test('[IN2] gives the same id and secret on every device: two implementations of argon2id agree', async () => {
  const invitation = await invitationFromSpokenCode(words)
  const expected = argon2id(utf8(words.join(' ')), utf8('antechamber/v1/spoken'), {
    t: 3,
    m: 65_536,
    p: 1,
    dkLen: 48,
  })
  expect(toHex(invitation.id) + toHex(invitation.secret)).toBe(toHex(expected))
  const again = await invitationFromSpokenCode(must(await parseSpokenCode('ABAN acid zoo act rive quic brid open')))
  expect(again).toEqual(invitation)
  expect(await invitationFromSpokenCode(groups)).not.toEqual(invitation)
})
