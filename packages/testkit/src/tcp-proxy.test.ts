import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { utf8 } from '@antechamber/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { disguises, findTexts } from './disguises.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

const SAID = 'My grandmother is afraid to cross the river.'
let echo: Server
let proxy: TcpProxy
beforeEach(async () => {
  echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await startTcpProxy((echo.address() as AddressInfo).port)
})
afterEach(async () => {
  await proxy.close()
  echo.close()
})

/** Sends bytes in pieces, and waits until all have come back. */
async function said(bytes: Uint8Array): Promise<void> {
  const caller = connect(Number(new URL(proxy.url).port), '127.0.0.1')
  const back = new Promise<void>((resolve) => {
    let count = 0
    caller.on('data', (chunk) => {
      count += chunk.length
      if (count === bytes.length) resolve()
    })
  })
  for (let at = 0; at < bytes.length; at += 7) caller.write(bytes.subarray(at, at + 7))
  await back
  caller.destroy()
}

/** A WebSocket frame as a browser sends it. */
function masked(text: string, length: readonly number[]): Uint8Array {
  const mask = [0x5a, 0x01, 0xfe, 0x80]
  return Uint8Array.from([0x82, ...length, ...mask, ...utf8(text).map((byte, i) => byte ^ (mask[i % 4] as number))])
}

test('keeps every byte of both directions, a connection each', async () => {
  await said(utf8(SAID))
  await said(utf8('another'))
  const [first, second] = proxy.recordings()
  expect([first?.up, first?.down].map((bytes) => Buffer.from(bytes ?? []).toString())).toEqual([SAID, SAID])
  expect(Buffer.from(second?.up ?? []).toString()).toBe('another')
})

test('what a WebSocket has masked is found all the same, whatever its length', async () => {
  const long = SAID.repeat(9)
  const head = utf8('GET /v1/live HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const frames = [
    masked(SAID, [0x80 | SAID.length]),
    masked(long, [0xfe, long.length >> 8, long.length & 0xff]),
    masked(long, [0xff, 0, 0, 0, 0, 0, 0, long.length >> 8, long.length & 0xff]),
  ]
  await said(Buffer.concat([head, ...frames]))
  const { up, down } = proxy.recordings()[0] ?? { up: new Uint8Array(), down: new Uint8Array() }
  expect(Buffer.from(up).toString().split('\r\n\r\n')[1]).toBe(SAID + long + long)
  expect(findTexts([SAID], new Map([['down', down]]))).toEqual([])
  expect(findTexts([SAID, 'river'], new Map([['up', up]]))).toEqual([`${SAID} in up`, 'river in up'])
})

test('a text is found in each of its disguises, also with something before and after it', () => {
  for (const disguised of disguises(SAID)) {
    const place = Buffer.concat([utf8('xx'), disguised, utf8('yy')])
    expect(findTexts([SAID], new Map([['there', place]]))).toEqual([`${SAID} in there`])
  }
  for (const by of [0, 1, 2]) {
    const inside = Buffer.from(`${'x'.repeat(by)}${SAID}yy`).toString('base64')
    expect(findTexts([SAID], new Map([['there', utf8(inside)]]))).toEqual([`${SAID} in there`])
  }
})
