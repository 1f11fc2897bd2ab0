import { RESERVATION_MS } from '@antechamber/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Storage } from '../storage/ports.ts'
import { INVITATION_MEMORY_MS } from '../storage/rules.ts'
import { newDevice, random, randomId, sealingKey } from './device.ts'
import type { Open } from './starting-from.ts'
import {
  batchOf,
  DAY_MS,
  NOW,
  newEntry,
  readAll,
  reserve,
  SHARE_KEY,
  storedChapter,
  storedSpace,
} from './stored-space.ts'

const ticketHash = random(32)
const notFound = { ok: false, error: 'not-found' }

/** A storage of each test's own: a sweep sees all that is there. */
export function alone(open: Open): () => { readonly storage: Storage } {
  let storage: Storage
  beforeEach(async () => {
    storage = await open()
  })
  afterEach(() => storage.envelopes.close())
  return () => ({ storage })
}

/** What is deleted with a space. */
export function purgeContract(open: Open): void {
  const at = alone(open)

  test('[WR12] a space is purged on its date with all that belongs to it, and its neighbour is not', async () => {
    const { storage } = at()
    const ben = newDevice()
    const due = await storedSpace(storage, NOW + DAY_MS)
    const neighbour = await storedSpace(storage, NOW + 2 * DAY_MS)
    const { chapter } = await storedChapter(storage, due, [ben.access()])
    const kept = await storedChapter(storage, neighbour)
    await storage.envelopes.append(newEntry(due, chapter))
    await storage.roster.publishKey({ ...due, key: sealingKey(due.device) })
    const invitation = randomId()
    await storage.invitations.invite({ ...due, invitation, expiresAt: NOW + 9 * DAY_MS, ticketHash, record: random(9) })
    await storage.invitations.join({ invitation, ticketHash, body: random(9), now: NOW })

    expect(await storage.envelopes.sweep({ now: NOW + DAY_MS - 1 })).toMatchObject({ spaces: [] })
    expect((await readAll(storage, due)).length).toBe(2)
    const swept = await storage.envelopes.sweep({ now: NOW + DAY_MS })
    expect(swept).toEqual({ spaces: [due.space], reservations: 0, invitations: 1, owesRenewal: true })
    for (const at of [due, { space: due.space, device: ben.device }]) {
      expect(await storage.roster.enter(at)).toEqual(notFound)
      expect(await storage.roster.grant({ ...at, chapter })).toEqual(notFound)
    }
    expect(await storage.invitations.findInvitation({ invitation })).toEqual(notFound)
    expect((await readAll(storage, neighbour)).length).toBe(1)
    expect(await storage.roster.grant({ ...neighbour, chapter: kept.chapter })).toMatchObject({ ok: true })
  })

  test('[WR12] nothing of a purged space comes back when its id is opened again', async () => {
    const { storage } = at()
    const due = await storedSpace(storage, NOW + 1)
    const { chapter } = await storedChapter(storage, due)
    await storage.roster.publishKey({ ...due, key: sealingKey(due.device) })
    await storage.envelopes.sweep({ now: NOW + 1 })
    const opening = { ...due, permit: { type: 'desk', secretHash: due.secretHash } as const, now: NOW }
    await storage.envelopes.openSpace({ ...opening, retainUntil: NOW + DAY_MS })
    expect(await readAll(storage, due)).toEqual([])
    expect(await storage.roster.keys(due)).toEqual({ ok: true, value: [] })
    expect(await storage.roster.grant({ ...due, chapter })).toEqual(notFound)
  })
}

/** What the relay remembers of itself. */
export function relayContract(open: Open): void {
  const at = alone(open)

  test('[CH4] a purge owes a renewal of the shares at every sweep until it is settled', async () => {
    const { storage } = at()
    await storedSpace(storage, NOW + 1)
    await storedSpace(storage, NOW + DAY_MS)
    expect(await storage.envelopes.sweep({ now: NOW })).toMatchObject({ owesRenewal: false })
    expect(await storage.envelopes.sweep({ now: NOW + 1 })).toMatchObject({ owesRenewal: true })
    expect(await storage.envelopes.sweep({ now: NOW + 2 })).toMatchObject({ spaces: [], owesRenewal: true })
    await reserve(storage, await storedSpace(storage, NOW + DAY_MS))
    await storage.shares.settleRenewal({ shareKey: random(8) })
    expect(await storage.envelopes.sweep({ now: NOW + 2 })).toMatchObject({ owesRenewal: true })
    await storage.shares.settleRenewal({ shareKey: SHARE_KEY })
    expect(await storage.envelopes.sweep({ now: NOW + 3 })).toMatchObject({ owesRenewal: false })
    expect(await storage.envelopes.sweep({ now: NOW + DAY_MS })).toMatchObject({ owesRenewal: true })
  })

  test('keeps where it was reached last', async () => {
    const { storage } = at()
    expect(await storage.desks.findOrigin({})).toBe(undefined)
    await storage.desks.putOrigin({ origin: 'http://localhost:8400' })
    await storage.desks.putOrigin({ origin: 'https://dialogue.example.org' })
    expect(await storage.desks.findOrigin({})).toBe('https://dialogue.example.org')
  })
}

/** What is forgotten in its time, and desks. */
export function forgettingContract(open: Open): void {
  const at = alone(open)

  test('a reservation that no batch has used is forgotten after its time, a used one is not', async () => {
    const { storage } = at()
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    const batch = await batchOf(storage, ada)
    await reserve(storage, ada)
    expect(await storage.envelopes.sweep({ now: NOW + RESERVATION_MS - 1 })).toMatchObject({ reservations: 0 })
    expect(await storage.envelopes.sweep({ now: NOW + RESERVATION_MS })).toMatchObject({ reservations: 2 })
    expect(await storage.envelopes.batch(batch)).toEqual(notFound)
    expect(await storage.roster.grant({ ...ada, chapter })).toMatchObject({ ok: true })
  })

  test('an expired invitation can say so for thirty days', async () => {
    const { storage } = at()
    const ada = await storedSpace(storage, NOW + 90 * DAY_MS)
    const [invitation, later] = [randomId(), randomId()]
    const expiresAt = NOW + DAY_MS
    await storage.invitations.invite({ ...ada, invitation, expiresAt, ticketHash, record: random(9) })
    await storage.invitations.invite({
      ...ada,
      invitation: later,
      expiresAt: expiresAt + 1,
      ticketHash,
      record: random(9),
    })
    const end = expiresAt + INVITATION_MEMORY_MS
    expect(await storage.envelopes.sweep({ now: end - 1 })).toMatchObject({ invitations: 0 })
    expect(await storage.envelopes.sweep({ now: end })).toMatchObject({ invitations: 1 })
    expect(await storage.invitations.findInvitation({ invitation })).toEqual(notFound)
    expect(await storage.invitations.findInvitation({ invitation: later })).toMatchObject({ ok: true })
  })

  test('counts desks and revokes them all', async () => {
    const { storage } = at()
    const ada = await storedSpace(storage)
    await storage.desks.addDesk({ secretHash: random(32), now: NOW })
    expect(await storage.desks.countDesks({})).toBe(2)
    expect(await storage.desks.hasDesk(ada)).toBe(true)
    expect(await storage.desks.revokeDesks({})).toBe(2)
    expect(await storage.desks.hasDesk(ada)).toBe(false)
    expect(await storage.roster.isKeeper(ada)).toBe(true)
  })
}

/** What several relays on one storage agree on. */
export function upkeepContract(open: Open): void {
  const at = alone(open)

  test('[CH4] shares are sealed under one key at a time; with another one nothing is reserved or replaced', async () => {
    const { storage } = at()
    const [next, other] = [random(8), random(8)]
    expect(await storage.shares.findShareKey({})).toBe(undefined)
    const ada = await storedSpace(storage)
    const reserved = await reserve(storage, ada)
    expect(await storage.shares.findShareKey({})).toEqual(SHARE_KEY)
    expect(await storage.shares.moveShareKey({ from: undefined, to: other })).toBe(false)
    expect(await storage.shares.moveShareKey({ from: other, to: next })).toBe(false)
    expect(await storage.shares.moveShareKey({ from: SHARE_KEY, to: next })).toBe(true)
    expect(await storage.shares.findShareKey({})).toEqual(next)
    const share = { space: ada.space, chapter: reserved.chapter, sealedShare: random(61) }
    expect(await storage.shares.replaceShares({ shareKey: SHARE_KEY, shares: [share] })).toBe(false)
    const late = { ...ada, chapter: randomId(), sealedShare: random(61), shareKey: SHARE_KEY, now: NOW }
    expect(await storage.envelopes.reserve(late)).toEqual({ ok: false, error: 'stale-key' })
    expect(await storage.shares.listShares({ after: undefined, limit: 9 })).toEqual([
      { ...share, sealedShare: reserved.sealedShare },
    ])
    expect(await storage.shares.replaceShares({ shareKey: next, shares: [share] })).toBe(true)
    expect(await storage.envelopes.reserve({ ...late, shareKey: next })).toMatchObject({ ok: true })
  })

  test('one process at a time has the upkeep, and gives it back or loses it in time', async () => {
    const { storage } = at()
    const [first, second] = [randomId(), randomId()]
    const take = (holder: Uint8Array, now: number, until: number) => storage.shares.takeUpkeep({ holder, now, until })
    expect(await take(first, NOW, NOW + 10)).toBe(true)
    expect(await take(second, NOW + 9, NOW + 20)).toBe(false)
    expect(await take(first, NOW + 9, NOW + 20)).toBe(true)
    expect(await take(second, NOW + 20, NOW + 30)).toBe(true)
    expect(await take(first, NOW + 21, NOW + 30)).toBe(false)
    expect(await take(second, NOW + 21, NOW + 21)).toBe(true)
    expect(await take(first, NOW + 21, NOW + 30)).toBe(true)
  })
}
