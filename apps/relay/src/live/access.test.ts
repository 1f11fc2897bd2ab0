import { equalBytes } from '@antechamber/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../storage/rules.ts'
import { entry, grantFor, header, newDevice, random, randomId, sealingKey } from '../testing/device.ts'
import { leaveJoin } from '../testing/http-client.ts'
import { enter } from '../testing/live-client.ts'
import {
  DAY_MS,
  headAfter,
  newSpace,
  openChapter,
  startTestRelay,
  type TestRelay,
  type TestSpace,
} from '../testing/relay.ts'

let relay: TestRelay
let ada: TestSpace
beforeEach(async () => {
  relay = await startTestRelay()
  ada = await newSpace(relay)
})
afterEach(() => relay.stop())

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

  test('[WR11] a batch of somebody who is no keeper is refused, whatever it changes', async () => {
    const [ben, chi] = [newDevice(), newDevice()]
    const first = await openChapter(ada, { admit: [ben] })
    const bens = { space: ada.space, client: await enter(relay.url, ada.space, ben) }
    const head = headAfter([first.header])
    expect((await openChapter(bens, { ...head, admit: [chi] })).answer).toBe('forbidden')
    expect((await openChapter(bens, { ...head, remove: [ada.opener] })).answer).toBe('forbidden')
    await expect(enter(relay.url, ada.space, chi)).rejects.toThrow('not-found')
    expect((await openChapter(bens, head)).answer).toBe('forbidden')
    expect((await openChapter(ada, head)).answer).toMatchObject({ type: 'appended', n: 2 })
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
    const [invitation, ticket] = [randomId(), random(32)]
    await openChapter(ada, { admit: [ben] })
    const bens = await enter(relay.url, ada.space, ben)
    const expiresAt = relay.clock.now() + DAY_MS
    const invite = { type: 'invite', invitation, expiresAt, ticketHash: sha256(ticket), record: random(100) } as const
    expect(await bens.ask(invite)).toBe('forbidden')
    expect(await ada.client.ask(invite)).toMatchObject({ type: 'done' })
    const body = random(500)
    expect((await leaveJoin(relay.url, { invitation, ticket }, body)).status).toBe(201)
    expect(await ada.client.next()).toEqual({ type: 'joined', invitation })
    expect(await ada.client.ask({ type: 'joins', invitation })).toMatchObject({ joins: [body] })
    // Ben's answer comes behind whatever he would have been told.
    const heard = Promise.race([bens.next(), bens.ask({ type: 'joins', invitation })])
    expect(await heard).toBe('forbidden')
  })

  test('[WR13] an invitation ends within thirty days, and is closed in one of three ways', async () => {
    const [invitation, ticket] = [randomId(), random(32)]
    const ticketHash = sha256(ticket)
    const now = relay.clock.now()
    for (const [expiresAt, record] of [
      [now, random(9)],
      [now + 31 * DAY_MS, random(9)],
      [now + DAY_MS, new Uint8Array()],
    ] as const) {
      expect(await ada.client.ask({ type: 'invite', invitation, expiresAt, ticketHash, record })).toBe('malformed')
    }
    await ada.client.ask({ type: 'invite', invitation, expiresAt: now + DAY_MS, ticketHash, record: random(9) })
    for (const state of [0, 1, 5, 6, 255]) {
      expect(await ada.client.ask({ type: 'close-invitation', invitation, state })).toBe('malformed')
    }
    expect(await ada.client.ask({ type: 'close-invitation', invitation, state: 3 })).toMatchObject({ type: 'done' })
    expect(await ada.client.ask({ type: 'close-invitation', invitation, state: 2 })).toBe('declined')
    expect(await leaveJoin(relay.url, { invitation, ticket }, random(9))).toMatchObject({
      status: 410,
      code: 'declined',
    })
  })
})
