import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { DOORS, MAX_MESSAGE_BYTES, type RelayCode } from '@antechamber/protocol'
import { WebSocketServer } from 'ws'
import { createAllowance } from './allowance.ts'
import { type Connection, type ConnectionPorts, connect } from './connection.ts'
import { createHolds } from './holds.ts'
import { createStrangers } from './strangers.ts'

/** Connections altogether, of which strangers may be a tenth (strangers.ts). */
const MAX_CONNECTIONS = 20_000
/** Bytes that are read from a connection before it has logged in, frames and all. A greeting and a log-in are 300. */
const STRANGER_BYTES = 4 * 1024
const TICK_MS = 1_000

export interface LivePorts extends Omit<ConnectionPorts, 'allowance' | 'holds'> {
  /** The host that a log-in over this connection must be signed for. */
  readonly hostFor: (request: IncomingMessage) => string
  readonly networkOf: (request: IncomingMessage) => string
}

/** The WebSocket door. */
export interface LiveDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Tells every connection, and waits until all are gone or `graceMs` is over. */
  stop(code: RelayCode, graceMs: number): Promise<void>
}

function turnAway(socket: Duplex, status: string): void {
  // The other end may keep its half open for ever.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/**
 * Calls `exceeded` once a connection has sent more than a stranger may. WebSockets count a message when it is whole, and
 * until then keep what has come of it: up to 2 MB for each stranger.
 *
 * @returns what to call once the stranger is known, or gone: it ends the counting, and calls `known`
 */
function boundStranger(socket: Duplex, known: () => void, exceeded: () => void): () => void {
  let bytes = 0
  const count = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= STRANGER_BYTES) return
    socket.off('data', count)
    exceeded()
  }
  socket.on('data', count)
  return () => {
    socket.off('data', count)
    known()
  }
}

export function liveDoor(ports: LivePorts): LiveDoor {
  // Ciphertext does not compress, and its compressed length would tell something.
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES })
  const connections = new Set<Connection>()
  const strangers = createStrangers()
  const holds = createHolds(ports.bus, ports.clock)
  const connectionPorts: ConnectionPorts = { ...ports, allowance: createAllowance(), holds }
  const stopTicking = ports.clock.repeat(TICK_MS, () => {
    const now = ports.clock.now()
    for (const connection of connections) connection.tick(now)
  })
  let isStopping = false

  async function refusal(network: string): Promise<string | undefined> {
    if (isStopping) return '503 Service Unavailable'
    const wait = await ports.rates.take('logins', network)
    if (wait !== undefined || connections.size >= MAX_CONNECTIONS || strangers.areTooMany(network)) {
      return '429 Too Many Requests'
    }
    return undefined
  }

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (new URL(request.url ?? '/', 'http://relay').pathname !== DOORS.live) return turnAway(socket, '404 Not Found')
    const network = ports.networkOf(request)
    const status = await refusal(network)
    if (status !== undefined) return turnAway(socket, status)
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const known = boundStranger(socket, strangers.add(network), () => connection.endUnread('too-large'))
      const connection = connect(webSocket, ports.hostFor(request), connectionPorts, known)
      connections.add(connection)
      ports.metrics.connections(connections.size)
      webSocket.on('close', () => {
        known()
        connections.delete(connection)
        ports.metrics.connections(connections.size)
      })
    })
  }

  return {
    upgrade: (request, socket, head) => {
      // The other end may go at any moment, before there is a WebSocket that would listen.
      socket.on('error', () => socket.destroy())
      void open(request, socket, head).catch(() => socket.destroy())
    },
    stop: async (code, graceMs) => {
      isStopping = true
      stopTicking()
      holds.stop()
      for (const connection of connections) connection.end(code)
      const allGone = new Promise<void>((resolve) => server.close(() => resolve()))
      const timer = setTimeout(() => {
        for (const client of server.clients) client.terminate()
      }, graceMs)
      await allGone
      clearTimeout(timer)
    },
  }
}
