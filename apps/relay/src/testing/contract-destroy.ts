import { expect, test } from 'vitest'
import { RECEIPT_MEMORY_MS } from '../storage/rules.ts'
import { alone } from './contract-retention.ts'
import { newDevice, randomId } from './device.ts'
import type { Open } from './starting-from.ts'
import { DAY_MS, NOW, newEntry, readAll, storedChapter, storedSpace } from './stored-space.ts'

const notFound = { ok: false, error: 'not-found' }
const times = { now: NOW, backupsUntil: NOW + DAY_MS }

/** What is destroyed before a space's date. */
export function destroyContract(open: Open): void {
  const at = alone(open)

  test('[WR23] all up to a chapter goes when a keeper and another have asked, and what is behind stays', async () => {
    const { storage } = at()
    const { destroy } = storage.envelopes
    const ben = newDevice()
    const space = await storedSpace(storage)
    const first = await storedChapter(storage, space, [ben.access()])
    await storage.envelopes.append(newEntry(space, first.chapter))
    const second = await storedChapter(storage, space)
    await storage.envelopes.append(newEntry(space, second.chapter))
    const third = await storedChapter(storage, space)
    const before = await readAll(storage, space)
    const others = { space: space.space, device: ben.device }

    expect(await destroy({ ...space, chapter: third.chapter, ...times })).toEqual({ ok: false, error: 'forbidden' })
    expect(await destroy({ ...space, chapter: randomId(), ...times })).toEqual(notFound)
    expect(await destroy({ ...space, device: newDevice().device, chapter: second.chapter, ...times })).toEqual(notFound)
    expect(await destroy({ ...space, chapter: second.chapter, ...times })).toEqual({
      ok: true,
      value: { isDone: false },
    })
    expect(await readAll(storage, space)).toEqual(before)
    expect(await storage.envelopes.receipts(space)).toEqual([])
    expect(await destroy({ ...others, chapter: second.chapter, ...times })).toEqual({
      ok: true,
      value: { isDone: true },
    })

    const after = await readAll(storage, space)
    expect(after.map(({ envelopeHash }) => envelopeHash)).toEqual(before.map(({ envelopeHash }) => envelopeHash))
    expect(after.map(({ envelope }) => envelope !== undefined)).toEqual([false, false, false, false, true])
    for (const { chapter } of [first, second])
      expect(await storage.roster.grant({ ...space, chapter })).toEqual(notFound)
    expect(await storage.roster.grant({ ...space, chapter: third.chapter })).toMatchObject({ ok: true })
    expect(await destroy({ ...space, chapter: second.chapter, ...times })).toEqual(notFound)
    expect(await storage.envelopes.sweep({ now: NOW })).toMatchObject({ owesRenewal: true })
    await storage.envelopes.append(newEntry(space, third.chapter))
    expect((await readAll(storage, space)).length).toBe(6)
  })

  test('[WR23] where nobody but keepers may read, a keeper is enough; who came later is not asked and cannot ask', async () => {
    const { storage } = at()
    const { destroy } = storage.envelopes
    const late = newDevice()
    const space = await storedSpace(storage)
    const first = await storedChapter(storage, space)
    const second = await storedChapter(storage, space, [late.access()])
    await storedChapter(storage, space)
    expect(await destroy({ space: space.space, device: late.device, chapter: first.chapter, ...times })).toEqual(
      notFound,
    )
    expect(await destroy({ ...space, chapter: second.chapter, ...times })).toEqual({
      ok: true,
      value: { isDone: false },
    })
    expect(await destroy({ ...space, chapter: first.chapter, ...times })).toEqual({ ok: true, value: { isDone: true } })
  })
}

/** What tells of it. */
export function receiptContract(open: Open): void {
  const at = alone(open)

  test('[WR24] what was destroyed is told for as long as the space lives and a while longer, its purge as well', async () => {
    const { storage } = at()
    const space = await storedSpace(storage, NOW + DAY_MS)
    const { chapter } = await storedChapter(storage, space)
    await storedChapter(storage, space)
    await storage.envelopes.destroy({ ...space, chapter, ...times })
    const first = { space: space.space, chapter, upTo: 1, destroyedAt: NOW, backupsUntil: NOW + DAY_MS }
    expect(await storage.envelopes.receipts(space)).toEqual([first])
    const purgedAt = NOW + DAY_MS
    await storage.envelopes.sweep({ now: purgedAt, backupsUntil: purgedAt + 5 })
    const last = { ...first, chapter: undefined, upTo: 2, destroyedAt: purgedAt, backupsUntil: purgedAt + 5 }
    expect(await storage.envelopes.receipts(space)).toEqual([first, last])
    await storage.envelopes.sweep({ now: purgedAt + RECEIPT_MEMORY_MS - 1 })
    expect((await storage.envelopes.receipts(space)).length).toBe(2)
    await storage.envelopes.sweep({ now: purgedAt + RECEIPT_MEMORY_MS })
    expect(await storage.envelopes.receipts(space)).toEqual([])
    expect(await storage.envelopes.receipts({ space: randomId() })).toEqual([])
  })
}
