import { MAX_BODY_BYTES } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import { RelayDoors } from './relay-doors.ts'

/** A relay that answers with more than anybody can hold; counts what was taken of it. */
function endlessRelay() {
  const taken = { bytes: 0, isCancelled: false }
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      taken.bytes += 64 * 1024
      controller.enqueue(new Uint8Array(64 * 1024))
    },
    cancel: () => {
      taken.isCancelled = true
    },
  })
  return { taken, fetch: async () => new Response(body) }
}

test('an answer without end is not understood, and not read to its end', async () => {
  const { taken, fetch } = endlessRelay()
  const doors = new RelayDoors('https://relay.example', fetch)
  await expect(doors.readInvitation(new Uint8Array(16))).rejects.toMatchObject({ code: 'not-understood' })
  expect(taken.isCancelled).toBe(true)
  expect(taken.bytes).toBeLessThan(4 * MAX_BODY_BYTES)
})

test('a relay that takes a request and never answers is unreachable after a while', async () => {
  const silent: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
    })
  const doors = new RelayDoors('https://relay.example', silent, 20)
  await expect(doors.checkDesk(new Uint8Array(32))).rejects.toMatchObject({ code: 'unreachable' })
})
