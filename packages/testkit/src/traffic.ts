import type { Platform } from '@antechamber/client'

/** Everything that went over the wire, both ways, as the relay and the network saw it. */
export interface Traffic {
  readonly up: Uint8Array[]
  readonly down: Uint8Array[]
}

/** The platform, with all that goes over its wire kept in `traffic`. */
export function recorded(platform: Platform, traffic: Traffic): Platform {
  return {
    ...platform,
    openSocket: (url, events) => {
      const socket = platform.openSocket(url, {
        ...events,
        received: (frame) => {
          traffic.down.push(frame)
          events.received(frame)
        },
      })
      return {
        close: socket.close,
        send: (frame) => {
          traffic.up.push(frame)
          socket.send(frame)
        },
      }
    },
    fetch: async (input, init) => {
      traffic.up.push(new TextEncoder().encode(String(input)))
      if (init?.body instanceof Uint8Array) traffic.up.push(init.body)
      const response = await platform.fetch(input, init)
      traffic.down.push(new Uint8Array(await response.clone().arrayBuffer()))
      return response
    },
  }
}
