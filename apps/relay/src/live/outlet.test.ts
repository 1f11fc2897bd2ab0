import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { processBus } from '../bus.ts'
import { memoryStorage } from '../storage/memory.ts'
import { random } from '../testing/device.ts'
import { type Allowance, createAllowance } from './allowance.ts'
import { createOutlet, OUTLET_BYTES } from './outlet.ts'
import { PAGE, Pump, SMALL_PAGE } from './pump.ts'
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

/** The first of many pairs of ends, and how more are made. */
async function manyEnds() {
  const pair = await bothEnds()
  const { port } = server.address() as AddressInfo
  const more = async () => {
    const far = new WebSocket(`ws://127.0.0.1:${port}`)
    const [near] = (await once(server, 'connection')) as [WebSocket]
    await once(far, 'open')
    return { near, far }
  }
  return { ...pair, more }
}

test('[WR10] for a reader that stops, no more is read than its sockets and one outlet hold', async () => {
  const { near, far } = await bothEnds()
  far.pause()
  const now = { ms: 0 }
  const outlet = createOutlet(
    near,
    () => now.ms,
    () => undefined,
    createAllowance(),
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
    allowance: createAllowance(),
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
    createAllowance(),
  )
  while (!outlet.isFull()) outlet.send(random(OUTLET_BYTES))
  const room = outlet.room()
  near.terminate()
  await room
  expect(outlet.isFull()).toBe(false)
})

/** A reader of an endless log, with a way out that shares the allowance with others. */
function endlessPump(near: WebSocket, allowance: Allowance, onRead: (last: number) => void) {
  const outlet = createOutlet(
    near,
    () => 0,
    () => undefined,
    allowance,
  )
  const nobody = {
    wake: () => undefined,
    dismiss: () => undefined,
    check: async () => undefined,
    joined: () => undefined,
  }
  const { space } = liveSpaces(processBus(), memoryStorage().roster, (error) =>
    expect.unreachable(String(error)),
  ).enter(random(16), 1_000_000, { device: random(16), ...nobody })
  const envelope = random(16 * 1024)
  const pump = new Pump({
    outlet,
    allowance,
    space,
    since: 1,
    failed: (error) => expect.unreachable(String(error)),
    read: async (after, { maxBytes }) => {
      // A storage takes its time, so that many are asked before the first has answered.
      await new Promise((resolve) => setTimeout(resolve, 5))
      const count = maxBytes / envelope.length
      onRead(after + count)
      const items = Array.from({ length: count }, (_, i) => ({ n: after + 1 + i, envelope, envelopeHash: random(32) }))
      return { head: 1_000_000, items }
    },
  })
  return { pump, outlet }
}

test('[WR10] many that never read cost no more together than a bounded sum, and who reads is served meanwhile', async () => {
  const allowance = createAllowance(4 * 1024 * 1024)
  const count = 40
  let read = 0
  let most = 0
  const pumps: Pump[] = []
  const { far: first, more } = await manyEnds()
  first.pause()
  for (let i = 0; i < count; i++) {
    const { near, far } = await more()
    far.pause()
    const { pump } = endlessPump(near, allowance, () => {
      read += 1
      most = Math.max(most, allowance.heldBytes())
    })
    pumps.push(pump)
    pump.start(1, 0)
  }
  for (let seen = -1; seen !== read; ) {
    seen = read
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  // Each may have had one page on its way when the sum was reached, and one small one since.
  expect(most).toBeLessThanOrEqual(4 * 1024 * 1024 + OUTLET_BYTES + PAGE.maxBytes + count * 2 * SMALL_PAGE.maxBytes)
  expect(allowance.isSpent()).toBe(true)
  const { near, far } = await more()
  let received = 0
  far.on('message', (frame: Buffer) => (received += frame.length))
  const reader = endlessPump(near, allowance, () => undefined)
  reader.pump.start(1, 0)
  while (received < 8 * 1024 * 1024) await new Promise((resolve) => setTimeout(resolve, 20))
  for (const pump of [...pumps, reader.pump]) pump.stop()
  for (const client of server.clients) client.terminate()
  while (allowance.heldBytes() > 0) await new Promise((resolve) => setTimeout(resolve, 20))
})
