import type { WebSocket } from 'ws'
import type { Allowance } from './allowance.ts'

/** Bytes that one connection may have waiting in this process before it is given no more. */
export const OUTLET_BYTES = 1024 * 1024

/** The way out to one device: knows how much of what was given to it has not left yet. */
export interface Outlet {
  send(frame: Uint8Array): void
  /** Nothing more should be made for this device until what waits has left. */
  isFull(): boolean
  /** Resolves once there is room, or the connection is over. */
  room(): Promise<void>
  /** Milliseconds since something last left, while something waits; else 0. */
  stalledMs(now: number): number
}

/** @param allowance what this connection has waiting counts there too, until it has left or the connection is over */
export function createOutlet(
  socket: WebSocket,
  now: () => number,
  onSent: (bytes: number) => void,
  allowance: Allowance,
): Outlet {
  let waitingBytes = 0
  let progressAt = now()
  let waiters: (() => void)[] = []
  const held = new Set<() => void>()
  // While all connections together hold too much, each may have one frame on its way: whoever reads goes on reading.
  const isTooMuch = () => waitingBytes >= OUTLET_BYTES || (waitingBytes > 0 && allowance.isSpent())
  const isFull = () => socket.readyState === socket.OPEN && isTooMuch()
  const release = () => {
    if (isFull()) return
    const released = waiters
    waiters = []
    for (const waiter of released) waiter()
  }
  socket.on('close', () => {
    for (const letGo of held) letGo()
    release()
  })
  return {
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return
      if (waitingBytes === 0) progressAt = now()
      waitingBytes += frame.length
      const letGo = allowance.hold(frame.length)
      held.add(letGo)
      socket.send(frame, { binary: true, compress: false }, () => {
        waitingBytes -= frame.length
        letGo()
        held.delete(letGo)
        progressAt = now()
        onSent(frame.length)
        release()
      })
    },
    isFull,
    room: () => (isFull() ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve()),
    stalledMs: (at) => (waitingBytes === 0 ? 0 : at - progressAt),
  }
}
