import type { Proofs, World } from '../activity.ts'
import { runContext } from '../decide.ts'
import type { RunId } from '../ids.ts'
import { type ActivityView, kindOf } from '../registry.ts'
import type { Seat } from '../roster.ts'
import { runAt } from '../run.ts'
import type { Contribution, SpaceState } from '../state.ts'
import type { PastVisit } from '../view.ts'

/**
 * What was said in one chapter of the room, as somebody may read it who was not there: by the views of its own time, and
 * so never with more of where words come from than their authors chose (DS3). What was written in other chapters is left
 * out, and so are words that their author has taken back since.
 *
 * @param then the room at the chapter's end, from a replay of that chapter alone
 * @param now the room as the reader's device has it
 * @param reader their seat, which the chapter need not know
 *
 * Source: docs/spec/past-chapters.md, rule PC8.
 */
export function readPastChapter(then: SpaceState, now: SpaceState, reader: Seat, proofs: Proofs): readonly PastVisit[] {
  const written = new Set(then.now.texts)
  const withdrawn = new Set(now.governing.contributions.filter((one) => one.withdrawn).map(({ id }) => id))
  const { charter, stage, contributions } = then.governing
  // A round that was closed in a later chapter has given what was written here to the room there.
  const known = new Set(contributions.map(({ id }) => id))
  const closed = now.governing.contributions.filter(({ id }) => written.has(id) && !known.has(id))
  const shown = [...contributions, ...closed].map((one) =>
    withdrawn.has(one.id) ? { ...one, withdrawn: true as const } : one,
  )
  return charter.process.stages.flatMap(({ id, activities }) => {
    const visits = Array.from({ length: stage?.visits[id] ?? 0 }, (_, n) => n + 1)
    return visits.flatMap((visit): readonly PastVisit[] => {
      const runs = activities.flatMap((activity) => {
        const run = runAt(id, activity.id, visit)
        const view = viewOf(inRun(then, shown, run, written), reader, run, proofs)
        return view ? [{ run, view }] : []
      })
      return runs.length > 0 ? [{ stage: id, visit, runs }] : []
    })
  })
}

/** The room with no contribution in it but those of that chapter, as far as they concern a run. */
function inRun(then: SpaceState, all: readonly Contribution[], run: RunId, written: ReadonlySet<string>): SpaceState {
  const contributions = all.filter((one) =>
    one.run === run
      ? written.has(one.id)
      : !one.withdrawn && one.confirmed !== undefined && written.has(one.confirmed.restatement),
  )
  return { ...then, governing: { ...then.governing, contributions } }
}

function viewOf(room: SpaceState, reader: Seat, run: RunId, proofs: Proofs): ActivityView | undefined {
  const world: World = { me: reader.id, room, caucuses: {} }
  const found = runContext(world, reader, run, proofs)
  const view = found && (found.kind.view(found.context) as ActivityView)
  return view && kindOf(view.kind)?.isReadAgain?.(view) ? view : undefined
}
