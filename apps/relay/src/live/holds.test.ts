import { logLink } from '@antechamber/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../storage/rules.ts'
import { entry, header, newDevice } from '../testing/device.ts'
import { enter, type LiveClient } from '../testing/live-client.ts'
import { newSpace, openChapter, startTestRelay, type TestRelay, type TestSpace } from '../testing/relay.ts'
import { HOLD_MS } from './holds.ts'

let relay: TestRelay
let fay: TestSpace
let ada: LiveClient
let chapter: Uint8Array
/** As a device that reads everything knows it. */
let at: { head: number; headHash: Uint8Array }

beforeEach(async () => {
  relay = await startTestRelay()
  fay = await newSpace(relay)
  const member = newDevice()
  at = { head: 0, headHash: new Uint8Array(32) }
  const first = await openChapter(fay, { admit: [member] })
  chapter = first.chapter
  reads(first.header)
  ada = await enter(relay.url, fay.space, member)
})
afterEach(() => relay.stop())

function reads(bytes: Uint8Array): void {
  const n = at.head + 1
  at = { head: n, headHash: sha256(logLink(at.headHash, n, sha256(bytes))) }
}

/** Somebody writes; `answered` tells whether the relay has taken it. */
function write(client: LiveClient, to = chapter) {
  const bytes = entry(fay.space, to)
  const writing = { bytes, answered: false, done: client.ask({ type: 'append', envelope: bytes }) }
  void writing.done.then(() => (writing.answered = true))
  return writing
}

async function reserve(client: LiveClient): Promise<Uint8Array> {
  const reserved = await client.ask({ type: 'reserve' })
  if (typeof reserved === 'string' || reserved.type !== 'reserved') throw new Error(`not reserved: ${reserved}`)
  return reserved.chapter
}

const NOTHING = { grants: [], admit: [], remove: [], keys: [] }
const batch = (client: LiveClient, to: Uint8Array, where = at) =>
  client.ask({ type: 'batch', ...where, header: header(fay.space, to), ...NOTHING })

/** A keeper's batch comes too late, since Ada was faster; the keeper has read what she wrote. */
async function lose(client = fay.client): Promise<void> {
  const next = await reserve(client)
  const faster = write(ada)
  await faster.done
  expect(await batch(client, next)).toBe('head-moved')
  reads(faster.bytes)
}

test('[WR27] while a keeper whose batch came too late tries again, what others append waits, and nothing else', async () => {
  await lose()
  const before = write(ada)
  expect(await before.done).toMatchObject({ n: 3 })
  reads(before.bytes)
  const next = await reserve(fay.client)
  const waiting = [write(ada), write(ada)]
  expect(await ada.ask({ type: 'keys' })).toMatchObject({ type: 'keys' })
  const own = write(fay.client)
  expect(await own.done).toMatchObject({ n: 4 })
  reads(own.bytes)
  expect(await batch(fay.client, next)).toMatchObject({ n: 5 })
  for (const { done } of waiting) expect(await done).toBe('stale-chapter')
  expect(await write(ada, next).done).toMatchObject({ n: 6 })
})

test('[WR27] nobody is waited for in vain for long, nor again at once', async () => {
  await lose()
  await reserve(fay.client)
  const waiting = write(ada)
  relay.clock.advance(HOLD_MS - 1)
  await ada.ask({ type: 'ping' })
  expect(waiting.answered).toBe(false)
  relay.clock.advance(HOLD_MS)
  expect(await waiting.done).toMatchObject({ n: 3 })
  await reserve(fay.client)
  expect(await write(ada).done).toMatchObject({ n: 4 })
  relay.clock.advance(HOLD_MS)
  await reserve(fay.client)
  const again = write(ada)
  await ada.ask({ type: 'ping' })
  expect(again.answered).toBe(false)
  await fay.client.close()
  expect(await again.done).toMatchObject({ n: 5 })
})

test('[WR27] nobody waits for a keeper that was not late, nor for whoever keeps nothing', async () => {
  await reserve(fay.client)
  expect(await write(ada).done).toMatchObject({ n: 2 })
  expect(await batch(ada, await reserve(ada))).toBe('forbidden')
  await reserve(ada)
  expect(await write(fay.client).done).toMatchObject({ n: 3 })
})
