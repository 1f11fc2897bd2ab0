import { ENTRY_SIZES, type Envelope, encodeEnvelope, HEADER, toHex, WORDS } from '@antechamber/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemRandom } from './random.ts'
import { newSigningKey } from './signing.ts'
import { must, openFirstChapter, read } from './testing/fixtures.ts'
import { isOwnWords, openWords, sealWords, withdrawalSecret, wordsRef, wordsSalt } from './words.ts'

const { chapter } = openFirstChapter()
const root = newSigningKey(systemRandom)
const said = { salt: systemRandom(32), words: 'that the well runs dry' }

function sealed(words = said): Envelope {
  return read(must(sealWords(chapter, root, words, systemRandom)))
}

test('[LG12] words open as they were said, from an envelope of one of the sizes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 3_000 }), (words) => {
      const envelope = sealed({ ...said, words })
      expect(ENTRY_SIZES).toContain(encodeEnvelope(envelope).length)
      expect(openWords(chapter, envelope)).toEqual({ ok: true, value: { form: 'clear', said: { ...said, words } } })
    }),
  )
  expect(sealWords(chapter, root, { ...said, words: 'a'.repeat(32_001) }, systemRandom)).toMatchObject({ ok: false })
})

test('[LG12] any change to space, chapter, id, nonce, header or sealed bytes makes them unreadable', () => {
  const envelope = sealed()
  fc.assert(
    fc.property(
      fc.constantFrom('space', 'id', 'nonce', 'sealed' as const),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (field, at, flip) => {
        const bytes = new Uint8Array(envelope[field])
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip
        expect(openWords(chapter, { ...envelope, [field]: bytes })).toEqual({
          ok: false,
          error: { code: 'unreadable' },
        })
      },
    ),
  )
  expect(openWords(chapter, { ...envelope, chapter: new Uint8Array(16) })).toMatchObject({ error: { code: 'late' } })
  expect(openWords({ ...chapter, headerHash: new Uint8Array(32) }, envelope)).toMatchObject({ ok: false })
  expect(openWords(chapter, { ...envelope, kind: HEADER })).toMatchObject({ error: { code: 'malformed' } })
})

test('[DG15] what words are named by is another for other words, and for the same words with another salt', () => {
  const refs = [said, { ...said, words: 'that the well is dry' }, { ...said, salt: systemRandom(32) }]
  expect(new Set(refs.map((one) => toHex(wordsRef(one)))).size).toBe(3)
  const [command, other] = [systemRandom(16), systemRandom(16)]
  expect(wordsSalt(root, command)).toEqual(wordsSalt(root, command))
  expect(wordsSalt(root, command)).not.toEqual(wordsSalt(root, other))
  expect(wordsSalt(newSigningKey(systemRandom), command)).not.toEqual(wordsSalt(root, command))
})

test('[LG13] only who has sent words knows the secret behind their id, another for each envelope', () => {
  const [one, two] = [sealed(), sealed()]
  expect(one.kind).toBe(WORDS)
  expect(isOwnWords(root, one)).toBe(true)
  expect(isOwnWords(newSigningKey(systemRandom), one)).toBe(false)
  expect(isOwnWords(root, { ...one, id: two.id })).toBe(false)
  expect(withdrawalSecret(root, one.space, one.nonce)).not.toEqual(withdrawalSecret(root, two.space, two.nonce))
})
