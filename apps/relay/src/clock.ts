/** The relay's time. Nothing else in the relay reads a clock or starts a timer of its own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Runs `task` every `everyMs` until the answer is called. */
  readonly repeat: (everyMs: number, task: () => void) => () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  repeat: (everyMs, task) => {
    const timer = setInterval(task, everyMs)
    timer.unref()
    return () => clearInterval(timer)
  },
}
