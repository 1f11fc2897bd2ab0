const LOOK_MS = 5000
const MINUTE_MS = 60_000
const USES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll', 'input'] as const
/** When a page comes back to somebody's eyes: a device that slept has run no timer. */
const RETURNS = ['visibilitychange', 'focus', 'pageshow', 'resume'] as const

/**
 * Calls back once nobody has used the page for so many minutes, by the device's clock; a device that slept is found out as
 * soon as it wakes. The function that it returns ends that.
 */
export function watchIdle(minutes: number, onidle: () => void): () => void {
  const watching = new AbortController()
  const options = { capture: true, passive: true, signal: watching.signal }
  let last = Date.now()
  const end = (): void => {
    clearInterval(timer)
    watching.abort()
  }
  const look = (): boolean => {
    if (watching.signal.aborted || Date.now() - last < minutes * MINUTE_MS) return false
    end()
    onidle()
    return true
  }
  const use = (): void => {
    // The first touch after a long sleep comes before any timer.
    if (!look()) last = Date.now()
  }
  const timer = setInterval(look, LOOK_MS)
  for (const name of USES) addEventListener(name, use, options)
  for (const name of RETURNS) {
    addEventListener(name, look, options)
    document.addEventListener(name, look, options)
  }
  return end
}
