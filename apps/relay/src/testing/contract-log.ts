import { EMPTY_LOG_HASH, toHex, WORDS } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import type { EntryAppend, Storage } from '../storage/ports.ts'
import { entry, envelope, grantFor, newDevice, random, randomId, sealingKey } from './device.ts'
import { type Open, startingFrom } from './starting-from.ts'
import {
  appendOf,
  batchOf,
  chainOf,
  DAY_MS,
  NOW,
  newEntry,
  readAll,
  reserve,
  storedChapter,
  storedSpace,
} from './stored-space.ts'

const openedSpace = async (storage: Storage) => {
  const ada = await storedSpace(storage)
  const { chapter } = await storedChapter(storage, ada)
  return { ada, chapter }
}

/** Numbers, hashes and chapters of a log. */
export function appendContract(open: Open): void {
  const at = startingFrom(open, openedSpace)

  test('[LG3] numbers envelopes from 1 without a gap, also when many come at once', async () => {
    const { storage, ada, chapter } = at()
    const appends = Array.from({ length: 60 }, () => newEntry(ada, chapter))
    const answers = await Promise.all(appends.map((append) => storage.envelopes.append(append)))
    const numbers = answers.map((answer) => (answer.ok ? answer.value.n : 0)).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, i) => i + 2))
    const items = await readAll(storage, ada)
    expect(items.map(({ n }) => n)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1))
  })

  test('[LG3] answers the same envelope with its first number, and refuses other bytes under its id', async () => {
    const { storage, ada, chapter } = at()
    const append = newEntry(ada, chapter)
    expect(await storage.envelopes.append(append)).toEqual({ ok: true, value: { n: 2, fresh: true } })
    await storage.envelopes.append(newEntry(ada, chapter))
    expect(await storage.envelopes.append(append)).toEqual({ ok: true, value: { n: 2, fresh: false } })
    const forged = { ...append, envelope: { ...append.envelope, bytes: entry(ada.space, chapter), hash: random(32) } }
    expect(await storage.envelopes.append(forged)).toEqual({ ok: false, error: 'exists' })
    expect((await readAll(storage, ada)).length).toBe(3)
  })

  test('[LG3] answers a repeated envelope also after its chapter has ended', async () => {
    const { storage, ada, chapter } = at()
    const append = newEntry(ada, chapter)
    await storage.envelopes.append(append)
    await storedChapter(storage, ada)
    expect(await storage.envelopes.append(append)).toEqual({ ok: true, value: { n: 2, fresh: false } })
  })

  test('[LG4] keeps the running hash, which the hashes alone give again', async () => {
    const { storage, ada, chapter } = at()
    for (let i = 0; i < 3; i++) await storage.envelopes.append(newEntry(ada, chapter))
    const entrance = await storage.roster.enter(ada)
    expect(entrance).toMatchObject({ ok: true, value: { head: 4, headHash: chainOf(await readAll(storage, ada)) } })
  })

  test('[WR8] refuses an entry of any chapter but the current one', async () => {
    const { storage, ada, chapter } = at()
    await storedChapter(storage, ada)
    expect(await storage.envelopes.append(newEntry(ada, chapter))).toEqual({ ok: false, error: 'stale-chapter' })
    expect(await storage.envelopes.append(newEntry(ada, randomId()))).toEqual({ ok: false, error: 'stale-chapter' })
    const empty = await storedSpace(storage)
    const reserved = await reserve(storage, empty)
    expect(await storage.envelopes.append(newEntry(empty, reserved.chapter))).toEqual({
      ok: false,
      error: 'stale-chapter',
    })
  })

  test('gives back the bytes that were appended', async () => {
    const { storage, ada, chapter } = at()
    const append = newEntry(ada, chapter)
    await storage.envelopes.append(append)
    const item = (await readAll(storage, ada))[1]
    expect(item).toEqual({ n: 2, envelope: append.envelope.bytes, envelopeHash: append.envelope.hash })
  })
}

/** Words and nothing else can be taken out. */
export function withdrawalContract(open: Open): void {
  const at = startingFrom(open, openedSpace)

  test('[WR20] takes words out and leaves their hash; the log and what is said again are as before', async () => {
    const { storage, ada, chapter } = at()
    const said = appendOf(ada, envelope(WORDS, ada.space, chapter))
    await storage.envelopes.append(said)
    await storage.envelopes.append(newEntry(ada, chapter))
    const { id, hash } = said.envelope
    const before = await storage.roster.enter(ada)
    for (let i = 0; i < 2; i++) expect(await storage.envelopes.withdraw({ ...ada, id })).toEqual({ ok: true })
    expect(await storage.roster.enter(ada)).toEqual(before)
    const items = await readAll(storage, ada)
    expect(items[1]).toEqual({ n: 2, envelope: undefined, envelopeHash: hash })
    expect(items[2]?.envelope).toBeDefined()
    expect(await storage.envelopes.append(said)).toEqual({ ok: true, value: { n: 2, fresh: false } })
    expect((await readAll(storage, ada))[1]?.envelope).toBeUndefined()
  })

  test('[WR20] takes out nothing but words, and nothing for whom it does not concern', async () => {
    const { storage, ada, chapter } = at()
    const other = newEntry(ada, chapter)
    const said = appendOf(ada, envelope(WORDS, ada.space, chapter))
    for (const append of [other, said]) await storage.envelopes.append(append)
    const ben = newDevice()
    const { batch } = await storedChapter(storage, ada, [ben.access()])
    const stranger = await storedSpace(storage)
    const late = { space: ada.space, device: ben.device }
    const foreign = { space: ada.space, device: stranger.device }
    const notFound = { ok: false, error: 'not-found' }
    for (const id of [other.envelope.id, batch.header.id, randomId()])
      expect(await storage.envelopes.withdraw({ ...ada, id })).toEqual(notFound)
    for (const who of [late, foreign])
      expect(await storage.envelopes.withdraw({ ...who, id: said.envelope.id })).toEqual(notFound)
    expect((await readAll(storage, ada)).every(({ envelope: bytes }) => bytes !== undefined)).toBe(true)
  })
}

/** Spaces and their pages. */
export function spaceContract(open: Open): void {
  const at = startingFrom(open, openedSpace)

  test('[WR5] knows no space for a device that is not on its list', async () => {
    const { storage, ada, chapter } = at()
    const ben = await storedSpace(storage)
    const stranger = { space: ada.space, device: ben.device }
    const nowhere = { space: randomId(), device: ada.device }
    for (const at of [stranger, nowhere]) {
      const notFound = { ok: false, error: 'not-found' }
      expect(await storage.envelopes.append(appendOf(at, entry(ada.space, chapter)))).toEqual(notFound)
      expect(await storage.envelopes.read({ ...at, after: 0, maxItems: 1, maxBytes: 1 })).toEqual(notFound)
      expect(await storage.roster.enter(at)).toEqual(notFound)
      expect(await storage.roster.keys(at)).toEqual(notFound)
      expect(await storage.roster.grant({ ...at, chapter })).toEqual(notFound)
      expect(await storage.roster.publishKey({ ...at, key: sealingKey(at.device) })).toEqual(notFound)
      expect(await storage.roster.isKeeper(at)).toBe(false)
    }
  })

  test('reads pages in order, bounded by count and by bytes, and at least one item', async () => {
    const { storage, ada, chapter } = at()
    for (const length of [1024, 2048, 4096])
      await storage.envelopes.append(appendOf(ada, entry(ada.space, chapter, length)))
    const page = async (after: number, maxItems: number, maxBytes: number) => {
      const found = await storage.envelopes.read({ ...ada, after, maxItems, maxBytes })
      return found.ok ? found.value.items.map(({ n }) => n) : found.error
    }
    expect(await page(0, 2, 2 ** 20)).toEqual([1, 2])
    expect(await page(2, 9, 2 ** 20)).toEqual([3, 4])
    expect(await page(0, 9, 2048)).toEqual([1, 2])
    expect(await page(3, 9, 1)).toEqual([4])
    expect(await page(4, 9, 2 ** 20)).toEqual([])
    expect(await page(99, 9, 2 ** 20)).toEqual([])
  })

  test('opens a space for a known desk only, and once', async () => {
    const { storage, ada } = at()
    const opening = {
      permit: { type: 'desk', secretHash: ada.secretHash },
      space: randomId(),
      device: newDevice().device,
      loginKey: newDevice().loginKey,
      retainUntil: NOW + DAY_MS,
      now: NOW,
    } as const
    const unknown = { ...opening, permit: { type: 'desk', secretHash: random(32) } } as const
    expect(await storage.envelopes.openSpace(unknown)).toEqual({ ok: false, error: 'not-found' })
    expect(await storage.envelopes.openSpace(opening)).toEqual({ ok: true, value: undefined })
    expect(await storage.envelopes.openSpace(opening)).toEqual({ ok: true, value: undefined })
    const other = { ...opening, loginKey: random(32) }
    expect(await storage.envelopes.openSpace(other)).toEqual({ ok: false, error: 'exists' })
    expect(await storage.roster.enter(opening)).toEqual({
      ok: true,
      value: { loginKey: opening.loginKey, head: 0, headHash: EMPTY_LOG_HASH, since: 1 },
    })
    expect(await storage.roster.isKeeper(opening)).toBe(true)
  })
}

const FULL = 16 * 1024

/** A space that holds as much as it may. */
export function fullSpaceContract(open: Open): void {
  const at = startingFrom(open, openedSpace, { maxSpaceBytes: FULL })
  const full = { ok: false, error: 'space-full' }

  test('[WR19] takes no envelope beyond what a space may hold; what is there stays, and repeats are answered', async () => {
    const { storage, ada, chapter } = at()
    const bystander = await openedSpace(storage)
    const appends = Array.from({ length: 20 }, () => newEntry(ada, chapter))
    const answers = []
    for (const append of appends) answers.push(await storage.envelopes.append(append))
    const taken = answers.filter(({ ok }) => ok).length
    expect(taken).toBeGreaterThan(5)
    expect(answers.slice(taken)).toEqual(Array.from({ length: 20 - taken }, () => full))
    const items = await readAll(storage, ada)
    expect(items.length).toBe(1 + taken)
    expect(items.reduce((sum, { envelope }) => sum + (envelope?.length ?? 0), 0)).toBeLessThanOrEqual(FULL)
    expect(await storage.envelopes.append(appends[0] as EntryAppend)).toEqual({
      ok: true,
      value: { n: 2, fresh: false },
    })
    expect(await storage.envelopes.append(newEntry(bystander.ada, bystander.chapter))).toMatchObject({ ok: true })
  })

  test('[WR19] a batch counts with its grants, and is refused whole', async () => {
    const { storage, ada } = at()
    const ben = newDevice()
    const grants = Array.from({ length: 12 }, () => grantFor(randomId()))
    const batch = await batchOf(storage, ada, { grants, admit: [ben.access()] })
    expect(await storage.envelopes.batch(batch)).toEqual(full)
    expect(await storage.roster.enter({ space: ada.space, device: ben.device })).toEqual({
      ok: false,
      error: 'not-found',
    })
    expect((await readAll(storage, ada)).length).toBe(1)
    await storedChapter(storage, ada, [ben.access()])
  })

  test('[WR19] grants that were deleted with their device go on counting', async () => {
    const { storage, ada } = at()
    const outcomes: string[] = []
    for (let i = 0; i < 12; i++) {
      const ben = newDevice()
      const admit = await batchOf(storage, ada, { admit: [ben.access()], grants: [grantFor(ben.device)] })
      const admitted = await storage.envelopes.batch(admit)
      outcomes.push(admitted.ok ? 'admitted' : admitted.error)
      if (!admitted.ok) break
      const removed = await storage.envelopes.batch(await batchOf(storage, ada, { remove: [ben.device] }))
      outcomes.push(removed.ok ? 'removed' : removed.error)
    }
    expect(outcomes.slice(0, 2)).toEqual(['admitted', 'removed'])
    expect(outcomes.at(-1)).toBe('space-full')
  })
}

/** How far logs go. */
export function headsContract(open: Open): void {
  const at = startingFrom(open, openedSpace)

  test('tells how far logs go, of any number of spaces, and nothing of those that are not there', async () => {
    const { storage, ada, chapter } = at()
    await storage.envelopes.append(newEntry(ada, chapter))
    const others = []
    for (let i = 0; i < 40; i++) others.push(await storedSpace(storage))
    const spaces = [ada, ...others].map(({ space }) => space)
    const heads = await storage.roster.heads({ spaces: [randomId(), ...spaces, randomId()] })
    const known = new Map(heads.map(({ space, head }) => [toHex(space), head]))
    expect(known).toEqual(new Map(spaces.map((space, i) => [toHex(space), i === 0 ? 2 : 0])))
    expect(await storage.roster.heads({ spaces: [] })).toEqual([])
  })
}
