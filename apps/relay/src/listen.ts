import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { type RelayConfig, TIMING } from './config/config.ts'
import type { Metrics } from './metrics.ts'
import { networkOf } from './rates.ts'

/** Time for a whole request, and for its headers alone: a sender that dawdles holds a place for others. */
const REQUEST_MS = 30_000
const HEADERS_MS = 10_000
/** Connections of all kinds: what WebSockets may take (live.ts), and some for requests beside them. */
const MAX_SOCKETS = 24_000

/** An open port. */
export interface Listening {
  readonly port: number
  onUpgrade(handle: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): void
  /** Answers no more requests; connections that are still open after `graceMs` are cut. */
  close(graceMs: number): Promise<void>
}

function opened(server: Server, port: number, host: string, idleMs: number): Promise<Listening> {
  server.requestTimeout = REQUEST_MS
  server.headersTimeout = HEADERS_MS
  // A WebSocket switches this off for its own connection and pings instead.
  server.setTimeout(idleMs)
  server.maxConnections = MAX_SOCKETS
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve({
        port: (server.address() as AddressInfo).port,
        onUpgrade: (handle) => server.on('upgrade', handle),
        close: (graceMs) => closed(server, sockets, graceMs),
      })
    })
  })
}

/** @param sockets all that are open: Node's server does not know those any more that have been upgraded */
function closed(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch']

/** Opens the relay's port, with TLS if the configuration has it. Rejects when files or port are not to be had. */
export async function listen(config: RelayConfig, fetch: Fetch): Promise<Listening> {
  const { tls, port, host, timing } = config
  const server =
    tls === undefined
      ? createAdaptorServer({ fetch })
      : createAdaptorServer({
          fetch,
          createServer: createTlsServer,
          serverOptions: { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
        })
  return opened(server as Server, port, host, timing.idleMs)
}

/** Opens the port on which this machine, and no other, may ask for metrics. */
export function listenForMetrics(port: number, metrics: Metrics): Promise<Listening> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  return opened(server, port, '127.0.0.1', TIMING.idleMs)
}

/** The hosts that a log-in may be signed for while nobody has said where the relay is reached: this machine's own. */
export function ownHosts(port: number): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const names = ['localhost', hostname(), ...addresses.map(({ address }) => address.split('%')[0] ?? '')]
  const urls = names.map((name) => `http://${name.includes(':') ? `[${name}]` : name}:${port}`)
  return new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).host))
}

/** Tells the network behind a request; each trusted proxy has added one address on the right of the list. */
export function requestNetwork(trustedProxies: number): (request: IncomingMessage) => string {
  return ({ socket, headers }) => {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',')
    const claimed = trustedProxies > 0 ? forwarded.at(-trustedProxies)?.trim() : undefined
    return networkOf(claimed || socket.remoteAddress || '')
  }
}
