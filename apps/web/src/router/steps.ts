/** What one entry of the browser's history keeps beside its address. */
interface Kept {
  /** The step of a place that asks one thing after another. */
  readonly step?: string
  /** The step before it, where that is the entry before it. */
  readonly from?: string
  /**
   * The link or code of somebody who is on their way in, so that a reload loses nothing. The entry that is
   * left for the next one loses it, and so does the last one when they come in or turn away. It is in no address and in no
   * storage of the browser's.
   */
  readonly invitation?: string | undefined
}

const keptIn = (state: unknown): Kept => (typeof state === 'object' && state !== null ? (state as Kept) : {})

/** What the present entry keeps. */
export const keptHere = (): Kept => keptIn(history.state)

/** Replaces what the present entry keeps. */
export const keepHere = (kept: Kept): void => history.replaceState(kept, '')

/** Goes a step on: the browser's own Back leads back to the one before. */
export function goStep(step: string, invitation?: string): void {
  const { invitation: _, ...left } = keptHere()
  keepHere(left)
  history.pushState({ step, from: left.step ?? '', invitation } satisfies Kept, '')
  scrollTo(0, 0)
}

/** The one of these steps to which the browser's Back or Forward has led; undefined where it has left them. */
export const stepOf = <Step extends string>({ state }: PopStateEvent, steps: readonly Step[]): Step | undefined =>
  steps.find((step) => step === keptIn(state).step)
