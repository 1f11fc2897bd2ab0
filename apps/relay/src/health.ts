import type { Log } from './log.ts'

export type Trouble = 'storage-full' | 'stopping'

/** Whether the relay can take what is sent to it; what `/readyz` says. */
export interface Health {
  trouble(): Trouble | undefined
  /** A write went well. */
  wrote(): void
  /** A write found no room. */
  full(): void
  stopping(): void
}

export function createHealth(log: Log): Health {
  let isFull = false
  let isStopping = false
  return {
    trouble: () => (isStopping ? 'stopping' : isFull ? 'storage-full' : undefined),
    wrote: () => {
      if (isFull) log('info', 'storage-writable')
      isFull = false
    },
    full: () => {
      if (!isFull) log('error', 'storage-full')
      isFull = true
    },
    stopping: () => {
      isStopping = true
    },
  }
}
