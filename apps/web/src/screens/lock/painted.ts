/** Resolves once the screen shows what has just been changed: before work that holds everything up. */
export const painted = (): Promise<void> =>
  new Promise((resolve) => {
    // A page that is not looked at draws no frames.
    setTimeout(resolve, 200)
    requestAnimationFrame(() => setTimeout(resolve))
  })
