/** What one entry of the browser's history keeps beside its address. Browsers may write it to a disk: no secret goes here. */
interface Kept {
  /** The step of a place that asks one thing after another. */
  readonly step?: string
  /** The step before it, where that is the entry before it. */
  readonly from?: string
}

const keptIn = (state: unknown): Kept => (typeof state === 'object' && state !== null ? (state as Kept) : {})

/** What the present entry keeps. */
export const keptHere = (): Kept => keptIn(history.state)

/** Replaces what the present entry keeps. */
export const keepHere = (kept: Kept): void => history.replaceState(kept, '')

/** Goes a step on: the browser's own Back leads back to the one before. */
export function goStep(step: string): void {
  history.pushState({ step, from: keptHere().step ?? '' } satisfies Kept, '')
  scrollTo(0, 0)
}

/** The one of these steps to which the browser's Back or Forward has led; undefined where it has left them. */
export const stepOf = <Step extends string>({ state }: PopStateEvent, steps: readonly Step[]): Step | undefined =>
  steps.find((step) => step === keptIn(state).step)
