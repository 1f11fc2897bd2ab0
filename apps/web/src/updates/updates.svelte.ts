let waiting = $state.raw<ServiceWorker>()

/** New versions of the page. Nothing is swapped under somebody's hands: they are asked. */
export const updates = {
  /** A newer version lies ready. */
  get ready(): boolean {
    return waiting !== undefined
  },
  /** Loads the page again in the newer version. */
  use(): void {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    waiting?.postMessage('use-now')
  },
  later(): void {
    waiting = undefined
  },
}

/**
 * Keeps the page's files on this device, so that it starts without a network. Call it only where somebody takes part:
 * a stranger's visit should leave nothing behind. Does nothing where the browser has no service workers.
 */
export async function keepFiles(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker
    .register(workerAddress(), { type: 'classic' })
    .catch(() => undefined)
  if (registration === undefined) return
  const look = (): void => {
    if (registration.waiting && navigator.serviceWorker.controller) waiting = registration.waiting
  }
  look()
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look))
}

interface TrustedPolicies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** Under Trusted Types only a named policy may name a script; this one knows a single address. */
function workerAddress(): string {
  const address = '/sw.js'
  const policies = (globalThis as { trustedTypes?: TrustedPolicies }).trustedTypes
  return policies?.createPolicy('sw', { createScriptURL: () => address }).createScriptURL(address) ?? address
}
