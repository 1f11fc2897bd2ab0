import type { Proofs } from '../activity.ts'
import type { Charter } from '../charter.ts'
import type { Governing } from '../state.ts'
import { type Turns, turnsOver } from '../turns.ts'
import type { Destruction } from './events.ts'

/** What a turn signs for a destruction: which one, and up to exactly which chapter (DX2). */
export const subjectOf = (proofs: Proofs, charter: Charter, { id, upTo }: Pick<Destruction, 'id' | 'upTo'>): string =>
  proofs.subject(charter, 'destruction', `${id}\n${upTo}`)

/**
 * The visits that are destroyed with all up to a chapter, in their order; undefined unless it is the last of a visit that is
 * over: what is deleted are whole visits of stages (DX1).
 */
export function visitsUpTo({ chapters }: Pick<Governing, 'chapters'>, upTo: string): readonly string[] | undefined {
  const at = chapters.findIndex(({ header }) => header === upTo)
  const [last, next] = [chapters[at], chapters[at + 1]]
  if (!last || !next || last.visit === next.visit) return undefined
  return [...new Set(chapters.slice(0, at + 1).flatMap(({ visit }) => (visit === undefined ? [] : [visit])))]
}

/** The yeses to a destruction that stand in these caucuses. */
export const turnsIn = (
  caucuses: Readonly<Record<string, { readonly governing: Governing }>>,
  about: string,
  subject: string,
): Turns =>
  Object.assign({}, ...Object.values(caucuses).map(({ governing }) => turnsOver(governing.turns, about, subject)))
