import type { PastVisit, RunView } from '@antechamber/core'

/** What was said in several chapters, each visit and each run once, in the order in which they come. */
export function merged(readings: readonly (readonly PastVisit[])[]): readonly PastVisit[] {
  const visits = new Map<string, PastVisit>()
  for (const visit of readings.flat()) {
    const name = `${visit.stage} ${visit.visit}`
    const before = visits.get(name)
    visits.set(name, before ? { ...visit, runs: visit.runs.reduce(withRun, before.runs) } : visit)
  }
  return [...visits.values()]
}

function withRun(runs: readonly RunView[], added: RunView): readonly RunView[] {
  const known = runs.some(({ run }) => run === added.run)
  return known ? runs.map((one) => (one.run === added.run ? together(one, added) : one)) : [...runs, added]
}

/** The same run in two chapters: what was shared in both. */
function together(one: RunView, { view }: RunView): RunView {
  if (one.view.kind === 'round' && view.kind === 'round')
    return { ...one, view: { ...view, pool: [...one.view.pool, ...view.pool] } }
  if (one.view.kind === 'mirroring' && view.kind === 'mirroring')
    return { ...one, view: { ...view, confirmed: [...one.view.confirmed, ...view.confirmed] } }
  if (one.view.kind === 'brief' && view.kind === 'brief') {
    const first = one.view.lines.filter(({ text }) => text !== undefined)
    const readable = new Set(first.map(({ line }) => line))
    return { ...one, view: { ...view, lines: [...first, ...view.lines.filter(({ line }) => !readable.has(line))] } }
  }
  return { ...one, view }
}
