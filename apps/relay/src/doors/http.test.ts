import {
  DOORS,
  encode,
  fromHex,
  joinBody,
  MAX_BODY_BYTES,
  MAX_JOIN_BODY_BYTES,
  MAX_JOIN_BYTES,
  RELAY_CODES,
  toBase64Url,
} from '@antechamber/protocol'
import { damaged, malformedCases } from '@antechamber/testkit/damage'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import vectors from '../../../../vectors/protocol/doors.json' with { type: 'json' }
import { sha256 } from '../storage/rules.ts'
import { newDevice, random, randomId } from '../testing/device.ts'
import { leaveJoin, openSpace, type Permit, post, read, readInvitation, tryDesk } from '../testing/http-client.ts'
import { DAY_MS, newSpace, startTestRelay, type TestRelay } from '../testing/relay.ts'
import { refusal, refuse } from './refusal.ts'

const RUNS = malformedCases(60)
const BODIES = vectors.map(({ bytes }) => fromHex(bytes) as Uint8Array)

/** All that an answer says, but for its time. */
async function everything(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== 'date')
  const body = Buffer.from(await response.arrayBuffer()).toString('hex')
  return JSON.stringify([response.status, headers, body])
}

describe('HTTP doors', () => {
  let relay: TestRelay
  beforeAll(async () => {
    relay = await startTestRelay()
  })
  afterAll(() => relay.stop())

  const invite = async (days = 3) => {
    const fay = await newSpace(relay)
    const invitation = randomId()
    const ticket = random(32)
    const record = random(200)
    const expiresAt = relay.clock.now() + days * DAY_MS
    await fay.client.ask({ type: 'invite', invitation, expiresAt, ticketHash: sha256(ticket), record })
    const close = (state: number) => fay.client.ask({ type: 'close-invitation', invitation, state })
    return { fay, invitation, ticket, record, expiresAt, close }
  }

  test('[WR1] a refusal is its code and when to come again, and nothing that was sent', async () => {
    for (const [i, code] of RELAY_CODES.entries()) {
      const answered = await read(refuse(refusal(code, 1500)))
      expect(answered).toMatchObject({ code, retryAfterMs: 1500 })
      expect([...answered.body]).toEqual([i + 1, 0, 0, 0, 0, 0, 0, 5, 220])
    }
    const body = random(500)
    const answered = await post(relay.url, DOORS.desk, body)
    expect(answered).toMatchObject({ status: 400, code: 'malformed' })
    expect(answered.body.length).toBe(9)
  })

  test('[WR19] a space has a date within ten years, as far as two clocks agree', async () => {
    const open = (days: number) =>
      openSpace(relay.url, relay, randomId(), newDevice(), relay.clock.now() + days * DAY_MS)
    expect((await open(3650)).status).toBe(201)
    expect((await open(3651)).status).toBe(201)
    for (const days of [3651.01, 10_000, 90_000_000]) {
      expect(await open(days)).toMatchObject({ status: 400, code: 'malformed' })
    }
  })

  test('a desk is known by its secret', async () => {
    expect((await tryDesk(relay.url, relay.secret)).status).toBe(204)
    expect(await tryDesk(relay.url, random(32))).toMatchObject({ status: 404, code: 'not-found' })
  })

  test('a desk opens spaces, one for each id', async () => {
    const until = relay.clock.now() + DAY_MS
    const [space, device] = [randomId(), newDevice()]
    expect((await openSpace(relay.url, relay, space, device, until)).status).toBe(201)
    expect((await openSpace(relay.url, relay, space, device, until)).status).toBe(201)
    expect(await openSpace(relay.url, relay, space, newDevice(), until)).toMatchObject({ status: 409, code: 'exists' })
    expect(await openSpace(relay.url, { secret: random(32) }, randomId(), device, until)).toMatchObject({
      code: 'not-found',
    })
    expect(await openSpace(relay.url, relay, randomId(), device, relay.clock.now())).toMatchObject({
      code: 'malformed',
    })
  })

  test('[IN3] reading an invitation, as link previews do, consumes nothing', async () => {
    const { invitation, ticket, record, expiresAt } = await invite()
    for (let i = 0; i < 5; i++) {
      const { status, invitation: found } = await readInvitation(relay.url, invitation)
      expect({ status, found }).toEqual({ status: 200, found: { state: 0, expiresAt, record } })
    }
    const head = await fetch(relay.url + DOORS.invitation(toBase64Url(invitation)), { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect((await leaveJoin(relay.url, { invitation, ticket }, random(100))).status).toBe(201)
    expect((await readInvitation(relay.url, invitation)).invitation).toEqual({ state: 1, expiresAt, record })
  })

  test('[WR13] a closed or expired invitation says what became of it; only an admitted one still has its record', async () => {
    for (const [state, code] of [
      [2, 'used'],
      [3, 'declined'],
      [4, 'revoked'],
    ] as const) {
      const { invitation, ticket, record, close } = await invite()
      await close(state)
      const found = (await readInvitation(relay.url, invitation)).invitation
      expect(found).toMatchObject({ state, record: code === 'used' ? record : new Uint8Array() })
      expect(await leaveJoin(relay.url, { invitation, ticket }, random(9))).toMatchObject({ status: 410, code })
    }
    const { invitation, ticket } = await invite(1)
    relay.clock.advance(DAY_MS)
    expect((await readInvitation(relay.url, invitation)).invitation).toMatchObject({
      state: 5,
      record: new Uint8Array(),
    })
    expect(await leaveJoin(relay.url, { invitation, ticket }, random(9))).toMatchObject({ code: 'expired' })
  })

  test('[WR13] an invitation opens one space for whom it invites', async () => {
    const { invitation, ticket } = await invite()
    const until = relay.clock.now() + DAY_MS
    const open = (permit: Permit) => openSpace(relay.url, permit, randomId(), newDevice(), until)
    expect((await open({ invitation, ticket })).status).toBe(201)
    expect(await open({ invitation, ticket })).toMatchObject({ code: 'used' })
  })

  test('[IN10] to whoever has only its id, an invitation answers as if it were not there', async () => {
    const { invitation } = await invite()
    const stranger = { invitation, ticket: random(32) }
    const until = relay.clock.now() + DAY_MS
    expect(await leaveJoin(relay.url, stranger, random(100))).toMatchObject({ status: 404, code: 'not-found' })
    expect(await openSpace(relay.url, stranger, randomId(), newDevice(), until)).toMatchObject({ code: 'not-found' })
    expect((await readInvitation(relay.url, invitation)).invitation?.state).toBe(0)
  })

  test('[WR5] every door answers what it does not know in the same bytes', async () => {
    const { invitation } = await invite()
    const someJoin = encode(joinBody, { ticket: random(32), join: random(100) })
    const until = relay.clock.now() + DAY_MS
    const unknown = toBase64Url(randomId())
    const url = (path: string) => relay.url + path
    const send = (path: string, body: Uint8Array) =>
      fetch(url(path), { method: 'POST', body: body as Uint8Array<ArrayBuffer> })
    const spaceBody = async (permit: Parameters<typeof openSpace>[1]) =>
      (await openSpace(relay.url, permit, randomId(), newDevice(), until)).body
    const answers = [
      await everything(await fetch(url(DOORS.invitation(unknown)))),
      await everything(await fetch(url(DOORS.invitation('not-an-id')))),
      await everything(await fetch(url(DOORS.invitation(`${unknown}A`)))),
      await everything(await send(DOORS.joins(unknown), someJoin)),
      await everything(await send(DOORS.joins('x'), someJoin)),
      await everything(await send(DOORS.joins(toBase64Url(invitation)), someJoin)),
      await everything(await send(DOORS.desk, random(32))),
      await everything(await fetch(url('/v1/nothing'))),
      await everything(await fetch(url('/v2/desk'), { method: 'DELETE' })),
    ]
    expect(new Set(answers).size).toBe(1)
    expect(await spaceBody({ secret: random(32) })).toEqual(
      await spaceBody({ invitation: randomId(), ticket: random(32) }),
    )
  })

  test('[WR2] more bytes than a door takes are too many, whether they were announced or not', async () => {
    const { invitation, ticket } = await invite()
    const joins = DOORS.joins(toBase64Url(invitation))
    expect((await leaveJoin(relay.url, { invitation, ticket }, random(MAX_JOIN_BYTES))).status).toBe(201)
    for (const [path, max] of [
      [joins, MAX_JOIN_BODY_BYTES],
      [DOORS.desk, MAX_BODY_BYTES],
      [DOORS.spaces, MAX_BODY_BYTES],
    ] as const) {
      expect(await post(relay.url, path, random(max + 1))).toMatchObject({ status: 413, code: 'too-large' })
      const chunks = new ReadableStream({
        start(controller) {
          for (let sent = 0; sent <= max; sent += 16384) controller.enqueue(random(16384))
          controller.close()
        },
      })
      const unannounced = await fetch(relay.url + path, { method: 'POST', body: chunks, duplex: 'half' } as RequestInit)
      expect(await read(unannounced)).toMatchObject({ status: 413, code: 'too-large' })
    }
    expect(await leaveJoin(relay.url, { invitation, ticket }, new Uint8Array())).toMatchObject({ code: 'malformed' })
  })

  const DOORS_OF = {
    desk: () => DOORS.desk,
    spaces: () => DOORS.spaces,
    joins: (invitation: Uint8Array) => DOORS.joins(toBase64Url(invitation)),
    'joins of nothing': () => DOORS.joins('x'),
    invitation: (invitation: Uint8Array) => DOORS.invitation(toBase64Url(invitation)),
    live: () => DOORS.live,
  }

  test.each(Object.entries(DOORS_OF))(
    '[WR2] any bytes at the door %s, and what is nearly a body, are answered with a code, and change nothing',
    async (_, pathTo) => {
      const { invitation } = await invite()
      const desks = await relay.countDesks()
      await fc.assert(
        fc.asyncProperty(damaged(BODIES), async (bytes) => {
          const answered = await post(relay.url, pathTo(invitation), bytes)
          expect(answered.status).toBeGreaterThanOrEqual(400)
          expect(answered.status).toBeLessThan(500)
          expect(answered.code).toMatch(/^(malformed|not-found)$/)
        }),
        { numRuns: RUNS },
      )
      expect(await relay.countDesks()).toBe(desks)
      expect((await readInvitation(relay.url, invitation)).invitation?.state).toBe(0)
    },
  )

  test('says that it is alive and ready', async () => {
    expect(await (await fetch(`${relay.url}/healthz`)).text()).toBe('ok\n')
    expect(await (await fetch(`${relay.url}/readyz`)).text()).toBe('ready\n')
    expect((await fetch(`${relay.url}/metrics`)).status).toBe(404)
  })
})

describe('rates', () => {
  let relay: TestRelay
  afterEach(() => relay.stop())

  test('[WR15] who comes too often is told when to come again, and a repeat then changes nothing', async () => {
    relay = await startTestRelay({}, { rateScale: 0.05 })
    const answers = []
    for (let i = 0; i < 5; i++) answers.push(await tryDesk(relay.url, relay.secret))
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 429, 429])
    expect(answers[4]?.code).toBe('too-many')
    expect(answers[4]?.retryAfterMs).toBeGreaterThan(0)
    expect(answers[4]?.retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  test('[WR15] one address beyond its rate leaves another alone', async () => {
    relay = await startTestRelay({}, { rateScale: 0.02, trustedProxies: 1 })
    const from = (address: string) =>
      fetch(relay.url + DOORS.desk, { method: 'POST', headers: { 'x-forwarded-for': `6.6.6.6, ${address}` } })
    const statuses = []
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']) {
      statuses.push((await from(address)).status)
    }
    expect(statuses).toEqual([400, 400, 429, 400])
  })
})
