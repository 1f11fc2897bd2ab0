import { expect, test } from 'vitest'
import type { ChapterBatch, Storage } from '../storage/ports.ts'
import { newDevice, random, sealingKey } from './device.ts'
import { type Open, startingFrom } from './starting-from.ts'
import { batchOf, readAll, storedChapter, storedSpace } from './stored-space.ts'

const forbidden = { ok: false, error: 'forbidden' }
const WAY_BACK = random(32)

/** Ada keeps the space alone; Ben is in it. */
async function withBen(storage: Storage) {
  const ada = await storedSpace(storage)
  const ben = newDevice()
  await storedChapter(storage, ada, [ben.access()])
  const bens = { space: ada.space, device: ben.device }
  const back = newDevice()
  const rescue = (changes: Partial<ChapterBatch> = {}) =>
    batchOf(storage, bens, {
      admit: [back.access(true)],
      remove: [ada.device],
      keys: [sealingKey(back.device)],
      permitted: WAY_BACK,
      ...changes,
    })
  return { ada, ben, bens, back, rescue }
}

/** A device that comes back without a keeper. */
export function wayBackContract(open: Open): void {
  const at = startingFrom(open, withBen)

  test('[WR28] by the permit that a keeper has named, a member’s batch puts one keeper in the place of another', async () => {
    const { storage, ada, bens, back, rescue } = at()
    expect(await storage.roster.setWayBack({ ...ada, wayBack: WAY_BACK })).toEqual({ ok: true, value: undefined })
    const batch = await rescue()
    expect(await storage.envelopes.batch(batch)).toEqual({ ok: true, value: { n: 2, fresh: true } })
    expect(await storage.envelopes.batch(batch)).toEqual({ ok: true, value: { n: 2, fresh: false } })
    const backs = { space: ada.space, device: back.device }
    expect(await storage.roster.isKeeper(backs)).toBe(true)
    expect(await storage.roster.enter(backs)).toMatchObject({ ok: true, value: { since: 2 } })
    expect(await storage.roster.enter(ada)).toEqual({ ok: false, error: 'not-found' })
    expect(await storage.roster.isKeeper(bens)).toBe(false)
    // What was shown is worth nothing once the keeper who is back has named another.
    expect(await storage.roster.setWayBack({ ...backs, wayBack: random(32) })).toMatchObject({ ok: true })
    expect(
      await storage.envelopes.batch(
        await rescue({ admit: [newDevice().access(true)], remove: [back.device], keys: [] }),
      ),
    ).toEqual(forbidden)
  })

  test('[WR28] not before a keeper has named it, by another permit, or after it was taken back', async () => {
    const { storage, ada, rescue } = at()
    expect(await storage.envelopes.batch(await rescue())).toEqual(forbidden)
    await storage.roster.setWayBack({ ...ada, wayBack: WAY_BACK })
    const { permitted: _, ...plain } = await rescue()
    expect(await storage.envelopes.batch(plain)).toEqual(forbidden)
    expect(await storage.envelopes.batch(await rescue({ permitted: random(32) }))).toEqual(forbidden)
    await storage.roster.setWayBack({ ...ada, wayBack: undefined })
    expect(await storage.envelopes.batch(await rescue())).toEqual(forbidden)
    expect(await readAll(storage, ada)).toHaveLength(1)
  })

  test('[WR28] it lets nobody else in, takes no member out, and brings no other’s key', async () => {
    const { storage, ada, ben, bens, back, rescue } = at()
    await storage.roster.setWayBack({ ...ada, wayBack: WAY_BACK })
    const eve = newDevice()
    const more: readonly Partial<ChapterBatch>[] = [
      { admit: [], keys: [] },
      { admit: [back.access()] },
      { admit: [back.access(true), eve.access()] },
      { admit: [{ ...ben.access(true) }], keys: [] },
      { remove: [ben.device] },
      { keys: [sealingKey(back.device), sealingKey(ben.device)] },
    ]
    for (const changes of more) expect(await storage.envelopes.batch(await rescue(changes))).toEqual(forbidden)
    expect(await storage.roster.enter(bens)).toMatchObject({ ok: true })
    expect(await storage.roster.enter(ada)).toMatchObject({ ok: true })
  })

  test('[WR28] only a keeper names it, and of an unknown space or device nothing is known', async () => {
    const { storage, ada, bens } = at()
    expect(await storage.roster.setWayBack({ ...bens, wayBack: WAY_BACK })).toEqual(forbidden)
    const nobody = { space: ada.space, device: newDevice().device, wayBack: WAY_BACK }
    expect(await storage.roster.setWayBack(nobody)).toEqual({ ok: false, error: 'not-found' })
  })
}
