import { equalBytes, logLink, toBase64Url } from '@antechamber/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../storage/rules.ts'
import { entry, grantFor, header, newDevice, random, randomId, sealingKey } from '../testing/device.ts'
import { leaveJoin } from '../testing/http-client.ts'
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
      [[0], 'client-too-old'],
      [[2, 3], 'relay-too-old'],
    ] as const) {
      const client = await openLive(relay.url)
      client.send({ type: 'hello', versions })
      expect(await client.ended).toEqual({ code, closeCode: 1000 })
    }
    const client = await openLive(relay.url)
    client.send({ type: 'hello', versions: [9, 1, 0] })
    expect(await client.next()).toMatchObject({ type: 'welcome', version: 1 })
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
    for (const message of [append, { type: 'keys', ref: 1 }, { type: 'hello', versions: [1] }] as const) {
      const client = await openLive(relay.url)
      await greet(client)
      client.send(message)
      // A stranger's message may not even be as long as an envelope.
      expect((await client.ended).code).toMatch(/malformed|too-large/)
    }
    for (const message of [login, { type: 'hello', versions: [1] }, { type: 'keys', ref: 0 }] as const) {
      const client = await enter(relay.url, ada.space, ada.opener)
      client.send(message)
      expect(await client.ended).toEqual({ code: 'malformed', closeCode: 1000 })
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
})

describe('the access list', () => {
  test('[CH3] a batch that lost the race is refused whole, and the sender can begin again', async () => {
    const [ben, chi] = [newDevice(), newDevice()]
    const won = await openChapter(ada, { admit: [ben] })
    const lost = await openChapter(ada, { admit: [chi] })
    expect(lost.answer).toBe('head-moved')
    await expect(enter(relay.url, ada.space, chi)).rejects.toThrow('not-found')
    const again = await openChapter(ada, { ...headAfter([won.header]), admit: [chi] })
    expect(again.answer).toMatchObject({ type: 'appended', n: 2 })
    await enter(relay.url, ada.space, chi)
  })

  test('[CH3] of many batches at one head exactly one is stored', async () => {
    const rivals = await Promise.all(Array.from({ length: 8 }, () => enter(relay.url, ada.space, ada.opener)))
    const outcomes = await Promise.all(rivals.map((client) => openChapter({ space: ada.space, client })))
    expect(outcomes.filter(({ answer }) => typeof answer !== 'string').length).toBe(1)
    expect(outcomes.filter(({ answer }) => answer === 'head-moved').length).toBe(7)
  })

  test('[CH4] gives a chapter its own random share, and the same to each device on the list', async () => {
    const ben = newDevice()
    const first = await openChapter(ada, { admit: [ben] })
    const second = await openChapter(ada, headAfter([first.header]))
    expect(equalBytes(first.share, second.share)).toBe(false)
    const bens = await enter(relay.url, ada.space, ben)
    const { chapter, share } = first
    expect(await bens.ask({ type: 'grant', chapter })).toMatchObject({ share, grant: { device: ben.device } })
    expect(await ada.client.ask({ type: 'grant', chapter })).toMatchObject({ share, grant: undefined })
    const stranger = await newSpace(relay)
    expect(await stranger.client.ask({ type: 'grant', chapter })).toBe('not-found')
    expect(await ada.client.ask({ type: 'grant', chapter: randomId() })).toBe('not-found')
  })

  test('[WR11] a batch of somebody who is no keeper changes no list', async () => {
    const [ben, chi] = [newDevice(), newDevice()]
    const first = await openChapter(ada, { admit: [ben] })
    const bens = { space: ada.space, client: await enter(relay.url, ada.space, ben) }
    const head = headAfter([first.header])
    expect((await openChapter(bens, { ...head, admit: [chi] })).answer).toBe('forbidden')
    expect((await openChapter(bens, { ...head, remove: [ada.opener] })).answer).toBe('forbidden')
    await expect(enter(relay.url, ada.space, chi)).rejects.toThrow('not-found')
    expect((await openChapter(bens, head)).answer).toMatchObject({ type: 'appended', n: 2 })
  })

  test('[WR11] a removed device is disconnected, on all its connections, before the log goes on without it', async () => {
    const [ben, chi] = [newDevice(), newDevice()]
    const first = await openChapter(ada, { admit: [ben, chi] })
    const bens = await Promise.all([1, 2].map(() => enter(relay.url, ada.space, ben)))
    const tails = bens.map((client) => client.tail(0))
    const chis = (await enter(relay.url, ada.space, chi)).tail(0)
    await Promise.all(tails.map((tail) => tail.until(1)))
    await openChapter(ada, { ...headAfter([first.header]), remove: [ben] })
    for (const client of bens) expect(await client.ended).toEqual({ code: 'not-found', closeCode: 1000 })
    expect(tails.map((tail) => tail.items.length)).toEqual([1, 1])
    expect((await chis.until(2)).length).toBe(2)
    await expect(enter(relay.url, ada.space, ben)).rejects.toThrow('not-found')
  })

  test('[WR11] a batch that names a device twice is malformed', async () => {
    const ben = newDevice()
    const reserved = await ada.client.ask({ type: 'reserve' })
    const chapter = typeof reserved !== 'string' && reserved.type === 'reserved' ? reserved.chapter : randomId()
    const batch = {
      type: 'batch',
      ...headAfter([]),
      header: header(ada.space, chapter),
      grants: [],
      admit: [],
      remove: [],
      keys: [],
    } as const
    const twice = [
      { admit: [ben.access(), ben.access(true)] },
      { admit: [ben.access()], remove: [ben.device] },
      { remove: [ben.device, ben.device] },
      { grants: [grantFor(ben.device), grantFor(ben.device)] },
      { keys: [sealingKey(ada.opener.device), sealingKey(ada.opener.device, 1)] },
      { header: entry(ada.space, chapter) },
      { header: header(randomId(), chapter) },
    ]
    for (const change of twice) expect(await ada.client.ask({ ...batch, ...change })).toBe('malformed')
    expect(await ada.client.ask(batch)).toMatchObject({ type: 'appended', n: 1 })
  })

  test('a device publishes its own keys only, and all inside can read the newest of each', async () => {
    const ben = newDevice()
    await openChapter(ada, { admit: [ben] })
    const bens = await enter(relay.url, ada.space, ben)
    const key = sealingKey(ben.device, 1)
    expect(await bens.ask({ type: 'publish-key', key: sealingKey(ada.opener.device) })).toBe('forbidden')
    expect(await bens.ask({ type: 'publish-key', key: sealingKey(ben.device) })).toMatchObject({ type: 'done' })
    expect(await bens.ask({ type: 'publish-key', key })).toMatchObject({ type: 'done' })
    expect(await ada.client.ask({ type: 'keys' })).toMatchObject({ type: 'keys', keys: [key] })
  })

  test('[WR12] on its date a space ends for everybody who is in it, and its neighbour does not', async () => {
    const brief = await newSpace(relay, 1)
    const { chapter } = await openChapter(brief)
    relay.clock.advance(DAY_MS + 60_000)
    expect(await brief.client.ended).toEqual({ code: 'not-found', closeCode: 1000 })
    await expect(enter(relay.url, brief.space, brief.opener)).rejects.toThrow('not-found')
    expect(await ada.client.ask({ type: 'grant', chapter })).toBe('not-found')
    expect(await ada.client.ask({ type: 'keys' })).toMatchObject({ type: 'keys' })
  })

  test('[WR13] live keepers are told of a join at once, and nobody else', async () => {
    const ben = newDevice()
    const invitation = randomId()
    await openChapter(ada, { admit: [ben] })
    const bens = await enter(relay.url, ada.space, ben)
    const expiresAt = relay.clock.now() + DAY_MS
    const invite = { type: 'invite', invitation, expiresAt, record: random(100) } as const
    expect(await bens.ask(invite)).toBe('forbidden')
    expect(await ada.client.ask(invite)).toMatchObject({ type: 'done' })
    const body = random(500)
    expect((await leaveJoin(relay.url, invitation, body)).status).toBe(201)
    expect(await ada.client.next()).toEqual({ type: 'joined', invitation })
    expect(await ada.client.ask({ type: 'joins', invitation })).toMatchObject({ joins: [body] })
    // Ben's answer comes behind whatever he would have been told.
    const heard = Promise.race([bens.next(), bens.ask({ type: 'joins', invitation })])
    expect(await heard).toBe('forbidden')
  })

  test('[WR13] an invitation ends within thirty days, and is closed in one of three ways', async () => {
    const invitation = randomId()
    const now = relay.clock.now()
    for (const [expiresAt, record] of [
      [now, random(9)],
      [now + 31 * DAY_MS, random(9)],
      [now + DAY_MS, new Uint8Array()],
    ] as const) {
      expect(await ada.client.ask({ type: 'invite', invitation, expiresAt, record })).toBe('malformed')
    }
    await ada.client.ask({ type: 'invite', invitation, expiresAt: now + DAY_MS, record: random(9) })
    for (const state of [0, 1, 5, 6, 255]) {
      expect(await ada.client.ask({ type: 'close-invitation', invitation, state })).toBe('malformed')
    }
    expect(await ada.client.ask({ type: 'close-invitation', invitation, state: 3 })).toMatchObject({ type: 'done' })
    expect(await ada.client.ask({ type: 'close-invitation', invitation, state: 2 })).toBe('declined')
    expect(await leaveJoin(relay.url, invitation, random(9))).toMatchObject({ status: 410, code: 'declined' })
  })

  test('stopping is told to everybody who is there', async () => {
    await relay.stop()
    expect(await ada.client.ended).toEqual({ code: 'stopping', closeCode: 1000 })
    await expect(fetch(`${relay.url}/v1/invitations/${toBase64Url(randomId())}`)).rejects.toThrow()
  })
})
