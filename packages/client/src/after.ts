/** The longest wait that a platform's timer takes; a longer one would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Calls back once after `ms`, however long that is; the function that it returns cancels it.
 * In Node a waiting call keeps the process alive: whoever stops waiting cancels.
 */
export function after(ms: number, call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (rest: number): void => {
    const step = Math.min(rest, MAX_TIMER_MS)
    timer = setTimeout(() => (rest > step ? wait(rest - step) : call()), step)
  }
  wait(ms)
  return () => clearTimeout(timer)
}
