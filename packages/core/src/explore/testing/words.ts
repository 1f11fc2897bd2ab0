import type { SpaceState } from '../../state.ts'
import { type WordsRef, withWords } from '../../texts.ts'

/** What words are named by; the words stand in it, so that nothing need be kept. */
export const refOf = (words: string): WordsRef => words.slice(1, -1).replace(':', '_').padEnd(43, '-') as WordsRef
export const wordsOf = (ref: string): string => `⟦${ref.replace(/-+$/, '').replace('_', ':')}⟧`

/** The space with the words that an event names, if it names any. */
export const heard = (space: SpaceState, ref: WordsRef | undefined): SpaceState =>
  ref === undefined ? space : withWords(space, ref, wordsOf(ref))
