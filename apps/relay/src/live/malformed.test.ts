import { type DeviceMessage, decode, deviceMessage, encode, fromHex, MAX_MESSAGE_BYTES } from '@antechamber/protocol'
import { damaged, malformedCases } from '@antechamber/testkit/damage'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import vectors from '../../../../vectors/protocol/device-messages.json' with { type: 'json' }
import { entry, random, randomId, sealingKey } from '../testing/device.ts'
import { enter, greet, type LiveClient, openLive } from '../testing/live-client.ts'
import { newSpace, openChapter, startTestRelay, type TestRelay, type TestSpace } from '../testing/relay.ts'

const RUNS = malformedCases(80)
const MESSAGES = vectors.map(({ bytes }) => fromHex(bytes) as Uint8Array)

let relay: TestRelay
let ada: TestSpace
let chapter: Uint8Array
beforeAll(async () => {
  relay = await startTestRelay()
  ada = await newSpace(relay)
  chapter = (await openChapter(ada)).chapter
})
afterAll(() => relay.stop())

/** What everybody can see of the space: it must not change. */
const seen = async () => {
  const watcher = await enter(relay.url, ada.space, ada.opener)
  const tail = watcher.tail(0)
  await tail.started
  const keys = await watcher.ask({ type: 'keys' })
  await watcher.close()
  return JSON.stringify([tail.head(), tail.items.length, keys])
}

const bytes = fc.uint8Array({ maxLength: 300 })

/** Each stage of a connection at which bytes may arrive. */
const STAGES: { readonly [stage: string]: () => Promise<LiveClient> } = {
  hello: () => openLive(relay.url),
  login: async () => {
    const client = await openLive(relay.url)
    await greet(client)
    return client
  },
  inside: () => enter(relay.url, ada.space, ada.opener),
}

test.each(Object.keys(STAGES))(
  '[WR2] any bytes at %s end the connection with a code and change nothing',
  async (stage) => {
    const before = await seen()
    await fc.assert(
      fc.asyncProperty(bytes, async (frame) => {
        const client = await (STAGES[stage] as () => Promise<LiveClient>)()
        client.sendBytes(frame)
        // A few short frames do mean something, such as "keys"; text never does.
        client.socket.send('text')
        expect((await client.ended).code).toMatch(/^(malformed|client-too-old|relay-too-old|not-found)$/)
      }),
      { numRuns: RUNS },
    )
    expect(await seen()).toBe(before)
  },
)

const id = fc.uint8Array({ minLength: 16, maxLength: 16 })
const ref = fc.integer({ min: 1, max: 2 ** 32 - 1 })
const n = fc.integer({ min: 0, max: 2 ** 50 })
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** Well-formed requests, of which none can succeed here: what they name does not exist, or what they carry is wrong. */
const request: fc.Arbitrary<DeviceMessage> = fc.oneof(
  fc.record({ type: fc.constant('append' as const), ref, envelope: bytes }),
  fc.record({ type: fc.constant('grant' as const), ref, chapter: id }),
  fc.record({ type: fc.constant('joins' as const), ref, invitation: id }),
  fc.record({ type: fc.constant('close-invitation' as const), ref, invitation: id, state: fc.nat(255) }),
  fc.record({
    type: fc.constant('invite' as const),
    ref,
    invitation: id,
    expiresAt: n,
    ticketHash: hash,
    record: bytes,
  }),
  fc.record({ type: fc.constant('publish-key' as const), ref, key: fc.constant(sealingKey(randomId())) }),
  fc.record({
    type: fc.constant('batch' as const),
    ref,
    head: n,
    headHash: hash,
    header: bytes,
    grants: fc.constant([]),
    admit: fc.array(fc.record({ device: id, loginKey: hash, keeper: fc.boolean() }), { maxLength: 2 }),
    remove: fc.array(id, { maxLength: 2 }),
    keys: fc.constant([]),
  }),
)

test('[WR2] requests that make no sense are refused one by one, and the connection goes on', async () => {
  const before = await seen()
  const client = await enter(relay.url, ada.space, ada.opener)
  await fc.assert(
    fc.asyncProperty(request, async (message) => {
      // Every time is in the past for this relay or beyond thirty days.
      const answer = await client.ask(message as never)
      expect(answer).toMatch(/^(malformed|not-found|forbidden)$/)
    }),
    { numRuns: RUNS },
  )
  expect(await client.ask({ type: 'append', envelope: entry(ada.space, chapter) })).toMatchObject({ type: 'appended' })
  expect(JSON.parse(await seen())[0]).toBe(JSON.parse(before)[0] + 1)
})

test('[WR2] a changed, cut or lengthened message is refused, or means another thing; it never stops the relay', async () => {
  const good = encode(deviceMessage, { type: 'append', ref: 7, envelope: entry(ada.space, randomId()) })
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(2), async (at, flip, how) => {
      const frame = how === 0 ? Uint8Array.from(good) : how === 1 ? good.slice(0, at) : new Uint8Array([...good, flip])
      if (how === 0) frame[at] = (frame[at] as number) ^ flip
      const client = await enter(relay.url, ada.space, ada.opener)
      client.sendBytes(frame)
      const heard = await Promise.race([client.next(), client.ended])
      expect('closeCode' in heard ? heard.code : heard.type).toMatch(/^(malformed|refused|items|keys|reserved)$/)
      await client.close()
    }),
    { numRuns: RUNS },
  )
})

test('[WR2] whatever is nearly a message ends the connection or is refused, and changes nothing', async () => {
  const before = await seen()
  await fc.assert(
    fc.asyncProperty(damaged(MESSAGES), async (frame) => {
      const client = await enter(relay.url, ada.space, ada.opener)
      client.sendBytes(frame)
      // Answered after it, where it has not ended the connection.
      const asked = client.ask({ type: 'grant', chapter: randomId() })
      const heard = await Promise.race([asked, client.ended])
      if (typeof heard === 'object' && 'closeCode' in heard) {
        const message = decode(deviceMessage, frame, MAX_MESSAGE_BYTES)
        const isOutOfPlace = message.ok && (message.value.type === 'hello' || message.value.type === 'login')
        expect([heard.code, message.ok && !isOutOfPlace]).toEqual(['malformed', false])
      } else expect(heard).toBe('not-found')
      await client.close()
    }),
    { numRuns: RUNS },
  )
  expect(await seen()).toBe(before)
})

test('[WR2] text, frames without end and messages that are too long are refused', async () => {
  const text = await enter(relay.url, ada.space, ada.opener)
  text.socket.send('hello')
  expect((await text.ended).code).toBe('malformed')
  const stranger = await openLive(relay.url)
  stranger.sendBytes(random(1025))
  expect((await stranger.ended).code).toBe('too-large')
  const long = await enter(relay.url, ada.space, ada.opener)
  long.sendBytes(random(MAX_MESSAGE_BYTES + 1))
  // The WebSocket itself says so: its code for a message too big.
  expect((await long.ended).closeCode).toBe(1009)
  expect(await ada.client.ask({ type: 'keys' })).toMatchObject({ type: 'keys' })
})

test('[WR15] appends beyond their rate are refused with the time to come again, those before are kept', async () => {
  const strict = await startTestRelay({}, { rateScale: 0.1 })
  const eve = await newSpace(strict)
  const opened = await openChapter(eve)
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => eve.client.ask({ type: 'append', envelope: entry(eve.space, opened.chapter) })),
  )
  expect(answers.filter((answer) => answer === 'too-many').length).toBe(10)
  const tail = eve.client.tail(0)
  expect((await tail.until(31)).length).toBe(31)
  const ben = await newSpace(strict)
  expect((await openChapter(ben)).answer).toMatchObject({ type: 'appended' })
  await strict.stop()
})

test('[WR15] one network may have only so many connections that have not logged in', async () => {
  const strangers = await Promise.all(Array.from({ length: 128 }, () => openLive(relay.url)))
  await expect(openLive(relay.url)).rejects.toThrow('429')
  await strangers[0]?.close()
  // Who has logged in is no stranger: two more come in, one after the other, through the one place.
  for (let i = 0; i < 2; i++) {
    const client = await enter(relay.url, ada.space, ada.opener)
    expect(await client.ask({ type: 'keys' })).toMatchObject({ type: 'keys' })
  }
  for (const stranger of strangers) stranger.socket.terminate()
})
