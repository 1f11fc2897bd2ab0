/** A hint about one space. */
export type SpaceHint =
  | { readonly type: 'grown'; readonly space: Uint8Array; readonly head: number }
  | { readonly type: 'removed'; readonly space: Uint8Array; readonly devices: readonly Uint8Array[] }
  | { readonly type: 'joined'; readonly space: Uint8Array; readonly invitation: Uint8Array }
  | { readonly type: 'purged'; readonly space: Uint8Array }
  | { readonly type: 'withdrawn'; readonly space: Uint8Array }
  | { readonly type: 'held'; readonly space: Uint8Array; readonly device: Uint8Array }
  | { readonly type: 'freed'; readonly space: Uint8Array }

/**
 * A hint from one connection to others, on this relay or another. The storage stays the truth: a hint that is lost
 * costs time, never an envelope. `missed`: some may have been lost, and the storage should be asked.
 */
export type Hint = SpaceHint | { readonly type: 'missed' }

/**
 * How hints travel. Those of one relay arrive everywhere in the order in which they were published; within one process
 * before the call ends.
 */
export interface Bus {
  publish(hint: Hint): void
  /** The answer ends the subscription. */
  subscribe(listener: (hint: Hint) => void): () => void
  close(): Promise<void>
}

export function processBus(): Bus {
  const listeners = new Set<(hint: Hint) => void>()
  return {
    publish: (hint) => {
      for (const listener of listeners) listener(hint)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => listeners.clear(),
  }
}
