import type { Log } from './log.ts'

export type Trouble = 'storage-full' | 'storage-lost' | 'stopping'

/** Whether the relay can take what is sent to it; what `/readyz` says. */
export interface Health {
  trouble(): Trouble | undefined
  /** A write went well. */
  wrote(): void
  /** A write found no room. */
  full(): void
  /** The storage did not answer, or not as it should. */
  lost(): void
  stopping(): void
}

export function createHealth(log: Log): Health {
  let storage: Exclude<Trouble, 'stopping'> | undefined
  let isStopping = false
  const tell = (trouble: typeof storage) => {
    if (trouble !== undefined && trouble !== storage) log('error', trouble)
    if (trouble === undefined && storage !== undefined) log('info', 'storage-writable')
    storage = trouble
  }
  return {
    trouble: () => (isStopping ? 'stopping' : storage),
    wrote: () => tell(undefined),
    full: () => tell('storage-full'),
    lost: () => tell('storage-lost'),
    stopping: () => {
      isStopping = true
    },
  }
}
