// Whether this browser takes part in anything, so that the first page can offer a way on without loading the engine.
const KEPT = 'kept'

/** Whether {@link noteKept} has last been told so. False where storage is off: then links and bookmarks lead on. */
export function isKept(): boolean {
  try {
    return localStorage.getItem(KEPT) !== null
  } catch {
    return false
  }
}

/** Notes whether this device keeps a dialogue. It tells nothing of which. */
export function noteKept(keeps: boolean): void {
  try {
    if (keeps) localStorage.setItem(KEPT, '')
    else localStorage.removeItem(KEPT)
  } catch {
    // Storage can be off: see isKept.
  }
}
