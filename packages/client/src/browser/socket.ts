import { after } from '../after.ts'
import type { OpenSocket, SocketEvents } from '../ports.ts'

const HANDSHAKE_MS = 15_000

function listen(socket: WebSocket, events: SocketEvents): void {
  // A browser may try for minutes to reach a server that says nothing.
  const stop = after(HANDSHAKE_MS, () => socket.close())
  socket.onopen = () => {
    stop()
    events.opened()
  }
  socket.onclose = () => {
    stop()
    events.closed()
  }
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer)) socket.close()
    else if (socket.readyState === WebSocket.OPEN) events.received(new Uint8Array(data))
  }
}

/** WebSockets in a browser: binary frames only. */
export const openSocket: OpenSocket = (url, events) => {
  let socket: WebSocket
  try {
    socket = new WebSocket(url)
  } catch {
    // Not a URL that this page may open a WebSocket to. Told later, as every other ending is.
    queueMicrotask(events.closed)
    return { send: () => undefined, close: () => undefined }
  }
  socket.binaryType = 'arraybuffer'
  listen(socket, events)
  return {
    // What is sent before it is open or after it has ended is lost, as it would be on the way.
    send: (frame) => socket.readyState === WebSocket.OPEN && socket.send(new Uint8Array(frame)),
    close: () => socket.close(),
  }
}
