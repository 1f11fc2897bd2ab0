import { readFileSync } from 'node:fs'
import { encodeEnvelope, logLink, WORDS, withdrawable } from '@antechamber/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOLD_MS } from './live/holds.ts'
import { POLL_MS } from './postgres-bus.ts'
import { KEY_AGE_MS } from './share-vault.ts'
import { sha256 } from './storage/rules.ts'
import { entry, newDevice, random, randomId } from './testing/device.ts'
import { leaveJoin } from './testing/http-client.ts'
import { enter, type LiveClient } from './testing/live-client.ts'
import { DAY_MS, newSpace, openChapter, type TestSpace } from './testing/relay.ts'
import { startTwoRelays, type TwoRelays } from './testing/shared-relays.ts'

let relays: TwoRelays
let ada: TestSpace
beforeEach(async () => {
  relays = await startTwoRelays()
  ada = await newSpace(relays.near)
})
afterEach(() => relays.stop())

/** The log hash after envelopes, as a device computes it. */
const hashAfter = (envelopes: readonly Uint8Array[]) =>
  envelopes.reduce<Uint8Array>((hash, bytes, i) => sha256(logLink(hash, i + 1, sha256(bytes))), new Uint8Array(32))

const append = (client: LiveClient, chapter: Uint8Array) =>
  client.ask({ type: 'append', envelope: entry(ada.space, chapter) })

/** Moves the time until `happened`, as a clock does that nobody watches. */
async function inTime(happened: () => boolean): Promise<void> {
  while (!happened()) {
    relays.clock.advance(1000)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('two relays on one database', () => {
  test('[WR21] who writes and reads at either sees one log, without a gap and in one order', async () => {
    const ben = newDevice()
    const { chapter } = await openChapter(ada, { admit: [ben] })
    const bens = await enter(relays.far.url, ada.space, ben)
    const tails = [ada.client.tail(0), bens.tail(0)]
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => append(i % 2 === 0 ? ada.client : bens, chapter)),
    )
    const numbers = answers.map((answer) => (typeof answer === 'string' ? 0 : 'n' in answer ? answer.n : 0))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 2))
    const [near, far] = await Promise.all(tails.map((tail) => tail.until(61)))
    expect(near?.map(({ n }) => n)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1))
    expect(far).toEqual(near)
  })

  test('[WR21] of many batches at one head, sent to both, exactly one is stored', async () => {
    const clients = await Promise.all(
      Array.from({ length: 8 }, (_, i) => enter((i % 2 ? relays.far : relays.near).url, ada.space, ada.opener)),
    )
    const outcomes = await Promise.all(clients.map((client) => openChapter({ space: ada.space, client })))
    expect(outcomes.map(({ answer }) => (typeof answer === 'string' ? answer : answer.type)).sort()).toEqual([
      'appended',
      ...Array.from({ length: 7 }, () => 'head-moved'),
    ])
  })

  test('[WR21] [WR27] who writes at the other relay waits too, while a keeper tries again', async () => {
    const ben = newDevice()
    const { chapter } = await openChapter(ada, { admit: [ben] })
    const bens = await enter(relays.far.url, ada.space, ben)
    expect((await openChapter(ada)).answer).toBe('head-moved')
    await ada.client.ask({ type: 'reserve' })
    let answers = 0
    const write = () => append(bens, chapter).then(() => (answers += 1))
    // Until the hint is there each is answered at once.
    let waiting = write()
    for (let seen = -1; seen !== answers; ) {
      seen = answers
      await new Promise((resolve) => setTimeout(resolve, 500))
      if (seen !== answers) waiting = write()
    }
    const before = answers
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(answers).toBe(before)
    relays.clock.advance(HOLD_MS)
    expect(await waiting).toBe(before + 1)
  })

  test('[WR11] [WR21] a device that is removed at one relay is disconnected from the other, and is told of nothing', async () => {
    const [ben, chi] = [newDevice(), newDevice()]
    const { header, chapter } = await openChapter(ada, { admit: [ben, chi] })
    const [bens, chis] = [await enter(relays.far.url, ada.space, ben), await enter(relays.far.url, ada.space, chi)]
    const [bensTail, chisTail] = [bens.tail(0), chis.tail(0)]
    await Promise.all([bensTail.until(1), chisTail.until(1)])
    const removal = await openChapter(ada, { head: 1, headHash: hashAfter([header]), remove: [ben] })
    expect(await bens.ended).toEqual({ code: 'not-found', closeCode: 1000 })
    expect((await chisTail.until(2))[1]?.envelope).toEqual(removal.header)
    expect([bensTail.items.length, bensTail.head()]).toEqual([1, 1])
    expect(await append(chis, chapter)).toBe('stale-chapter')
    expect(await append(chis, removal.chapter)).toMatchObject({ n: 3 })
  })

  test('[WR13] [WR21] keepers at the other relay are told of a join', async () => {
    const fay = await enter(relays.far.url, ada.space, ada.opener)
    const [invitation, ticket] = [randomId(), random(32)]
    const expiresAt = relays.clock.now() + DAY_MS
    await fay.ask({ type: 'invite', invitation, expiresAt, ticketHash: sha256(ticket), record: random(9) })
    expect((await leaveJoin(relays.near.url, { invitation, ticket }, random(9))).status).toBe(201)
    expect(await fay.next()).toEqual({ type: 'joined', invitation })
    expect(await ada.client.next()).toEqual({ type: 'joined', invitation })
  })

  test('[WR12] [WR21] when a space is purged everybody is disconnected, wherever they are', async () => {
    const brief = await newSpace(relays.near, 1)
    const away = await enter(relays.far.url, brief.space, brief.opener)
    relays.clock.advance(2 * DAY_MS)
    expect((await away.ended).code).toBe('not-found')
    expect((await brief.client.ended).code).toBe('not-found')
    await expect(enter(relays.far.url, brief.space, brief.opener)).rejects.toThrow('not-found')
    expect(await ada.client.ask({ type: 'ping' })).toMatchObject({ type: 'done' })
  })
})

describe('words that were taken back', () => {
  test('[WR20] [WR21] are sent to nobody any more at either relay, however the hint fares', async () => {
    const { chapter } = await openChapter(ada)
    const [secret, far] = [random(32), await enter(relays.far.url, ada.space, ada.opener)]
    const words = encodeEnvelope({
      kind: WORDS,
      space: ada.space,
      chapter,
      id: sha256(withdrawable(secret)).slice(0, 16),
      nonce: random(24),
      sealed: random(1024 - 75),
    })
    // At hand at both relays: it was appended at one, and the other one has appended behind it.
    await ada.client.ask({ type: 'append', envelope: words })
    await append(ada.client, chapter)
    expect((await ada.client.tail(0).until(3))[1]?.envelope).toEqual(words)
    await relays.deafen()
    expect(await far.ask({ type: 'withdraw', secret })).toMatchObject({ type: 'done' })
    const readAt = async (url: string) => (await (await enter(url, ada.space, ada.opener)).tail(1).until(2))[0]
    expect(await readAt(relays.far.url)).toMatchObject({ n: 2, envelope: undefined })
    relays.clock.advance(POLL_MS)
    expect(await readAt(relays.near.url)).toMatchObject({ n: 2, envelope: undefined })
    expect(await ada.client.ask({ type: 'withdraw', secret })).toMatchObject({ type: 'done' })
  })
})

describe('a relay on PostgreSQL', () => {
  test('[WR10] reads no further for a reader that does not read', async () => {
    const ben = newDevice()
    const { chapter } = await openChapter(ada, { admit: [ben] })
    const total = 801
    for (let i = 1; i < total; i += 50) {
      await Promise.all(
        Array.from({ length: 50 }, () =>
          ada.client.ask({ type: 'append', envelope: entry(ada.space, chapter, 32768) }),
        ),
      )
    }
    const slow = await enter(relays.far.url, ada.space, ben)
    const tail = slow.tail(0)
    await tail.started
    slow.socket.pause()
    // What another one reads meanwhile passes it by.
    const fast = (await enter(relays.far.url, ada.space, ben)).tail(0)
    expect((await fast.until(total)).length).toBe(total)
    relays.clock.advance(31_000)
    slow.socket.resume()
    expect((await slow.ended).code).toBe('slow-reader')
    expect(tail.items.length).toBeLessThan(total)
    expect(tail.items.map(({ n }) => n)).toEqual(tail.items.map((_, i) => i + 1))
  })

  test('[WR16] says on /readyz that its database is full, or lost, and takes that back', async () => {
    const { chapter } = await openChapter(ada)
    const ready = async () => (await fetch(`${relays.near.url}/readyz`)).text()
    await relays.sql(
      `CREATE FUNCTION disk() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
       CREATE TRIGGER disk AFTER INSERT ON envelopes FOR EACH ROW EXECUTE FUNCTION disk()`,
    )
    expect(await append(ada.client, chapter)).toBe('storage-full')
    expect(await ready()).toBe('storage-full\n')
    expect((await ada.client.tail(0).until(1)).length).toBe(1)
    await relays.sql('DROP TRIGGER disk ON envelopes')
    expect(await append(ada.client, chapter)).toMatchObject({ n: 2 })
    expect(await ready()).toBe('ready\n')
    await relays.sql('ALTER TABLE envelopes RENAME TO away')
    ada.client.send({ type: 'append', ref: 1000, envelope: entry(ada.space, chapter) })
    expect((await ada.client.ended).closeCode).toBe(1011)
    expect(await ready()).toBe('storage-lost\n')
    await relays.sql('ALTER TABLE away RENAME TO envelopes')
    const again = await enter(relays.near.url, ada.space, ada.opener)
    expect(await append(again, chapter)).toMatchObject({ n: 3 })
    expect(await ready()).toBe('ready\n')
  })
})

describe('hints that are lost', () => {
  test('[WR21] hide no envelope: a relay that hears nothing asks the storage', async () => {
    const ben = newDevice()
    const { chapter } = await openChapter(ada, { admit: [ben] })
    const bens = await enter(relays.far.url, ada.space, ben)
    const tail = bens.tail(0)
    await tail.until(1)
    await relays.deafen()
    expect(await append(ada.client, chapter)).toMatchObject({ n: 2 })
    await inTime(() => tail.items.length === 2)
    // And once both are back, hints are enough again.
    await inTime(() => relays.clock.now() % POLL_MS === 0)
    await append(ada.client, chapter)
    await tail.until(3)
  })

  test('[WR11] [WR21] show nothing to a device that was removed meanwhile, and it is disconnected in time', async () => {
    const [ben, chi] = [newDevice(), newDevice()]
    const { header } = await openChapter(ada, { admit: [ben, chi] })
    const bens = await enter(relays.far.url, ada.space, ben)
    const idle = await enter(relays.far.url, ada.space, ben)
    const chis = await enter(relays.far.url, ada.space, chi)
    const tail = bens.tail(0)
    await tail.until(1)
    await relays.deafen()
    const removal = await openChapter(ada, { head: 1, headHash: hashAfter([header]), remove: [ben] })
    // Chi writes at the relay that does not know it yet: what is at hand there begins behind the removal.
    expect(await append(chis, removal.chapter)).toMatchObject({ n: 3 })
    expect((await bens.ended).code).toBe('not-found')
    expect(tail.items.length).toBe(1)
    let isGone = false
    void idle.ended.then(() => (isGone = true))
    await inTime(() => isGone)
    expect(await chis.ask({ type: 'ping' })).toMatchObject({ type: 'done' })
  })

  test('[WR12] [WR21] keep nobody in a space that is no more', async () => {
    const brief = await newSpace(relays.near, 1)
    const away = await enter(relays.far.url, brief.space, brief.opener)
    let isGone = false
    void away.ended.then(() => (isGone = true))
    await relays.sql('DELETE FROM access; DELETE FROM spaces')
    await inTime(() => isGone)
  })
})

/** Lets a week pass, and both relays come to it that the key is a week old. */
async function renewed(): Promise<void> {
  const read = () => readFileSync(relays.shareKeyFile, 'utf8')
  const old = read()
  relays.clock.advance(KEY_AGE_MS)
  await inTime(() => read() !== old && read().trim().split('\n').length === 1)
}

describe('the key of the shares', () => {
  test('[CH4] is renewed by one of two relays, and both go on opening and reserving', async () => {
    const far = await enter(relays.far.url, ada.space, ada.opener)
    const before = await openChapter(ada)
    await renewed()
    for (const client of [ada.client, far]) {
      expect(await client.ask({ type: 'grant', chapter: before.chapter })).toMatchObject({ share: before.share })
      expect(await client.ask({ type: 'reserve' })).toMatchObject({ type: 'reserved' })
    }
    const after = await openChapter(
      { space: ada.space, client: far },
      { head: 1, headHash: hashAfter([before.header]) },
    )
    expect(await ada.client.ask({ type: 'grant', chapter: after.chapter })).toMatchObject({ share: after.share })
    const keys = await relays.sql<{ count: string }>('SELECT count(DISTINCT substr(sealed_share, 2, 8)) FROM chapters')
    expect(keys).toEqual([{ count: '1' }])
  })

  test('[CH4] while shares are being sealed again at one relay, the other one reserves, and every share opens', async () => {
    const far = await enter(relays.far.url, ada.space, ada.opener)
    // Used at once, as if a batch had come: what is only reserved is forgotten in these weeks.
    await relays.sql(
      `CREATE FUNCTION used() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.first = 1; RETURN NEW; END $$;
       CREATE TRIGGER used BEFORE INSERT ON chapters FOR EACH ROW EXECUTE FUNCTION used()`,
    )
    const reserved: { readonly chapter: Uint8Array; readonly share: Uint8Array }[] = []
    let isOver = false
    const reserving = (async () => {
      while (!isOver) {
        const answer = await far.ask({ type: 'reserve' })
        if (typeof answer === 'string' || answer.type !== 'reserved') throw new Error(`not reserved: ${answer}`)
        reserved.push(answer)
      }
    })()
    for (let week = 0; week < 3; week++) await renewed()
    isOver = true
    await reserving
    // A relay that has only what is kept can open all of them.
    const third = await relays.start()
    const client = await enter(third.url, ada.space, ada.opener)
    expect(reserved.length).toBeGreaterThan(0)
    for (const { chapter, share } of reserved) {
      expect(await client.ask({ type: 'grant', chapter })).toMatchObject({ share })
    }
    await third.stop()
  })
})
