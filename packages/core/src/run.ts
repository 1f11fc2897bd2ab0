import type { RunId } from './ids.ts'
import type { Process, ProcessActivity } from './process.ts'
import { err, ok } from './result.ts'
import { match, object, oneOf, type Shape } from './shape.ts'
import type { StageState } from './state.ts'

const RUN = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)#([1-9][0-9]{0,3})$/

/** The name of a run in an event. */
export const runShape = match<RunId>(RUN, 'a run of an activity')

/** The version of an event's own format. */
export const version: Shape<1> = {
  read: (value, field) => (value === 1 ? ok(1) : err({ code: 'bad-shape', field, expected: '1' })),
}

/** An event that says nothing but what it is and where. */
export const simpleEvent = <const T extends string>(type: T) => object({ v: version, type: oneOf(type), run: runShape })

/** The run of an activity of the stage that the dialogue is in. */
export const runOf = (stage: StageState, activity: string): RunId =>
  `${stage.stage}/${activity}#${stage.visits[stage.stage] ?? 1}` as RunId

/** The activity that a run is of, if this process has it. */
export function activityOf(process: Process, run: RunId): ProcessActivity | undefined {
  const [, stage, activity] = RUN.exec(run) ?? []
  return process.stages.find((one) => one.id === stage)?.activities.find((one) => one.id === activity)
}
