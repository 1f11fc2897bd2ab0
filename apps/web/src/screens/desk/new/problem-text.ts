import { i18n } from '../../../i18n/i18n.svelte.ts'
import { DAYS, type Problem } from './draft.ts'

/** What a problem is told as, at its field. */
export function problemText(problem: Problem | undefined): string | undefined {
  if (problem === undefined) return undefined
  const texts = i18n.m.founding.problem
  switch (problem.code) {
    case 'tooLong':
      return texts.tooLong({ n: problem.by })
    case 'range':
      return texts.range(DAYS)
    default:
      return texts[problem.code]
  }
}
