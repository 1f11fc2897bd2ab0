import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { DOORS, MAX_MESSAGE_BYTES, type RelayCode } from '@antechamber/protocol'
import { WebSocketServer } from 'ws'
import { type Connection, type ConnectionPorts, connect } from './connection.ts'

/** Connections of one network that have not logged in, and connections in all. */
const MAX_STRANGERS = 128
const MAX_CONNECTIONS = 20_000
const TICK_MS = 1_000

export interface LivePorts extends ConnectionPorts {
  /** The host that a log-in over this connection must be signed for. */
  readonly hostFor: (request: IncomingMessage) => string
  readonly networkOf: (request: IncomingMessage) => string
}

/** How many of each network have not logged in yet. */
function createStrangers() {
  const counts = new Map<string, number>()
  const change = (network: string, by: number) => {
    const count = (counts.get(network) ?? 0) + by
    if (count === 0) counts.delete(network)
    else counts.set(network, count)
  }
  return {
    of: (network: string): number => counts.get(network) ?? 0,
    /** Counts one more; the answer takes it back, once. */
    add: (network: string): (() => void) => {
      let isCounted = true
      change(network, 1)
      return () => {
        if (isCounted) change(network, -1)
        isCounted = false
      }
    },
  }
}

/** The WebSocket door. */
export interface LiveDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Tells every connection, and waits until all are gone or `graceMs` is over. */
  stop(code: RelayCode, graceMs: number): Promise<void>
}

function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

export function liveDoor(ports: LivePorts): LiveDoor {
  // Ciphertext does not compress, and its compressed length would tell something.
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES })
  const connections = new Set<Connection>()
  const strangers = createStrangers()
  const stopTicking = ports.clock.repeat(TICK_MS, () => {
    const now = ports.clock.now()
    for (const connection of connections) connection.tick(now)
  })
  let isStopping = false

  async function refusal(network: string): Promise<string | undefined> {
    if (isStopping) return '503 Service Unavailable'
    const wait = await ports.rates.take('logins', network)
    if (wait !== undefined || connections.size >= MAX_CONNECTIONS || strangers.of(network) >= MAX_STRANGERS) {
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
      const known = strangers.add(network)
      const connection = connect(webSocket, ports.hostFor(request), ports, known)
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
