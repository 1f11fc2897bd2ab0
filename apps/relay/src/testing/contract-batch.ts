import { equalBytes, toHex } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import type { SealedShare, Storage } from '../storage/ports.ts'
import { MAX_RESERVATIONS } from '../storage/rules.ts'
import { grantFor, header, newDevice, random, randomId, sealingKey } from './device.ts'
import { type Open, startingFrom } from './starting-from.ts'
import {
  batchOf,
  incoming,
  NOW,
  newEntry,
  readAll,
  reserve,
  SHARE_KEY,
  storedChapter,
  storedSpace,
} from './stored-space.ts'

const notFound = { ok: false, error: 'not-found' }

const emptySpace = async (storage: Storage) => {
  const ada = await storedSpace(storage)
  /** Everything that the space's devices can see of it. */
  const seen = async () => ({
    items: await readAll(storage, ada),
    keys: await storage.roster.keys(ada),
    keeper: await storage.roster.isKeeper(ada),
  })
  return { ada, seen }
}

/** Batches, chapters and grants. */
export function batchContract(open: Open): void {
  const at = startingFrom(open, emptySpace)

  test('[CH3] of two batches on one head the first is stored and the other moves nothing', async () => {
    const { storage, ada, seen } = at()
    const [ben, chi] = [newDevice(), newDevice()]
    const first = await batchOf(storage, ada, { admit: [ben.access()] })
    const second = await batchOf(storage, ada, { admit: [chi.access()], keys: [sealingKey(ada.device)] })
    expect(await storage.envelopes.batch(first)).toEqual({ ok: true, value: { n: 1, fresh: true } })
    const before = await seen()
    expect(await storage.envelopes.batch(second)).toEqual({ ok: false, error: 'head-moved' })
    expect(await seen()).toEqual(before)
    expect(await storage.roster.enter({ ...ada, device: chi.device })).toEqual(notFound)
    expect(await storage.roster.enter({ ...ada, device: ben.device })).toMatchObject({ ok: true })
  })

  test('[CH3] an entry that came first moves the head too', async () => {
    const { storage, ada } = at()
    const { chapter } = await storedChapter(storage, ada)
    const batch = await batchOf(storage, ada)
    await storage.envelopes.append(newEntry(ada, chapter))
    expect(await storage.envelopes.batch(batch)).toEqual({ ok: false, error: 'head-moved' })
    const sameHead = { ...batch, head: 2, headHash: random(32) }
    expect(await storage.envelopes.batch(sameHead)).toEqual({ ok: false, error: 'head-moved' })
    expect(await storage.envelopes.append(newEntry(ada, chapter))).toMatchObject({ ok: true })
  })

  test('[CH3] a batch sent again is answered with the number it had', async () => {
    const { storage, ada } = at()
    const batch = await batchOf(storage, ada)
    await storage.envelopes.batch(batch)
    expect(await storage.envelopes.batch(batch)).toEqual({ ok: true, value: { n: 1, fresh: false } })
    const forged = { ...batch, header: { ...batch.header, hash: random(32) } }
    expect(await storage.envelopes.batch(forged)).toEqual({ ok: false, error: 'exists' })
  })

  test('[CH3] a chapter is opened once, by who has reserved it in this space', async () => {
    const { storage, ada } = at()
    const batch = await batchOf(storage, ada)
    await storage.envelopes.batch(batch)
    const again = { ...(await batchOf(storage, ada)), header: incoming(header(ada.space, batch.header.chapter)) }
    expect(await storage.envelopes.batch(again)).toEqual(notFound)
    const never = { ...again, header: incoming(header(ada.space, randomId())) }
    expect(await storage.envelopes.batch(never)).toEqual(notFound)
    const ben = await storedSpace(storage)
    const { chapter } = await reserve(storage, ben)
    const foreign = { ...again, header: incoming(header(ada.space, chapter)) }
    expect(await storage.envelopes.batch(foreign)).toEqual(notFound)
  })

  test('a space holds only so many reservations', async () => {
    const { storage, ada } = at()
    for (let i = 0; i < MAX_RESERVATIONS; i++) await reserve(storage, ada)
    const more = { ...ada, chapter: randomId(), sealedShare: random(61), shareKey: SHARE_KEY, now: NOW }
    expect(await storage.envelopes.reserve(more)).toEqual({ ok: false, error: 'too-many' })
  })
}

/** The access list and sealing keys. */
export function rosterContract(open: Open): void {
  const at = startingFrom(open, emptySpace)

  test('[WR11] only a keeper opens a chapter, whatever it changes', async () => {
    const { storage, ada, seen } = at()
    const [ben, chi] = [newDevice(), newDevice()]
    await storedChapter(storage, ada, [ben.access()])
    const bens = { space: ada.space, device: ben.device }
    const forbidden = { ok: false, error: 'forbidden' }
    const before = await seen()
    for (const changes of [
      {},
      { admit: [chi.access()] },
      { remove: [ada.device] },
      { keys: [sealingKey(ben.device)] },
    ]) {
      expect(await storage.envelopes.batch(await batchOf(storage, bens, changes))).toEqual(forbidden)
    }
    expect(await seen()).toEqual(before)
    expect(
      await storage.envelopes.batch(await batchOf(storage, { space: ada.space, device: ada.device })),
    ).toMatchObject({ ok: true })
  })

  test('[WR11] a space keeps a keeper, and nobody gets a key who is not on the list', async () => {
    const { storage, ada } = at()
    const ben = newDevice()
    const forbidden = { ok: false, error: 'forbidden' }
    const noKeeper = { remove: [ada.device], admit: [ben.access()] }
    expect(await storage.envelopes.batch(await batchOf(storage, ada, noKeeper))).toEqual(forbidden)
    const demoted = { admit: [{ device: ada.device, loginKey: ada.loginKey, keeper: false }] }
    expect(await storage.envelopes.batch(await batchOf(storage, ada, demoted))).toEqual(forbidden)
    const nobodysKey = { keys: [sealingKey(ben.device)] }
    expect(await storage.envelopes.batch(await batchOf(storage, ada, nobodysKey))).toEqual(forbidden)
    const handedOver = { remove: [ada.device], admit: [ben.access(true)] }
    expect(await storage.envelopes.batch(await batchOf(storage, ada, handedOver))).toMatchObject({ ok: true })
    expect(await storage.roster.isKeeper({ space: ada.space, device: ben.device })).toBe(true)
  })

  test('[WR11] a removed device is unknown from then on, and the others are not', async () => {
    const { storage, ada } = at()
    const [ben, chi] = [newDevice(), newDevice()]
    const { chapter } = await storedChapter(storage, ada, [ben.access(), chi.access()])
    for (const { device } of [ben, chi]) {
      await storage.roster.publishKey({ space: ada.space, device, key: sealingKey(device) })
    }
    await storage.envelopes.batch(await batchOf(storage, ada, { remove: [ben.device] }))
    const bens = { space: ada.space, device: ben.device }
    expect(await storage.roster.enter(bens)).toEqual(notFound)
    expect(await storage.roster.grant({ ...bens, chapter })).toEqual(notFound)
    expect(await storage.envelopes.append(newEntry(bens, chapter))).toEqual(notFound)
    const chis = { space: ada.space, device: chi.device }
    expect(await storage.roster.grant({ ...chis, chapter })).toMatchObject({ ok: true, value: { grant: {} } })
    const keys = await storage.roster.keys(ada)
    expect(keys.ok && keys.value.map(({ device }) => device)).toEqual([chi.device])
  })
}

/** Shares and grants. */
export function grantContract(open: Open): void {
  const at = startingFrom(open, emptySpace)

  test('[CH4] gives the sealed share and the own grant of an opened chapter to devices on the list', async () => {
    const { storage, ada } = at()
    const ben = newDevice()
    const { chapter, sealedShare } = await reserve(storage, ada)
    expect(await storage.roster.grant({ ...ada, chapter })).toEqual(notFound)
    const grant = grantFor(ben.device)
    const batch = await batchOf(storage, ada, {
      header: incoming(header(ada.space, chapter)),
      grants: [grant],
      admit: [ben.access()],
    })
    await storage.envelopes.batch(batch)
    const bens = { space: ada.space, device: ben.device }
    expect(await storage.roster.grant({ ...bens, chapter })).toEqual({ ok: true, value: { sealedShare, grant } })
    expect(await storage.roster.grant({ ...ada, chapter })).toEqual({
      ok: true,
      value: { sealedShare, grant: undefined },
    })
    expect(await storage.roster.grant({ ...bens, chapter: randomId() })).toEqual(notFound)
  })

  test('a device replaces its key by a newer one only, and is answered alike when it asks again', async () => {
    const { storage, ada } = at()
    const publish = (number: number, key = sealingKey(ada.device, number)) =>
      storage.roster.publishKey({ space: ada.space, device: ada.device, key })
    const second = sealingKey(ada.device, 2)
    expect(await publish(1)).toMatchObject({ ok: true })
    expect(await publish(2, second)).toMatchObject({ ok: true })
    expect(await publish(2, second)).toMatchObject({ ok: true })
    expect(await publish(2)).toEqual({ ok: false, error: 'exists' })
    expect(await publish(1)).toEqual({ ok: false, error: 'exists' })
    expect(await storage.roster.keys(ada)).toEqual({ ok: true, value: [second] })
  })

  test('[CH4] all shares can be listed in steps and replaced, each in its own place', async () => {
    const { storage, ada } = at()
    const made = [await reserve(storage, ada), await reserve(storage, ada), await reserve(storage, ada)]
    const mine = async () => {
      const found: SealedShare[] = []
      let page: readonly SealedShare[]
      do {
        page = await storage.shares.listShares({ after: found.at(-1), limit: 2 })
        found.push(...page)
      } while (page.length === 2)
      return found.filter(({ space }) => equalBytes(space, ada.space))
    }
    const listed = await mine()
    expect(listed.map(({ sealedShare }) => toHex(sealedShare)).sort()).toEqual(
      made.map(({ sealedShare }) => toHex(sealedShare)).sort(),
    )
    const renewed = listed.slice(0, 2).map((share) => ({ ...share, sealedShare: random(69) }))
    const gone = { space: randomId(), chapter: randomId(), sealedShare: random(69) }
    expect(await storage.shares.replaceShares({ shareKey: SHARE_KEY, shares: [...renewed, gone] })).toBe(true)
    expect(await mine()).toEqual([...renewed, listed[2]])
  })
}
