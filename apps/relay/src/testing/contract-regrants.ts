import { MAX_REGRANTS } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import type { Storage } from '../storage/ports.ts'
import { grantFor, newDevice, randomId } from './device.ts'
import { type Open, startingFrom } from './starting-from.ts'
import {
  batchOf,
  DAY_MS,
  NOW,
  newEntry,
  readAll,
  type StoredSpace,
  storedChapter,
  storedSpace,
} from './stored-space.ts'

const notFound = { ok: false, error: 'not-found' }
const done = { ok: true, value: undefined }

/** Ada keeps the space; Ben was there from the start, Chi came with the second chapter. */
async function withLateChi(storage: Storage) {
  const ada = await storedSpace(storage)
  const [ben, chi] = [newDevice(), newDevice()]
  const past = await storedChapter(storage, ada, [ben.access()])
  await storage.envelopes.append(newEntry(ada, past.chapter))
  const own = await storedChapter(storage, ada, [chi.access()])
  const at = (device: Uint8Array) => ({ space: ada.space, device })
  return { ada, ben: at(ben.device), chi: at(chi.device), past, own }
}

const page = { after: 0, maxItems: 9, maxBytes: 2 ** 20 }

/** What is given again of a chapter, by whom and to whom. */
export function regrantContract(open: Open): void {
  const at = startingFrom(open, withLateChi)

  test('[WR25] who may read a chapter gives its key to a device that came later, which gets the share then and not before', async () => {
    const { storage, ada, ben, chi, past } = at()
    const { regrant, regranted, regrants } = storage.regrants
    const { chapter } = past
    const [first, second] = [grantFor(chi.device), grantFor(chi.device)]
    expect(await regranted({ ...chi, chapter })).toEqual(notFound)
    expect(await regrant({ ...chi, chapter, grant: first })).toEqual(notFound)
    expect(await regrant({ ...ben, chapter, grant: first })).toEqual(done)
    expect(await regranted({ ...chi, chapter })).toMatchObject({ ok: true, value: { grants: [first] } })
    expect(await storage.roster.grant({ ...chi, chapter })).toEqual(notFound)
    expect(await regrants({ ...ben, of: chi.device, after: 0 })).toEqual({
      ok: true,
      value: [{ chapter, first: 1, givers: 1, mine: true }],
    })
    expect(await regrant({ ...ben, chapter, grant: second })).toEqual(done)
    expect(await regranted({ ...chi, chapter })).toMatchObject({ value: { grants: [second] } })
    expect(await regrants({ ...ada, of: chi.device, after: 0 })).toMatchObject({ value: [{ givers: 1, mine: false }] })
    expect(await regrants({ ...chi, of: chi.device, after: 1 })).toEqual({ ok: true, value: [] })
  })

  test('[WR25] nothing is given to a device that is not there or has its own, nor by one that may not read', async () => {
    const { storage, ada, ben, chi, past, own } = at()
    const { regrant, regrants } = storage.regrants
    const [dov, eve] = [newDevice(), newDevice()]
    const of = (device: Uint8Array) => ({ chapter: past.chapter, grant: grantFor(device) })
    expect(await regrant({ ...ben, ...of(dov.device) })).toEqual(notFound)
    expect(await regrant({ space: ada.space, device: eve.device, ...of(chi.device) })).toEqual(notFound)
    expect(await regrant({ ...ben, chapter: randomId(), grant: grantFor(chi.device) })).toEqual(notFound)
    expect(await regrant({ ...ada, ...of(ben.device) })).toEqual({ ok: false, error: 'exists' })
    expect(await regrant({ ...ben, chapter: own.chapter, grant: grantFor(chi.device) })).toMatchObject({ ok: false })
    await storedChapter(storage, ada, [dov.access()])
    expect(await regrant({ ...chi, ...of(dov.device) })).toEqual(notFound)
    expect(await regrants({ ...chi, of: eve.device, after: 0 })).toEqual(notFound)
    await regrant({ ...ben, ...of(dov.device) })
    expect(await regrants({ ...ben, of: dov.device, after: 0 })).toMatchObject({ value: [{ givers: 1 }] })
    expect(await regrants({ ...chi, of: dov.device, after: 0 })).toEqual({ ok: true, value: [] })
  })
}

/** How many give, and to whom besides. */
export function giversContract(open: Open): void {
  const at = startingFrom(open, withLateChi)

  test('[WR25] a device that stands on the list without a grant may be given one of the chapter that it came with', async () => {
    const { storage, ada, ben } = at()
    const reserve = newDevice()
    const batch = await batchOf(storage, ada, { admit: [reserve.access(true)], grants: [grantFor(ben.device)] })
    await storage.envelopes.batch(batch)
    const { chapter } = batch.header
    expect(await storage.regrants.regrant({ ...ben, chapter, grant: grantFor(reserve.device) })).toEqual(done)
    const found = await storage.regrants.regranted({ space: ada.space, device: reserve.device, chapter })
    expect(found).toMatchObject({ ok: true, value: { grants: [{ device: reserve.device }] } })
  })

  test('[WR25] each gives one, and a few give; what one was given one can drop and be given again', async () => {
    const { storage, ada, chi, past } = at()
    const { regrant, regranted, dropRegrants, regrants } = storage.regrants
    const others = Array.from({ length: MAX_REGRANTS }, () => newDevice())
    await storedChapter(
      storage,
      ada,
      others.map((one) => one.access()),
    )
    const given = { chapter: past.chapter, grant: grantFor(chi.device) }
    for (const one of others) {
      // Each has to be given it first.
      await regrant({ ...ada, chapter: past.chapter, grant: grantFor(one.device) })
      expect(await regrant({ space: ada.space, device: one.device, ...given })).toEqual(done)
    }
    expect(await regrant({ ...ada, ...given })).toEqual({ ok: false, error: 'too-many' })
    expect(await regrants({ ...ada, of: chi.device, after: 0 })).toMatchObject({ value: [{ givers: MAX_REGRANTS }] })
    expect(await dropRegrants({ ...chi, chapter: past.chapter })).toEqual(done)
    expect(await regranted({ ...chi, chapter: past.chapter })).toEqual(notFound)
    expect(await storage.envelopes.readChapter({ ...chi, ...page, chapter: past.chapter })).toEqual(notFound)
    expect(await regrant({ ...ada, ...given })).toEqual(done)
  })
}

/** What can be read by it. */
export function regrantedReadContract(open: Open): void {
  const at = startingFrom(open, withLateChi)

  test('[WR26] a chapter is read from its header to the one behind it, in pages, by who may read it and nobody else', async () => {
    const { storage, ada, ben, chi, past, own } = at()
    const { readChapter } = storage.envelopes
    const { chapter } = past
    const whole = await readAll(storage, ada)
    expect(await readChapter({ ...chi, ...page, chapter })).toEqual(notFound)
    await storage.regrants.regrant({ ...ben, chapter, grant: grantFor(chi.device) })
    for (const reader of [chi, ben]) {
      expect(await readChapter({ ...reader, ...page, chapter })).toEqual({
        ok: true,
        value: { first: 1, next: 3, items: whole.slice(0, 3) },
      })
    }
    const numbers = async (after: number, maxItems: number) => {
      const found = await readChapter({ ...chi, ...page, chapter, after, maxItems })
      return found.ok && found.value.items.map(({ n }) => n)
    }
    expect([await numbers(0, 2), await numbers(2, 2), await numbers(3, 2), await numbers(9, 2)]).toEqual([
      [1, 2],
      [3],
      [],
      [],
    ])
    await storage.envelopes.append(newEntry(chi, own.chapter))
    expect(await readChapter({ ...chi, ...page, chapter: own.chapter })).toMatchObject({
      value: { first: 3, next: undefined, items: [{ n: 3 }, { n: 4 }] },
    })
    const log = await storage.envelopes.read({ ...chi, ...page })
    expect(log.ok && log.value.items.map(({ n }) => n)).toEqual([3, 4])
  })
}

/** When it ends. */
export function regrantEndContract(open: Open): void {
  const at = startingFrom(open, withLateChi)

  test('[WR25] what was given goes with the device that it was given to, and with the chapter when it is destroyed', async () => {
    const { storage, ada, ben, chi, past } = at()
    const { regrant, regranted } = storage.regrants
    const given = { chapter: past.chapter, grant: grantFor(chi.device) }
    await regrant({ ...ben, ...given })
    await storage.envelopes.batch(await batchOf(storage, ada, { remove: [chi.device] }))
    expect(await regranted({ ...chi, chapter: past.chapter })).toEqual(notFound)
    await storedChapter(storage, ada, [{ device: chi.device, loginKey: ada.loginKey, keeper: false }])
    expect(await regranted({ ...chi, chapter: past.chapter })).toEqual(notFound)
    await regrant({ ...ben, ...given })
    const times = { now: NOW, backupsUntil: NOW + DAY_MS }
    for (const one of [ada, ben]) await storage.envelopes.destroy({ ...one, chapter: past.chapter, ...times })
    expect(await regranted({ ...chi, chapter: past.chapter })).toEqual(notFound)
    expect(await storage.envelopes.readChapter({ ...chi, ...page, chapter: past.chapter })).toEqual(notFound)
    expect(await storage.regrants.regrants({ ...chi, of: chi.device, after: 0 })).toEqual({ ok: true, value: [] })
  })

  test('[WR23] who was given a chapter later is not asked whether it may be destroyed', async () => {
    const { storage } = at()
    const times = { now: NOW, backupsUntil: NOW + DAY_MS }
    const keeper: StoredSpace = await storedSpace(storage)
    const late = newDevice()
    const { chapter } = await storedChapter(storage, keeper)
    await storedChapter(storage, keeper, [late.access()])
    await storage.regrants.regrant({ ...keeper, chapter, grant: grantFor(late.device) })
    const lates = { space: keeper.space, device: late.device }
    expect(await storage.envelopes.destroy({ ...lates, chapter, ...times })).toEqual(notFound)
    expect(await storage.envelopes.destroy({ ...keeper, chapter, ...times })).toEqual({
      ok: true,
      value: { isDone: true },
    })
  })
}

/** How much of it there is. */
export function regrantRoomContract(open: Open): void {
  const at = startingFrom(open, withLateChi, { maxSpaceBytes: 16 * 1024 })

  test('[WR19] a full space takes no grant, and the same once more takes no room', async () => {
    const { storage, ben, chi, past } = at()
    const give = (grant = grantFor(chi.device)) => storage.regrants.regrant({ ...ben, chapter: past.chapter, grant })
    const same = grantFor(chi.device)
    for (let i = 0; i < 20; i++) expect(await give(same)).toEqual(done)
    const answers = []
    for (let i = 0; i < 20; i++) answers.push(await give())
    const taken = answers.filter(({ ok }) => ok).length
    expect(taken).toBeGreaterThan(2)
    expect(answers.slice(taken)).toEqual(Array.from({ length: 20 - taken }, () => ({ ok: false, error: 'space-full' })))
  })
}
