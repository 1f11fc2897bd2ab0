import type { RoundView, RunId, RunView } from '@antechamber/core'

/** A round among the activities of its stage. */
export interface RoundRun {
  readonly run: RunId
  readonly status: RoundView['status']
}

/** The rounds of a stage, in the order of the process, which is the order to open them in. */
export const roundsIn = (runs: readonly RunView[]): readonly RoundRun[] =>
  runs.flatMap(({ run, view }) => (view.kind === 'round' ? [{ run, status: view.status }] : []))

/** The round to be opened now: the first that has not been open yet, while no other is; or undefined. */
export const nextRound = (rounds: readonly RoundRun[]): RunId | undefined =>
  rounds.some(({ status }) => status === 'open') ? undefined : rounds.find(({ status }) => status === 'not-open')?.run
