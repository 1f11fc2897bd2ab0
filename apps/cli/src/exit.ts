/** How a command ends, as a number for scripts. 1 is left to mistakes of our own. */
export const EXIT = { done: 0, usage: 2, badData: 3, refused: 4 } as const

/** Why a command stops before its end. `message` is one line for the person at the terminal. */
export class CommandError extends Error {
  readonly exit: number
  constructor(exit: (typeof EXIT)[keyof typeof EXIT], message: string, cause?: unknown) {
    super(message, { cause })
    this.exit = exit
  }
}
