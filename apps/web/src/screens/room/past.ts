import type { ActivityView, PastVisit, RunId } from '@antechamber/core'

const activityOf = (run: RunId): string => run.slice(0, run.lastIndexOf('#'))

/**
 * What there is to read again, nothing twice: what has been understood stays so when mirroring begins anew, and so the
 * last visit has all of it.
 */
export function readAgain(past: readonly PastVisit[]): readonly PastVisit[] {
  const last = new Map(past.flatMap(({ runs }) => runs.map(({ run }) => [activityOf(run), run] as const)))
  return past.flatMap((one) => {
    const runs = one.runs.filter(({ run, view }) => view.kind !== 'mirroring' || last.get(activityOf(run)) === run)
    return runs.length > 0 ? [{ ...one, runs }] : []
  })
}

/** Only what was said in activities of one kind. */
export const ofKind = (past: readonly PastVisit[], kind: ActivityView['kind']): readonly PastVisit[] =>
  past.flatMap((one) => {
    const runs = one.runs.filter(({ view }) => view.kind === kind)
    return runs.length > 0 ? [{ ...one, runs }] : []
  })
