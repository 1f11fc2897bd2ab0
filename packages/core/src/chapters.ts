import type { Proofs } from './activity.ts'
import { effectAt, spokenBefore } from './destruction/effect.ts'
import { MAX_CHAPTERS } from './destruction/events.ts'
import type { Millis, RunId } from './ids.ts'
import { pastChaptersAt } from './past-chapters/rules.ts'
import { kindOf } from './registry.ts'
import { applyRosterChanges } from './replay.ts'
import { ok, type Result } from './result.ts'
import type { RosterChange, Seat } from './roster.ts'
import { activityOf, visitLabel } from './run.ts'
import { type Governing, type SpaceState, unread } from './state.ts'
import { withoutSaid } from './texts.ts'
import { aliveTurns, TURN_MS } from './turns.ts'
import { returnedIn } from './way-back.ts'

/** What a chapter's header says, as far as rules ask. */
export interface Opening {
  readonly by: Seat
  readonly changes: readonly RosterChange[]
  /** By the opener's clock. */
  readonly openedAt: Millis
}

/**
 * What governs a space in its next chapter, or the rule that the chapter breaks. Time passes here and nowhere else, so
 * that every device judges alike what is over (docs/adr/0018): yeses die (TN4), destructions take effect (DX5).
 */
export function openChapter(governing: Governing, opening: Opening, proofs: Proofs): Result<Governing, string> {
  const changed = applyRosterChanges(governing, opening.by, opening.changes, proofs)
  // A way back changes nothing else: who helps decides neither what time it is nor what is destroyed (DV10).
  return changed.ok && !returnedIn(opening.changes) ? ok(passTime(changed.value, opening)) : changed
}

/**
 * The space's time in a chapter that is opened then. A clock that is behind does not set it back, or yeses would be dated
 * long before they were given, and die at the next right clock. One that is behind by as much as a yes lives does: then
 * it was the one before that was ahead, and nothing may hang by that for ever.
 */
const timeAt = (before: Millis, openedAt: Millis): Millis =>
  openedAt < before && before - openedAt < TURN_MS ? before : openedAt

function passTime(governing: Governing, opening: Opening): Governing {
  const time = timeAt(governing.time, opening.openedAt)
  const runs = Object.entries(governing.runs).map(([run, state]): readonly [string, unknown] => {
    const activity = activityOf(governing.charter.process, run as RunId)
    return [run, (activity && kindOf(activity.kind))?.afterOpening?.(state, time) ?? state]
  })
  const aged = { ...governing, time, turns: aliveTurns(governing.turns, time), runs: Object.fromEntries(runs) }
  return pastChaptersAt(effectAt(aged, opening, governing.time), time)
}

/**
 * The space as a chapter begins in it that this device can read: from here on what is written is of that chapter, and
 * what was written in a chapter that is destroyed now is forgotten.
 *
 * @param before the space until then; undefined where this device has read nothing
 * @param governing what the chapter's snapshot says
 * @param header the header's hash, 43 characters of base64url
 */
export function beginChapter(before: SpaceState | undefined, governing: Governing, header: string): SpaceState {
  if (governing.space === 'outbox') return { ...(before ?? unread(governing)), governing }
  const { newcomers: joined, ...begins } = governing
  const when = governing.space === 'room' ? visitLabel(governing) : { at: governing.time }
  const mark = { header, ...when, ...(joined && { joined }), ...spokenBefore(governing.spoken?.length ?? 0) }
  const chapters = [...governing.chapters, mark].slice(-MAX_CHAPTERS)
  const state = before ?? unread(governing)
  const last = state.governing.chapters.at(-1)
  const begun = {
    ...state,
    governing: { ...begins, chapters },
    said: last ? { ...state.said, [last.header]: state.now } : state.said,
    now: { texts: [], words: [] },
  }
  return governing.destroyed.length > state.governing.destroyed.length ? forgotten(begun) : begun
}

/** The space without what was written in chapters that are not in it any more. */
function forgotten(space: SpaceState): SpaceState {
  const isLeft = new Set(space.governing.chapters.map(({ header }) => header))
  const said = Object.entries(space.said)
  const left = Object.fromEntries(said.filter(([header]) => isLeft.has(header)))
  const gone = said.filter(([header]) => !isLeft.has(header)).map(([, one]) => one)
  return withoutSaid({ ...space, said: left, ended: [] }, gone)
}
