import { once } from 'node:events'
import { connect } from 'node:net'
import { encodeEnvelope, logLink, PROTOCOL_VERSIONS, toBase64Url, WORDS, withdrawable } from '@antechamber/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../storage/rules.ts'
import { entry, newDevice, random, randomId } from '../testing/device.ts'
import { enter, greet, openLive } from '../testing/live-client.ts'
import { DAY_MS, newSpace, openChapter, startTestRelay, type TestRelay, type TestSpace } from '../testing/relay.ts'

let relay: TestRelay
let ada: TestSpace
beforeEach(async () => {
  relay = await startTestRelay()
  ada = await newSpace(relay)
})
afterEach(() => relay.stop())

/** The head and log hash after envelopes, as a device computes them. */
const headAfter = (envelopes: readonly Uint8Array[]) => ({
  head: envelopes.length,
  headHash: envelopes.reduce<Uint8Array>(
    (hash, bytes, i) => sha256(logLink(hash, i + 1, sha256(bytes))),
    new Uint8Array(32),
  ),
})

describe('from hello to the log', () => {
  test('[WR3] picks a version that both speak, or refuses before anything else', async () => {
    for (const [versions, code] of [
      [[], 'client-too-old'],
      [[0, 1], 'client-too-old'],
      [[PROTOCOL_VERSIONS[0] + 1, 9], 'relay-too-old'],
    ] as const) {
      const client = await openLive(relay.url)
      client.send({ type: 'hello', versions })
      expect(await client.ended).toEqual({ code, closeCode: 1000 })
    }
    const client = await openLive(relay.url)
    client.send({ type: 'hello', versions: [9, PROTOCOL_VERSIONS[0], 0] })
    expect(await client.next()).toMatchObject({ type: 'welcome', version: PROTOCOL_VERSIONS[0] })
    await client.close()
  })

  test('[WR3] answers nothing out of its order', async () => {
    const append = { type: 'append', ref: 1, envelope: entry(ada.space, randomId()) } as const
    const login = {
      type: 'login',
      space: ada.space,
      device: ada.opener.device,
      nonce: random(32),
      signature: random(64),
    } as const
    const early = await openLive(relay.url)
    early.send(login)
    expect(await early.ended).toEqual({ code: 'malformed', closeCode: 1000 })
    for (const message of [
      append,
      { type: 'keys', ref: 1 },
      { type: 'hello', versions: [...PROTOCOL_VERSIONS] },
    ] as const) {
      const client = await openLive(relay.url)
      await greet(client)
      client.send(message)
      // A stranger's message may not even be as long as an envelope.
      expect((await client.ended).code).toMatch(/malformed|too-large/)
    }
    for (const message of [
      login,
      { type: 'hello', versions: [...PROTOCOL_VERSIONS] },
      { type: 'keys', ref: 0 },
    ] as const) {
      const client = await enter(relay.url, ada.space, ada.opener)
      client.send(message)
      expect(await client.ended).toEqual({ code: 'malformed', closeCode: 1000 })
    }
  })

  test('[WR2] a stranger who sends more than a log-in needs is refused before their message is whole', async () => {
    const stranger = await openLive(relay.url)
    // No part of it is the last: it never becomes a message, and would wait in memory.
    for (let i = 0; i < 5; i++) stranger.socket.send(random(1000), { fin: false })
    await new Promise((resolve) => stranger.socket.once('close', resolve).once('message', resolve))
    relay.clock.advance(5_000)
    expect((await stranger.ended).code).toBe('too-large')
    // Who has logged in may send what they like, in as many parts.
    ada.client.socket.send(random(6000), { fin: false })
    ada.client.socket.send(random(10), { fin: true })
    expect((await ada.client.ended).code).toBe('malformed')
  })

  test('who is turned away at the door is let go of, also when they do not let go', async () => {
    for (const path of ['/v1/elsewhere', '/v1/live']) {
      const { hostname, port } = new URL(relay.url)
      const caller = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
      // Without a key, the second is an upgrade that the WebSocket refuses.
      caller.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
      caller.on('error', () => undefined)
      caller.resume()
      await once(caller, 'end')
      // A half that is still open takes what is written for ever; one that is gone says so.
      const gone = new Promise((resolve) => caller.once('close', resolve))
      const asking = setInterval(() => caller.write(' '), 10)
      await gone
      clearInterval(asking)
    }
  })

  test('[WR3] closes a connection that does not log in in time', async () => {
    const client = await openLive(relay.url)
    await greet(client)
    relay.clock.advance(11_000)
    expect((await client.ended).closeCode).toBe(1000)
    expect(await ada.client.ask({ type: 'keys' })).toMatchObject({ type: 'keys' })
  })

  test('[WR3] closes a connection whose other end is gone, and keeps one that answers pings', async () => {
    const ben = await newSpace(relay)
    ben.client.socket.pause()
    const gone = ben.client.ended
    for (let i = 0; i < 4; i++) {
      const pinged = new Promise((resolve) => ada.client.socket.once('ping', resolve))
      relay.clock.advance(30_000)
      await pinged
      // The pong is on its way in the same process; the next request comes behind it.
      expect(await ada.client.ask({ type: 'keys' })).toMatchObject({ type: 'keys' })
    }
    ben.client.socket.resume()
    expect((await gone).closeCode).toBe(1006)
  })

  test('[WR4] a log-in holds for one host, one space, one device and one connection', async () => {
    const ben = newDevice()
    const other = await newSpace(relay)
    await openChapter(ada, { admit: [ben] })
    const host = new URL(relay.url).host
    const nonce = random(32)
    const attempt = async (
      change: (relayNonce: Uint8Array) => { signature?: Uint8Array; space?: Uint8Array; device?: Uint8Array },
    ) => {
      const client = await openLive(relay.url)
      const relayNonce = await greet(client)
      const good = ada.opener.sign(host, ada.space, nonce, relayNonce)
      const login = { space: ada.space, device: ada.opener.device, nonce, signature: good }
      client.send({ type: 'login', ...login, ...change(relayNonce) })
      const outcome = await Promise.race([client.next(), client.ended])
      await client.close()
      return 'closeCode' in outcome ? outcome.code : outcome.type
    }
    expect(await attempt(() => ({}))).toBe('entered')
    const { opener } = ada
    expect(await attempt((n) => ({ signature: opener.sign('relay.example', ada.space, nonce, n) }))).toBe('not-found')
    expect(await attempt((n) => ({ signature: opener.sign(host, other.space, nonce, n) }))).toBe('not-found')
    expect(await attempt((n) => ({ signature: opener.sign(host, ada.space, random(32), n) }))).toBe('not-found')
    expect(await attempt(() => ({ signature: opener.sign(host, ada.space, nonce, random(32)) }))).toBe('not-found')
    expect(await attempt((n) => ({ signature: ben.sign(host, ada.space, nonce, n) }))).toBe('not-found')
    expect(await attempt(() => ({ device: ben.device }))).toBe('not-found')
    expect(await attempt(() => ({ space: other.space }))).toBe('not-found')
  })

  test('[WR4] with a PUBLIC_URL a log-in is signed for that host and no other', async () => {
    const named = await startTestRelay({}, { publicUrl: new URL('https://dialogue.example:8443') })
    const address = `http://localhost:${named.port}`
    const space = await newSpace({ ...named, url: address }).catch((error: Error) => error.message)
    expect(space).toBe('not let in: not-found')
    expect(await named.newDeskLink()).toMatch(/^https:\/\/dialogue\.example:8443\/desk#d1\.[\w-]{43}$/)
    await named.stop()
  })

  test('[WR5] unknown space, foreign space, unknown device and wrong signature end in the same bytes', async () => {
    const foreign = await newSpace(relay)
    const purged = await newSpace(relay, 1)
    relay.clock.advance(2 * DAY_MS)
    await purged.client.ended
    const lastBytes = async (space: Uint8Array, device = newDevice()) => {
      const client = await openLive(relay.url)
      await greet(client)
      const frames: Buffer[] = []
      client.socket.on('message', (bytes) => frames.push(bytes as Buffer))
      client.send({ type: 'login', space, device: device.device, nonce: random(32), signature: random(64) })
      const { closeCode } = await client.ended
      return `${frames.map((frame) => frame.toString('hex')).join()} ${closeCode}`
    }
    const unknown = await lastBytes(randomId())
    expect(await lastBytes(foreign.space)).toBe(unknown)
    expect(await lastBytes(foreign.space, ada.opener)).toBe(unknown)
    expect(await lastBytes(ada.space, ada.opener)).toBe(unknown)
    expect(await lastBytes(purged.space, purged.opener)).toBe(unknown)
  })

  test('[WR6] a connection serves the space it entered, and a device may have several', async () => {
    const other = await newSpace(relay)
    const { chapter } = await openChapter(ada)
    const foreign = await openChapter(other)
    expect(await ada.client.ask({ type: 'append', envelope: entry(other.space, foreign.chapter) })).toBe('malformed')
    expect(await ada.client.ask({ type: 'grant', chapter: foreign.chapter })).toBe('not-found')
    const second = await enter(relay.url, ada.space, ada.opener)
    const tail = second.tail(1)
    await ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter) })
    expect(await tail.until(1)).toMatchObject([{ n: 2 }])
    expect(await second.ask({ type: 'append', envelope: entry(ada.space, chapter) })).toMatchObject({ n: 3 })
  })
})

describe('the log', () => {
  test('[LG3] a repeated append has the first number, other bytes under its id are refused', async () => {
    const { chapter } = await openChapter(ada)
    const envelope = entry(ada.space, chapter)
    expect(await ada.client.ask({ type: 'append', envelope })).toMatchObject({ type: 'appended', n: 2 })
    expect(await ada.client.ask({ type: 'append', envelope })).toMatchObject({ type: 'appended', n: 2 })
    const forged = Uint8Array.from(envelope)
    forged.set(random(9), 900)
    expect(await ada.client.ask({ type: 'append', envelope: forged })).toBe('exists')
  })

  test('[LG3] appends that follow each other without waiting keep their order', async () => {
    const { chapter } = await openChapter(ada)
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter) })),
    )
    expect(answers.map((answer) => typeof answer !== 'string' && answer.type === 'appended' && answer.n)).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 2),
    )
  })

  test('[LG4] tells the head and the log hash that a device computes itself', async () => {
    const { chapter, header: opening } = await openChapter(ada)
    const envelope = entry(ada.space, chapter)
    await ada.client.ask({ type: 'append', envelope })
    const client = await openLive(relay.url)
    const relayNonce = await greet(client)
    const nonce = random(32)
    const signature = ada.opener.sign(new URL(relay.url).host, ada.space, nonce, relayNonce)
    client.send({ type: 'login', space: ada.space, device: ada.opener.device, nonce, signature })
    expect(await client.next()).toEqual({
      type: 'entered',
      ...headAfter([opening, envelope]),
      now: relay.clock.now(),
      since: 1,
    })
  })

  test('[WR8] refuses an entry under a chapter that is no longer current', async () => {
    const first = await openChapter(ada)
    const late = entry(ada.space, first.chapter)
    await openChapter(ada, headAfter([first.header]))
    expect(await ada.client.ask({ type: 'append', envelope: late })).toBe('stale-chapter')
  })

  test('[WR9] a tail gives what is there and then what comes', async () => {
    const ben = newDevice()
    const { chapter } = await openChapter(ada, { admit: [ben] })
    const first = entry(ada.space, chapter)
    await ada.client.ask({ type: 'append', envelope: first })
    const tail = (await enter(relay.url, ada.space, ben)).tail(0)
    expect((await tail.until(2)).map(({ n }) => n)).toEqual([1, 2])
    const second = entry(ada.space, chapter)
    await ada.client.ask({ type: 'append', envelope: second })
    const items = await tail.until(3)
    expect(items[2]).toEqual({ n: 3, envelope: second, envelopeHash: sha256(second) })
    expect(tail.head()).toBe(3)
  })

  test('[WR9] the first answer comes also when there is nothing to send', async () => {
    const empty = ada.client.tail(0)
    await empty.started
    expect([empty.items.length, empty.head()]).toEqual([0, 0])
    const { chapter } = await openChapter(ada)
    expect(await empty.until(1)).toMatchObject([{ n: 1 }])
    const beyond = (await enter(relay.url, ada.space, ada.opener)).tail(7)
    await beyond.started
    expect([beyond.items.length, beyond.head()]).toEqual([0, 1])
    await ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter) })
    expect(await empty.until(2)).toMatchObject([{ n: 1 }, { n: 2 }])
    expect(beyond.items).toEqual([])
  })

  test('[WR9] readers that begin anywhere, while others write, get each envelope once and in order', async () => {
    const { chapter } = await openChapter(ada)
    const total = 401
    const readers = [0, 0, 1, 100, 399].map(async (after, i) => {
      // Some begin while the log is long, some while it grows.
      if (i % 2 === 1) await ada.client.ask({ type: 'keys' })
      const client = await enter(relay.url, ada.space, ada.opener)
      const items = await client.tail(after).until(total - after)
      expect(items.map(({ n }) => n)).toEqual(Array.from({ length: total - after }, (_, k) => after + 1 + k))
    })
    for (let i = 1; i < total; i += 50) {
      await Promise.all(
        Array.from({ length: 50 }, () => ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter) })),
      )
    }
    await Promise.all(readers)
  })

  test('[WR18] nobody is sent what came before the batch that let them in, from wherever they ask', async () => {
    const ben = newDevice()
    const first = await openChapter(ada)
    const said = entry(ada.space, first.chapter)
    await ada.client.ask({ type: 'append', envelope: said })
    const own = await openChapter(ada, { ...headAfter([first.header, said]), admit: [ben] })
    // At hand for live readers, and read from the storage: one way after the other.
    for (const later of [0, 100]) {
      for (let i = 0; i < later; i++) await ada.client.ask({ type: 'append', envelope: entry(ada.space, own.chapter) })
      for (const after of [0, 1, 2]) {
        const tail = (await enter(relay.url, ada.space, ben)).tail(after)
        const items = await tail.until(1 + later)
        expect(items.map(({ n }) => n)).toEqual(Array.from({ length: 1 + later }, (_, i) => 3 + i))
        expect(tail.head()).toBe(3 + later)
      }
      const adas = await (await enter(relay.url, ada.space, ada.opener)).tail(0).until(3 + later)
      expect(adas[0]).toMatchObject({ n: 1, envelope: first.header })
    }
    const bens = await enter(relay.url, ada.space, ben)
    expect(await bens.ask({ type: 'grant', chapter: first.chapter })).toBe('not-found')
    expect(await bens.ask({ type: 'grant', chapter: own.chapter })).toMatchObject({ type: 'granted' })
  })

  test('[WR9] a tail that is asked for again begins again', async () => {
    const { chapter } = await openChapter(ada)
    for (let i = 0; i < 3; i++) await ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter) })
    const first = ada.client.tail(0)
    await first.until(4)
    const second = ada.client.tail(2)
    expect((await second.until(2)).map(({ n }) => n)).toEqual([3, 4])
    await ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter) })
    await second.until(3)
    expect(first.items.length).toBe(4)
  })

  test('[WR20] words that were taken back are sent to nobody who comes after, though they were at hand', async () => {
    const { chapter } = await openChapter(ada)
    const secret = random(32)
    const id = sha256(withdrawable(secret)).slice(0, 16)
    const words = encodeEnvelope({ kind: WORDS, space: ada.space, chapter, id, nonce: random(24), sealed: random(949) })
    await ada.client.ask({ type: 'append', envelope: words })
    expect(await ada.client.ask({ type: 'withdraw', secret })).toMatchObject({ type: 'done' })
    const items = await (await enter(relay.url, ada.space, ada.opener)).tail(1).until(1)
    expect(items).toEqual([{ n: 2, envelope: undefined, envelopeHash: sha256(words) }])
  })

  test('[WR10] a reader that stops reading is told so and closed; the others are served meanwhile', async () => {
    const ben = newDevice()
    const { chapter } = await openChapter(ada, { admit: [ben] })
    const slow = await enter(relay.url, ada.space, ben)
    const fast = await enter(relay.url, ada.space, ben)
    const tail = slow.tail(0)
    await tail.started
    slow.socket.pause()
    const fastTail = fast.tail(0)
    // More than the sockets of both ends and the outlet take together.
    const total = 801
    for (let i = 1; i < total; i += 50) {
      await Promise.all(
        Array.from({ length: 50 }, () =>
          ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter, 32768) }),
        ),
      )
    }
    expect((await fastTail.until(total)).length).toBe(total)
    relay.clock.advance(31_000)
    slow.socket.resume()
    expect((await slow.ended).code).toBe('slow-reader')
    expect(tail.items.length).toBeLessThan(total)
    const after = tail.items.length
    const resumed = (await enter(relay.url, ada.space, ben)).tail(after)
    expect((await resumed.until(total - after))[0]?.n).toBe(after + 1)
  })

  test('stopping is told to everybody who is there', async () => {
    await relay.stop()
    expect(await ada.client.ended).toEqual({ code: 'stopping', closeCode: 1000 })
    await expect(fetch(`${relay.url}/v1/invitations/${toBase64Url(randomId())}`)).rejects.toThrow()
  })
})
