import { ENTRY_SIZES, type Envelope, encodeEnvelope } from '@antechamber/protocol'
import { beforeAll, expect, test } from 'vitest'
import type { OpenChapter } from './chapter.ts'
import { isSealingPublicKey } from './hpke.ts'
import { systemRandom } from './random.ts'
import {
  openOwnRoundWords,
  openRoundWords,
  type RoundKey,
  roundKeyName,
  roundKeyOf,
  roundSecret,
  sealRoundWords,
} from './round-words.ts'
import { newSigningKey } from './signing.ts'
import { flipBit, must, openFirstChapter, read, runs } from './testing/fixtures.ts'
import {
  encodeRoundWords,
  openWords,
  type RoundWords,
  type SaidWords,
  SEALED_OVERHEAD,
  sealContent,
  wordsRef,
} from './words.ts'

const { chapter } = openFirstChapter()
const { space } = chapter.place
const ada = newSigningKey(systemRandom)
const eve = newSigningKey(systemRandom)
const said: SaidWords = { salt: systemRandom(32), words: 'that the well runs dry' }
let round: RoundKey

beforeAll(async () => {
  round = await roundKeyOf(roundSecret(ada, systemRandom(16)))
})

const sealed = async (words = said, key = round): Promise<Envelope> =>
  read(must(await sealRoundWords(chapter, ada, words, key.publicKey, systemRandom)))

function received(envelope: Envelope, by: OpenChapter = chapter): RoundWords {
  const opened = must(openWords(by, envelope))
  if (opened.form !== 'for-a-round') throw new Error('words in clear')
  return opened.words
}

test('[LG17] words for a round open with its secret, and on the device that has sent them; an envelope tells their size class alone', async () => {
  for (const length of [1, 20, 600, 2_400, 30_000]) {
    const words = { ...said, words: 'a'.repeat(length) }
    const envelope = await sealed(words)
    expect(ENTRY_SIZES).toContain(encodeEnvelope(envelope).length)
    const got = received(envelope)
    expect(got.ref).toEqual(wordsRef(words))
    expect(got.key).toEqual(roundKeyName(round.publicKey))
    expect(await openRoundWords(round.secret, space, got)).toEqual(words)
    expect(openOwnRoundWords(ada, space, got)).toEqual(words)
  }
  const [short, longer] = [await sealed({ ...said, words: 'no' }), await sealed({ ...said, words: 'n'.repeat(400) })]
  expect(received(short).sealed.length).toBe(received(longer).sealed.length)
  const tooLong = { ...said, words: 'a'.repeat(30_001) }
  expect(await sealRoundWords(chapter, ada, tooLong, round.publicKey, systemRandom)).toMatchObject({ ok: false })
})

test('[LG17][R21] whoever has the chapter, and every key but the round’s, does not open them', async () => {
  const envelope = await sealed()
  const words = received(envelope)
  const other = await roundKeyOf(systemRandom(32))
  expect(openOwnRoundWords(eve, space, words)).toBeUndefined()
  expect(await openRoundWords(other.secret, space, words)).toBeUndefined()
  expect(await openRoundWords(eve.secret, space, words)).toBeUndefined()
  const inSight = JSON.stringify(Object.values(words).map((bytes) => new TextDecoder().decode(bytes)))
  expect(inSight).not.toContain(said.words)
  // And whoever has the round's secret needs the chapter: somebody who was taken out before has nothing to open.
  const elsewhere = openFirstChapter('another chapter').chapter
  expect(openWords({ ...elsewhere, place: chapter.place }, envelope)).toMatchObject({ error: { code: 'unreadable' } })
})

test('[LG18] any changed bit, another space, and words that are not what they are named by open for nobody', async () => {
  const words = received(await sealed())
  for (let n = 0; n < runs(12); n++) {
    for (const field of ['ref', 'enc', 'wrapped', 'sealed'] as const) {
      const changed = { ...words, [field]: flipBit(words[field], (n * 7919) % (8 * words[field].length)) }
      expect(await openRoundWords(round.secret, space, changed)).toBeUndefined()
    }
  }
  expect(await openRoundWords(round.secret, systemRandom(16), words)).toBeUndefined()
  expect(openOwnRoundWords(ada, systemRandom(16), words)).toBeUndefined()
})

test('[LG18] somebody who seals other words, or nothing, under a name gets them opened nowhere', async () => {
  const words = received(await sealed())
  const others = received(await sealed({ ...said, words: 'that the well is poisoned' }))
  expect(await openRoundWords(round.secret, space, { ...others, ref: words.ref })).toBeUndefined()
  const nothing = { ...words, enc: systemRandom(1120), wrapped: systemRandom(48), sealed: systemRandom(500) }
  expect(await openRoundWords(round.secret, space, nothing)).toBeUndefined()
  // Taken out of their envelope and put into another, they are the same words of the same author.
  const moved = read(sealContent(chapter, eve, encodeRoundWords(words), systemRandom))
  expect(await openRoundWords(round.secret, space, received(moved))).toEqual(said)
})

test('[LG12] a form that nobody knows, and words for a round that are cut short, are malformed', () => {
  const [unknown, cutShort, noWords] = [2, 1, 0].map((form) =>
    new Uint8Array(1_024 - SEALED_OVERHEAD).fill(255).fill(form, 0, 1),
  )
  for (const content of [unknown, cutShort, noWords] as Uint8Array[]) {
    const envelope = read(sealContent(chapter, eve, content, systemRandom))
    expect(openWords(chapter, envelope)).toMatchObject({ error: { code: 'malformed' } })
  }
})

test('[LG17] a round’s secret is the same for the same command, another for others, and gives a key that can be sealed to', () => {
  const command = systemRandom(16)
  expect(roundSecret(ada, command)).toEqual(roundSecret(ada, command))
  expect(roundSecret(ada, systemRandom(16))).not.toEqual(roundSecret(ada, command))
  expect(roundSecret(eve, command)).not.toEqual(roundSecret(ada, command))
  expect(isSealingPublicKey(round.publicKey)).toBe(true)
})
