/** Bytes that all connections together may have waiting in this process before each is given only a little at a time. */
const ALLOWANCE_BYTES = 64 * 1024 * 1024

/**
 * What all connections of a process have waiting together. One that stops reading keeps no more than its outlet holds;
 * but many may stop at once, also all those of one person.
 */
export interface Allowance {
  /** Counts bytes as waiting. The answer ends that, once. */
  hold(bytes: number): () => void
  /** Nothing should be added to what already waits, and what is begun should be small. */
  isSpent(): boolean
  heldBytes(): number
}

export function createAllowance(maxBytes = ALLOWANCE_BYTES): Allowance {
  let held = 0
  return {
    hold: (bytes) => {
      let mine = bytes
      held += mine
      return () => {
        held -= mine
        mine = 0
      }
    },
    isSpent: () => held >= maxBytes,
    heldBytes: () => held,
  }
}
