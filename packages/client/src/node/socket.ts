import { MAX_MESSAGE_BYTES } from '@antechamber/protocol'
import { WebSocket } from 'ws'
import type { OpenSocket, SocketEvents } from '../ports.ts'

const HANDSHAKE_MS = 15_000
const UNSUPPORTED = 1003

function connect(url: string, handshakeMs: number): WebSocket {
  const socket = new WebSocket(url, {
    handshakeTimeout: handshakeMs,
    maxPayload: MAX_MESSAGE_BYTES,
    // Sealed bytes do not shrink, and a shrunk length would tell of what is in them.
    perMessageDeflate: false,
  })
  socket.binaryType = 'nodebuffer'
  return socket
}

function listen(socket: WebSocket, events: SocketEvents): void {
  socket.on('open', events.opened)
  socket.on('close', events.closed)
  // What failed is told by `close`, which follows; without a listener the process would end.
  socket.on('error', () => undefined)
  socket.on('message', (frame: Buffer, isBinary) => {
    if (!isBinary) socket.close(UNSUPPORTED)
    else if (socket.readyState === WebSocket.OPEN) events.received(new Uint8Array(frame))
  })
}

/** An {@link OpenSocket} over `ws` that gives up when the handshake takes longer than `handshakeMs`. */
export const socketOpener =
  (handshakeMs: number): OpenSocket =>
  (url, events) => {
    let socket: WebSocket
    try {
      socket = connect(url, handshakeMs)
    } catch {
      // Not a URL that a WebSocket can have. Told later, as every other ending is.
      queueMicrotask(events.closed)
      return { send: () => undefined, close: () => undefined }
    }
    listen(socket, events)
    return {
      // What is sent before it is open or after it has ended is lost, as it would be on the way.
      send: (frame) => socket.readyState === WebSocket.OPEN && socket.send(frame),
      close: () => socket.close(),
    }
  }

/** WebSockets in Node: binary frames, none longer than the wire allows, no compression. */
export const openSocket: OpenSocket = socketOpener(HANDSHAKE_MS)
