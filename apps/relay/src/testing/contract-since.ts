import { expect, test } from 'vitest'
import type { Storage } from '../storage/ports.ts'
import { grantFor, newDevice } from './device.ts'
import { type Open, startingFrom } from './starting-from.ts'
import { batchOf, newEntry, storedChapter, storedSpace } from './stored-space.ts'

const notFound = { ok: false, error: 'not-found' }

const spaceOfAda = async (storage: Storage) => ({ ada: await storedSpace(storage) })

/** From where on a device is concerned. */
export function sinceContract(open: Open): void {
  const at = startingFrom(open, spaceOfAda)

  test('[WR18] a device is concerned from the batch that puts it on the list, however often it is put there', async () => {
    const { storage, ada } = at()
    const [ben, chi] = [newDevice(), newDevice()]
    const sinceOf = async (device: Uint8Array) => {
      const entrance = await storage.roster.enter({ space: ada.space, device })
      return entrance.ok ? entrance.value.since : entrance.error
    }
    expect(await sinceOf(ada.device)).toBe(1)
    const { chapter } = await storedChapter(storage, ada, [ben.access()])
    await storage.envelopes.append(newEntry(ada, chapter))
    await storedChapter(storage, ada, [chi.access(), ben.access(true)])
    expect([await sinceOf(ada.device), await sinceOf(ben.device), await sinceOf(chi.device)]).toEqual([1, 1, 3])
    const itself = { device: ada.device, loginKey: ada.loginKey, keeper: true }
    await storage.envelopes.batch(await batchOf(storage, ada, { admit: [itself, chi.access()] }))
    expect([await sinceOf(ada.device), await sinceOf(ben.device), await sinceOf(chi.device)]).toEqual([1, 1, 3])
    await storage.envelopes.batch(await batchOf(storage, ada, { remove: [chi.device] }))
    expect(await sinceOf(chi.device)).toBe('not-found')
    await storedChapter(storage, ada, [chi.access()])
    expect([await sinceOf(ada.device), await sinceOf(ben.device), await sinceOf(chi.device)]).toEqual([1, 1, 6])
  })

  test('[WR18] a batch that is refused, or sent again, makes nobody concerned', async () => {
    const { storage, ada } = at()
    const [ben, chi] = [newDevice(), newDevice()]
    const batch = await batchOf(storage, ada, { admit: [ben.access()] })
    const lost = await batchOf(storage, ada, { admit: [chi.access()] })
    await storage.envelopes.batch(batch)
    await storedChapter(storage, ada)
    expect(await storage.envelopes.batch(batch)).toEqual({ ok: true, value: { n: 1, fresh: false } })
    expect(await storage.envelopes.batch(lost)).toEqual({ ok: false, error: 'head-moved' })
    expect(await storage.roster.enter({ space: ada.space, device: ben.device })).toMatchObject({ value: { since: 1 } })
    expect(await storage.roster.enter({ space: ada.space, device: chi.device })).toEqual(notFound)
  })

  test('[WR18] gives no share of a chapter from before the device was on the list, also not with a grant', async () => {
    const { storage, ada } = at()
    const ben = newDevice()
    const bens = { space: ada.space, device: ben.device }
    const before = await storedChapter(storage, ada)
    const early = await batchOf(storage, ada, { grants: [grantFor(ben.device)] })
    await storage.envelopes.batch(early)
    const own = await storedChapter(storage, ada, [ben.access()])
    const after = await storedChapter(storage, ada)
    for (const chapter of [before.chapter, early.header.chapter]) {
      expect(await storage.roster.grant({ ...bens, chapter })).toEqual(notFound)
      expect(await storage.roster.grant({ ...ada, chapter })).toMatchObject({ ok: true })
    }
    for (const { chapter } of [own, after]) {
      expect(await storage.roster.grant({ ...bens, chapter })).toMatchObject({ ok: true })
    }
  })
}

/** From where on a device reads. */
export function sinceReadContract(open: Open): void {
  const at = startingFrom(open, spaceOfAda)

  test('[WR18] reads nothing from before the device was on the list, wherever it says it is', async () => {
    const { storage, ada } = at()
    const ben = newDevice()
    const { chapter } = await storedChapter(storage, ada)
    await storage.envelopes.append(newEntry(ada, chapter))
    const own = await storedChapter(storage, ada, [ben.access()])
    await storage.envelopes.append(newEntry(ada, own.chapter))
    for (const after of [0, 1, 2]) {
      const page = { space: ada.space, device: ben.device, after, maxItems: 9, maxBytes: 2 ** 20 }
      const found = await storage.envelopes.read(page)
      expect(found.ok && found.value.items.map(({ n }) => n)).toEqual([3, 4])
      expect(found).toMatchObject({ value: { head: 4 } })
    }
  })
}
