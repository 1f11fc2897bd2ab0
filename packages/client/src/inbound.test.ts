import { encode, fromHex, type LogItem, type RelayMessage, relayMessage, utf8 } from '@antechamber/protocol'
import { hash, newSigningKey, systemRandom } from '@antechamber/sealing'
import { damaged, malformedCases } from '@antechamber/testkit/damage'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import relayVectors from '../../../vectors/protocol/relay-messages.json' with { type: 'json' }
import { Connection } from './connection.ts'
import { Failure } from './errors.ts'
import { memoryPlatform } from './node/index.ts'
import type { Platform, SocketEvents } from './ports.ts'
import { RelayDoors } from './relay-doors.ts'
import { LogMaker, newWriter } from './testing/log-maker.ts'

const RUNS = malformedCases(150)
/** What a connection waits for an answer, and for anything at all. */
const [ANSWER_MS, QUIET_MS] = [10_000, 45_000]
const FRAMES = relayVectors.map(({ bytes }) => fromHex(bytes) as Uint8Array)
const bytesOf = (message: RelayMessage): Uint8Array => encode(relayMessage, message)
const WELCOME = bytesOf({ type: 'welcome', version: 1, nonce: new Uint8Array(32) })
const ENTERED = bytesOf({ type: 'entered', head: 0, headHash: new Uint8Array(32), now: 0, since: 1 })

/** A device's platform whose relay is in the hands of the test: each socket that it opens, the last one last. */
async function inOurHands() {
  const sockets: { readonly events: SocketEvents; isOpen: boolean }[] = []
  const openSocket: Platform['openSocket'] = (_, events) => {
    const socket = { events, isOpen: true }
    sockets.push(socket)
    const close = (): void => {
      if (!socket.isOpen) return
      socket.isOpen = false
      events.closed()
    }
    return { send: () => undefined, close }
  }
  // Whoever waits before they try again has waited; what a silence would bring does not come.
  const after: Platform['after'] = (ms, call) => {
    if (ms !== QUIET_MS && ms !== ANSWER_MS) queueMicrotask(call)
    return () => undefined
  }
  const platform = { ...(await memoryPlatform()), openSocket, after }
  return { platform, last: () => sockets.at(-1) as (typeof sockets)[number], count: () => sockets.length }
}

test('[WR2] any frames that a relay sends are taken or end the connection, and the next connection is as good as the first', async () => {
  const { platform, last, count } = await inOurHands()
  const login = { space: systemRandom(16), device: systemRandom(16), loginKey: newSigningKey(systemRandom) }
  const nothing = (): void => undefined
  const events = { entered: nothing, items: nothing, joined: nothing, lost: nothing }
  const connection = new Connection(platform, new RelayDoors('https://relay.example', platform.fetch), login, events)
  connection.open()
  await fc.assert(
    fc.asyncProperty(fc.array(damaged(FRAMES), { minLength: 1, maxLength: 4 }), fc.boolean(), async (frames, isIn) => {
      const { events: to, isOpen } = last()
      expect(isOpen).toBe(true)
      to.opened()
      if (isIn) for (const frame of [WELCOME, ENTERED]) to.received(frame)
      connection.tail(0)
      const asked = connection.request({ type: 'ping' }, 'done').catch((failure: unknown) => failure)
      for (const frame of frames) to.received(frame)
      last().events.closed()
      const answer = await asked
      expect(answer instanceof Failure || (answer as RelayMessage).type === 'done').toBe(true)
      await new Promise(setImmediate)
    }),
    { numRuns: RUNS },
  )
  expect(count()).toBeGreaterThan(RUNS)
  for (const frame of [WELCOME, ENTERED]) last().events.received(frame)
  expect(connection.isIn).toBe(true)
  connection.close()
})

test('[LG5] [LG10] whatever the relay makes of envelopes counts for nothing and stops nobody who then reads the good ones', async () => {
  const log = new LogMaker()
  const [fay, ada] = [newWriter('facilitator', 'Fay'), newWriter('participant', 'Ada')]
  log.header(fay, log.governing(fay, ada))
  log.words(ada, 'that the well runs dry')
  log.entry(ada, { v: 1, type: 'rules.affirmed' })
  const other = new LogMaker()
  other.header(fay, other.governing(fay, ada))
  other.entry(ada, { v: 1, type: 'rules.affirmed' })
  const samples = [...log.items, ...other.items].map(({ envelope }) => envelope as Uint8Array)
  const replica = log.replica(ada, fay)
  expect(await log.outcomes(replica)).toEqual(['chapter', 'words', 'counts'])
  const state = replica.state?.governing
  await fc.assert(
    fc.asyncProperty(damaged(samples), async (envelope) => {
      const item: LogItem = { n: replica.head + 1, envelope, envelopeHash: hash(envelope) }
      const landing = await replica.receive(item, false)
      // A header may say that the relay's share is wrong: it is not taken in, and the space would stop.
      if (!landing.ok) return expect(['wrong-share', 'no-grant']).toContain(landing.error)
      log.add(envelope)
      const { value } = landing
      // Words, and entries that come a second time, may be whole: what was harmed was put together again.
      expect(value.type === 'set-aside' || value.type === 'words').toBe(true)
    }),
    { numRuns: RUNS },
  )
  expect(replica.state?.governing).toEqual(state)
  log.entry(fay, { v: 1, type: 'rules.affirmed' })
  expect(await log.outcomes(replica)).toEqual(['counts'])
})

const json = fc.json({ maxDepth: 6 })
const EVENTS = [
  { v: 1, type: 'rules.affirmed' },
  { v: 1, type: 'room.paused' },
  { v: 1, type: 'stage.entered', stage: 'sharing', reason: 'It is time.' },
  { v: 1, type: 'round.opened', run: 'sharing/perceptions#1' },
].map((event) => utf8(JSON.stringify(event)))

test('[LG10] whatever a member seals as an event counts or is set aside, and the next good one counts', async () => {
  const log = new LogMaker()
  const [fay, ada] = [newWriter('facilitator', 'Fay'), newWriter('participant', 'Ada')]
  log.header(fay, log.governing(fay, ada))
  const replica = log.replica(fay, fay)
  await log.outcomes(replica)
  const body = fc.oneof(damaged(EVENTS), json.map(utf8), fc.uint8Array({ maxLength: 200 }))
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      log.entryOf(ada, bytes)
      expect(await log.outcomes(replica)).toHaveLength(1)
    }),
    { numRuns: RUNS },
  )
  log.entry(fay, { v: 1, type: 'rules.affirmed' })
  expect(await log.outcomes(replica)).toEqual(['counts'])
})

test('[WR1] any HTTP answer is what was asked for, or a failure with a code', async () => {
  const samples = [fromHex('00000000000000000005000000000000') as Uint8Array, ...FRAMES.slice(0, 3)]
  const answers = fc.tuple(fc.constantFrom(200, 201, 404, 413, 429, 500), damaged(samples))
  await fc.assert(
    fc.asyncProperty(answers, async ([status, bytes]) => {
      const doors = new RelayDoors('https://relay.example', async () => new Response(new Uint8Array(bytes), { status }))
      const read = await doors.readInvitation(new Uint8Array(16)).catch((failure: unknown) => failure)
      expect(read instanceof Failure || typeof (read as { state: string }).state === 'string').toBe(true)
    }),
    { numRuns: RUNS },
  )
})
