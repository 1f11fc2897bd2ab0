import { StoreError } from '../ports.ts'

/** How long a page that is just being reloaded may take to let go. */
const PATIENCE_MS = 1000

/**
 * Takes the browser's lock of that name for this page, until the function that it returns is called or the page ends.
 * Throws StoreError `busy` when another page or window holds it, `unavailable` where there are no locks (a page that
 * was not served securely).
 */
export async function takeLock(name: string): Promise<() => void> {
  if (!navigator.locks) throw new StoreError('unavailable')
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const holding = navigator.locks.request(name, { signal }, () => new Promise<void>((release) => resolve(release)))
    holding.catch((error) => reject(new StoreError(signal.aborted ? 'busy' : 'unavailable', error)))
  })
}
