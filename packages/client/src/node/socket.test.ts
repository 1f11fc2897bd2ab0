import { once } from 'node:events'
import { createServer as createTcpServer, type Server } from 'node:net'
import { MAX_MESSAGE_BYTES } from '@antechamber/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { OpenSocket } from '../ports.ts'
import { openSocket, socketOpener } from './socket.ts'

const portOf = (server: { address: () => unknown }): number => (server.address() as { port: number }).port

/** A server on loopback whose every connection is given to `serve`; its URL. */
async function serve(onConnection: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 0 })
  server.on('connection', onConnection)
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${portOf(server)}`
}

/** What becomes of a connection, as words, until it has ended. */
function follow(url: string, open: OpenSocket = openSocket) {
  const told: string[] = []
  let tell: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    tell = resolve
  })
  let socket: ReturnType<OpenSocket> | undefined
  const ended = new Promise<void>((resolve) => {
    socket = open(url, {
      opened: () => {
        told.push('opened')
        tell()
      },
      received: (frame) => told.push(`received ${frame.constructor.name} ${frame.length}`),
      closed: () => {
        told.push('closed')
        resolve()
      },
    })
  })
  return { told, opened, ended, socket: socket as ReturnType<OpenSocket> }
}

test('binary frames go both ways, as plain arrays, up to the longest of the wire', async () => {
  const url = await serve((socket) => socket.on('message', (frame) => socket.send(frame as Buffer)))
  const { told, opened, ended, socket } = follow(url)
  await opened
  socket.send(Uint8Array.of(1, 2, 3))
  socket.send(new Uint8Array(MAX_MESSAGE_BYTES))
  await expect.poll(() => told.length).toBe(3)
  socket.close()
  socket.close()
  await ended
  socket.send(Uint8Array.of(4))
  expect(told).toEqual(['opened', 'received Uint8Array 3', `received Uint8Array ${MAX_MESSAGE_BYTES}`, 'closed'])
})

test('a frame that is longer than the wire allows, or text, ends the connection', async () => {
  const long = follow(await serve((socket) => socket.send(new Uint8Array(MAX_MESSAGE_BYTES + 1))))
  await long.ended
  expect(long.told).toEqual(['opened', 'closed'])
  const words = follow(await serve((socket) => socket.send('words')))
  await words.ended
  expect(words.told).toEqual(['opened', 'closed'])
})

test('whatever ends it, the end is told once and later, and nothing is thrown', async () => {
  const refused = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(refused, 'listening')
  const gone = `ws://127.0.0.1:${portOf(refused)}`
  await new Promise((resolve) => refused.close(resolve))
  for (const url of [gone, 'not a url', 'ftp://127.0.0.1/', 'ws://127.0.0.1:1/#part']) {
    const { told, ended, socket } = follow(url)
    expect(told).toEqual([])
    socket.send(Uint8Array.of(1))
    await ended
    socket.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect(told, url).toEqual(['closed'])
  }
})

test('closing before it has opened ends it', async () => {
  const { told, ended, socket } = follow(await serve(() => undefined))
  socket.close()
  await ended
  expect(told).toEqual(['closed'])
})

test('a server that never answers the handshake is given up', async () => {
  const silent: Server = createTcpServer()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    silent.close()
  })
  const { told, ended } = follow(`ws://127.0.0.1:${portOf(silent)}`, socketOpener(50))
  await ended
  expect(told).toEqual(['closed'])
})

test('no compression is offered, whose lengths would tell of what is inside', async () => {
  const extensions: (string | undefined)[] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true })
  server.on('connection', (_socket, request) => extensions.push(request.headers['sec-websocket-extensions']))
  await once(server, 'listening')
  const { opened, ended, socket } = follow(`ws://127.0.0.1:${portOf(server)}`)
  await opened
  socket.close()
  await ended
  server.close()
  expect(extensions).toEqual([undefined])
})
