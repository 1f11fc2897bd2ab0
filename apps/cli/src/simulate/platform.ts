import type { Platform } from '@antechamber/client'

/** What one person's device has sent and received, in bytes: WebSocket messages and bodies of HTTP requests. */
export interface Traffic {
  up: number
  down: number
}

const sizeOf = (body: unknown): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.byteLength : 0

/** The platform, with all that crosses its wire counted in `traffic`. */
export function counted(platform: Platform, traffic: Traffic): Platform {
  return {
    ...platform,
    openSocket: (url, events) => {
      const socket = platform.openSocket(url, {
        ...events,
        received: (frame) => {
          traffic.down += frame.byteLength
          events.received(frame)
        },
      })
      return {
        close: socket.close,
        send: (frame) => {
          traffic.up += frame.byteLength
          socket.send(frame)
        },
      }
    },
    fetch: async (input, init) => {
      traffic.up += sizeOf(init?.body)
      const response = await platform.fetch(input, init)
      const body = new Uint8Array(await response.arrayBuffer())
      traffic.down += body.byteLength
      const { status, headers } = response
      return new Response(body.byteLength === 0 ? null : body, { status, headers })
    },
  }
}

/** Waits between these are between asking and asking again; on a relay of one's own, nobody there has to be spared. */
const HURRIED_MS = 1_000
const LONG_MS = 30_000

/** The platform, with no long pause between asking and asking again. What happens once in a while stays as seldom. */
export const hurried = (platform: Platform): Platform => ({
  ...platform,
  after: (ms, call) => platform.after(ms > LONG_MS ? ms : Math.min(ms, HURRIED_MS), call),
})
