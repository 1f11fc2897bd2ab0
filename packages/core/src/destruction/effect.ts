import type { Opening } from '../chapters.ts'
import type { Millis } from '../ids.ts'
import type { Spoken } from '../leg/events.ts'
import type { Governing } from '../state.ts'
import { TURN_MS } from '../turns.ts'
import type { ChapterMark, Destruction, Owing } from './events.ts'
import { leftBehind, staysWith, visitsUpTo } from './extent.ts'

/** How long everybody has to take their yes back, once it is agreed (DX5). */
export const DELAY_MS = 24 * 60 * 60 * 1000

/**
 * What becomes of a destruction that was asked for when a chapter opens: it waits, it is dropped, or it takes effect. What
 * is remembered of its chapters no more, and so could not be told from what came later, is dropped.
 *
 * @param governing as of the chapter that opens, with its time
 * @param before the time of the chapter before
 */
export function effectAt(governing: Governing, { by, openedAt }: Opening, before: Millis): Governing {
  const { destruction: asked, ...others } = governing
  if (!asked) return governing
  const { time } = governing
  const left = leftBehind(governing, asked.upTo)
  if (!left) return others
  if (!asked.turns) {
    const at = asked.at > time ? time : asked.at
    return at + TURN_MS > time ? { ...governing, destruction: { ...asked, at } } : others
  }
  // Of each opener's clock only how far it has gone counts: one that is wrong cuts nobody's day short.
  const since = asked.since?.[by.id]
  if (since !== undefined && openedAt >= since + DELAY_MS) return destroyed(others, asked, left)
  const begun = since ?? (Math.max(openedAt, before) as Millis)
  return { ...governing, destruction: { ...asked, since: { ...asked.since, [by.id]: begun } } }
}

/**
 * Without what was said up to there. In the room: the runs of the visits that it holds, and what was shared in them. In
 * `own`: what its author has passed on, and to what they have said "not yet".
 */
function destroyed(governing: Governing, asked: Destruction, chapters: readonly ChapterMark[]): Governing {
  const { spoken: _, ...others } = governing
  const { space, contributions, runs, passed, time: at } = governing
  const { id, upTo, untold = 0 } = asked
  const stays = space === 'room' ? staysWith(governing, chapters) : () => space !== 'own'
  return {
    ...others,
    contributions: contributions.filter(({ run }) => stays(run)),
    runs: Object.fromEntries(Object.entries(runs).filter(([run]) => stays(run))),
    passed: space === 'own' ? [] : passed,
    ...withoutSpoken(governing.spoken, chapters),
    destroyed: [...governing.destroyed, { id, upTo, visits: visitsUpTo(governing, upTo) ?? [], at, untold }],
    owing: owing(governing),
  }
}

/** Every device that is there has to say that it has deleted it. */
function owing({ roster, owing: before, destroyed: { length } }: Governing): Owing {
  const all = roster.flatMap(({ devices }) => devices.map(({ device }) => [device, before[device] ?? length] as const))
  return Object.fromEntries(all)
}

/** What was said in a leg from the first chapter on that is left, and the chapters as they count it now. */
function withoutSpoken(
  spoken: readonly Spoken[] = [],
  chapters: readonly ChapterMark[],
): Pick<Governing, 'chapters' | 'spoken'> {
  const gone = chapters[0]?.spoken ?? 0
  const left = spoken.slice(gone)
  const counted = chapters.map(({ spoken: before = 0, ...mark }) => ({ ...mark, ...spokenBefore(before - gone) }))
  return { chapters: counted, ...(left.length > 0 && { spoken: left }) }
}

/** How a chapter's mark says how much had been said before it. */
export const spokenBefore = (count: number): Pick<ChapterMark, 'spoken'> => (count > 0 ? { spoken: count } : {})
