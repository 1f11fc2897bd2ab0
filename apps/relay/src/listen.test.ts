import { connect, type Socket } from 'node:net'
import { afterEach, test } from 'vitest'
import { type Listening, listen } from './listen.ts'
import { testConfig } from './testing/relay.ts'

const PAGE = 'quiet '.repeat(200_000)
let door: Listening
let caller: Socket
afterEach(async () => {
  caller.destroy()
  await door.close(0)
})

/** Opens the door of a relay that answers with a long page, and a bare connection to it that keeps its half open. */
async function called(idleMs: number, ...lines: readonly string[]): Promise<void> {
  const config = testConfig()
  door = await listen({ ...config, timing: { ...config.timing, idleMs } }, () => new Response(PAGE))
  caller = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true })
  caller.on('error', () => undefined)
  caller.write([...lines, 'Host: localhost', '', ''].join('\r\n'))
}

test('stopping takes no longer than it is given, whoever holds on to a connection', async () => {
  await called(60_000, 'GET /v1/live HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')
  // Whoever takes the connection over does nothing with it, and the other end never lets go.
  await new Promise<void>((resolve) => door.onUpgrade(() => resolve()))
  await door.close(10)
})

test('who asks and does not read what comes is cut off', async () => {
  await called(200, 'GET / HTTP/1.1')
  for (let i = 0; i < 20; i++) caller.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const closed = new Promise((resolve) => caller.once('close', resolve))
  // It looks again only once the other end has given up, which a write finds out.
  const asking = setInterval(() => caller.write(' '), 50)
  await closed
  clearInterval(asking)
})
