import { expect, test } from 'vitest'
import { newSpace, type SpaceState, unread } from './state.ts'
import { charter } from './testing/dialogue.ts'
import { type WordsRef, withoutSaid, withWords, withWritten } from './texts.ts'

const ref = (letter: string): WordsRef => letter.repeat(43) as WordsRef

/** What was written so far becomes that of a chapter, and another begins. */
const ended = (space: SpaceState, header: string): SpaceState => ({
  ...space,
  said: { ...space.said, [header]: space.now },
  now: { texts: [], words: [] },
})

/** The space without what was written in one of its chapters. */
function without({ said, ...space }: SpaceState, header: string): SpaceState {
  const { [header]: gone, ...left } = said
  return withoutSaid({ ...space, said: left }, gone ? [gone] : [])
}

const empty = unread(newSpace('room', charter, []))
const wordsOf = ({ words }: SpaceState) => Object.assign({}, ...Object.values(words))

test('[DX5] words that were sent in a chapter that is destroyed, and again in one that is not, stay where something names them', () => {
  const first = ended(withWords(empty, ref('a'), 'once and again'), 'one')
  const again = withWritten(withWords(first, ref('a'), 'once and again'), { x: { ref: ref('a') } })
  expect(wordsOf(without(again, 'one'))).toEqual({ [ref('a')]: 'once and again' })
  expect(without(again, 'one').dropped).toEqual([])
})

test('[DX5] words go with the text that named them, also where they were sent again in a later chapter', () => {
  const first = ended(withWritten(empty, { x: { ref: ref('a') }, y: { ref: ref('b') } }), 'one')
  const both = withWords(withWords(first, ref('a'), 'named before'), ref('b'), 'named again')
  const later = withWritten(both, { z: { ref: ref('b') } })
  const left = without(later, 'one')
  expect(wordsOf(left)).toEqual({ [ref('b')]: 'named again' })
  expect(left.dropped).toEqual([ref('a')])
  expect(wordsOf(withWords(left, ref('a'), 'sent once more'))).toEqual({ [ref('b')]: 'named again' })
})
