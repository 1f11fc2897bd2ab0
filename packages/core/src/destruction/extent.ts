import type { Proofs } from '../activity.ts'
import { labelOfRun, visitLabel } from '../run.ts'
import { spaceKind } from '../space.ts'
import type { Governing } from '../state.ts'
import { QUORUM_OF, type Quorum, type TurnPurpose, type Turns, turnsOver } from '../turns.ts'
import type { ChapterMark, Destruction } from './events.ts'

/** What those who read a space say yes to when something in it is to be destroyed; in `own` its author asks nobody. */
const PURPOSES = {
  room: 'destruction',
  caucus: 'caucus-destruction',
  panel: 'panel-destruction',
  leg: 'leg-destruction',
} as const

type Of = Pick<Governing, 'space'>

export const purposeIn = ({ space }: Of): TurnPurpose | undefined =>
  (PURPOSES as Readonly<Record<string, TurnPurpose>>)[spaceKind(space)]

/** Whose yes a destruction takes here; in `own`, of nobody. */
export const quorumIn = (of: Of): Quorum => QUORUM_OF[purposeIn(of) ?? 'destruction']

/** What a turn signs for a destruction: which one, in what kind of space, and up to exactly which chapter (DX2). */
export const subjectOf = (
  proofs: Proofs,
  { space, charter }: Pick<Governing, 'space' | 'charter'>,
  { id, upTo }: Pick<Destruction, 'id' | 'upTo'>,
): string => proofs.subject(charter, purposeIn({ space }) ?? 'destruction', `${id}\n${upTo}`)

/** The chapters that are left when all up to one is destroyed, or undefined: in the room, unless it ends a visit (DX1). */
export function leftBehind({ space, chapters }: Pick<Governing, 'space' | 'chapters'>, upTo: string) {
  const at = chapters.findIndex(({ header }) => header === upTo)
  const [last, next] = [chapters[at], chapters[at + 1]]
  if (!last || !next || (space === 'room' && last.visit === next.visit)) return undefined
  return chapters.slice(at + 1)
}

/** Whether a run of an activity stays: that of the visit that the room is in, and of those that chapters are left of. */
export function staysWith(governing: Pick<Governing, 'stage'>, left: readonly ChapterMark[]): (run: string) => boolean {
  const labels = new Set([visitLabel(governing), ...left].map(({ visit }) => visit))
  return (run) => labels.has(labelOfRun(run))
}

/**
 * The visits that are destroyed with all up to a chapter, in their order; none in spaces that know no visits. One that no
 * chapter began in goes with the chapter that it was in.
 */
export function visitsUpTo(governing: Governing, upTo: string): readonly string[] | undefined {
  const left = leftBehind(governing, upTo)
  if (!left || governing.space !== 'room') return left && []
  const gone = governing.chapters.slice(0, -left.length)
  const stays = staysWith(governing, left)
  const ofRuns = Object.keys(governing.runs)
    .filter((run) => !stays(run))
    .map(labelOfRun)
  return [...new Set([...gone.flatMap(({ visit }) => (visit === undefined ? [] : [visit])), ...ofRuns])]
}

/** The yeses to a destruction that stand in these spaces. */
export const turnsIn = (spaces: readonly Pick<Governing, 'turns'>[], about: string, subject: string): Turns =>
  Object.assign({}, ...spaces.map(({ turns }) => turnsOver(turns, about, subject)))
