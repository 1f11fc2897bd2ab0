import { i18n } from '../i18n/i18n.svelte.ts'
import { isolate } from '../i18n/isolate.ts'
import type { CodeProblem } from './code-problem.ts'

/** Somebody who has typed more than this was not given a code of words. */
const MAX_WORDS = 8

/** What is wrong with a code or link, in a sentence that says what to do. */
export function problemText(problem: CodeProblem): string {
  const texts = i18n.m.entry.problem
  if (problem.code === 'mistyped') {
    const { words } = problem
    if (words.length === 0 || words.length > MAX_WORDS) return texts.mistyped
    return texts.words({ n: words.length, words: i18n.list(words) })
  }
  const known: Readonly<Record<string, string | undefined>> = texts.known
  return known[problem.code] ?? texts.other({ code: isolate(problem.code) })
}
