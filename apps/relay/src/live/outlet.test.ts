import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { processBus } from '../bus.ts'
import { memoryStorage } from '../storage/memory.ts'
import { random } from '../testing/device.ts'
import { createOutlet, OUTLET_BYTES } from './outlet.ts'
import { PAGE, Pump } from './pump.ts'
import { liveSpaces } from './spaces.ts'

let server: WebSocketServer
afterEach(() => {
  for (const client of server.clients) client.terminate()
  server.close()
})

/** Both ends of a WebSocket on this machine. */
async function bothEnds() {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [near] = (await once(server, 'connection')) as [WebSocket]
  await once(far, 'open')
  return { near, far }
}

test('[WR10] for a reader that stops, no more is read than its sockets and one outlet hold', async () => {
  const { near, far } = await bothEnds()
  far.pause()
  const now = { ms: 0 }
  const outlet = createOutlet(
    near,
    () => now.ms,
    () => undefined,
  )
  const endless = 1_000_000
  let lastRead = 0
  const envelope = random(32 * 1024)
  const { space } = liveSpaces(processBus(), memoryStorage().roster, (error) =>
    expect.unreachable(String(error)),
  ).enter(random(16), endless, {
    device: random(16),
    wake: () => undefined,
    dismiss: () => undefined,
    check: async () => undefined,
    joined: () => undefined,
  })
  const pump = new Pump({
    outlet,
    space,
    since: 1,
    failed: (error) => expect.unreachable(String(error)),
    read: async (after) => {
      const items = Array.from({ length: 16 }, (_, i) => ({
        n: after + 1 + i,
        envelope,
        envelopeHash: random(32),
      }))
      lastRead = after + 16
      return { head: endless, items }
    },
  })
  pump.start(1, 0)
  // The pump has come to rest when nothing has left for a while.
  let seen = -1
  while (seen !== lastRead || !outlet.isFull()) {
    seen = lastRead
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(near.bufferedAmount).toBeGreaterThan(0)
  expect(near.bufferedAmount).toBeLessThanOrEqual(OUTLET_BYTES + PAGE.maxBytes + 16 * 64)
  pump.wake()
  expect(lastRead).toBe(seen)
  now.ms = 30_000
  expect(outlet.stalledMs(now.ms)).toBeGreaterThanOrEqual(30_000)
  far.resume()
  await outlet.room()
  expect(outlet.stalledMs(now.ms)).toBeLessThan(30_000)
  pump.stop()
})

test('[WR10] room is made when the connection ends', async () => {
  const { near, far } = await bothEnds()
  far.pause()
  const outlet = createOutlet(
    near,
    () => 0,
    () => undefined,
  )
  while (!outlet.isFull()) outlet.send(random(OUTLET_BYTES))
  const room = outlet.room()
  near.terminate()
  await room
  expect(outlet.isFull()).toBe(false)
})
