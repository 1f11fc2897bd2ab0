import type { RunId } from './ids.ts'
import type { Process, ProcessActivity } from './process.ts'
import { err, ok } from './result.ts'
import { match, object, oneOf, type Shape } from './shape.ts'
import type { Governing, StageState } from './state.ts'

/** `<stage>/<activity>#<visit>` */
export const RUN = /^([a-z][a-z0-9-]{0,39})\/([a-z][a-z0-9-]{0,39})#([1-9][0-9]{0,3})$/

/** Most runs that one space keeps the state of. */
export const MAX_RUNS = 10_000

/** The name of a run in an event. */
export const runShape = match<RunId>(RUN, 'a run of an activity')

/** The version of an event's own format. */
export const version: Shape<1> = {
  read: (value, field) => (value === 1 ? ok(1) : err({ code: 'bad-shape', field, expected: '1' })),
}

/** An event that says nothing but what it is and where. */
export const simpleEvent = <const T extends string>(type: T) => object({ v: version, type: oneOf(type), run: runShape })

/** The run of an activity in one visit of its stage. */
export const runAt = (stage: string, activity: string, visit: number): RunId => `${stage}/${activity}#${visit}` as RunId

/** The visit of the stage that the room is in, `<stage>#<visit>`; nothing in spaces that know no stage. */
export const visitLabel = ({ stage }: Pick<Governing, 'stage'>): { readonly visit?: string } =>
  stage ? { visit: `${stage.stage}#${stage.visits[stage.stage] ?? 1}` } : {}

/** The visit that a run belongs to, as {@link visitLabel} tells it. */
export const labelOfRun = (run: string): string => run.replace(/\/.*#/, '#')

/** The run of an activity of the stage that the dialogue is in. */
export const runOf = ({ stage, visits }: StageState, activity: string): RunId =>
  runAt(stage, activity, visits[stage] ?? 1)

/** The activity that a run is of, if this process has it. */
export function activityOf(process: Process, run: RunId): ProcessActivity | undefined {
  const [, stage, activity] = RUN.exec(run) ?? []
  return process.stages.find((one) => one.id === stage)?.activities.find((one) => one.id === activity)
}

/** The runs of one kind, or of all, in the stage that the room is in. */
export function currentRuns(
  { stage, charter }: Governing,
  kind?: string,
): readonly { readonly run: RunId; readonly activity: ProcessActivity }[] {
  if (!stage) return []
  const activities = charter.process.stages.find((one) => one.id === stage.stage)?.activities ?? []
  return activities
    .filter((activity) => kind === undefined || activity.kind === kind)
    .map((activity) => ({ run: runOf(stage, activity.id), activity }))
}
