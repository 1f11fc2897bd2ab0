import { expect, test } from 'vitest'
import { processBus } from './bus.ts'
import { createHealth } from './health.ts'
import type { Log } from './log.ts'
import { drawShare, type KeyKeeper, memoryKeys, type ShareKey, shareKeyOf, shareVault } from './share-vault.ts'
import { memoryStorage } from './storage/memory.ts'
import { createSweep } from './sweep.ts'
import { testClock } from './testing/clock.ts'
import { DAY_MS, SHARE_KEY, storedChapter, storedSpace } from './testing/stored-space.ts'

/** Keys whose file cannot be written as often as the test says. */
function failingKeys(now: number) {
  const keys = memoryKeys(now)
  let failures = 0
  const keeper: KeyKeeper = {
    load: keys.load,
    replace: (known: readonly ShareKey[], fresh: readonly ShareKey[]) => {
      if (failures > 0) {
        failures -= 1
        throw new Error('the disk says no')
      }
      return keys.replace(known, fresh)
    },
  }
  return { keeper, failNext: (times: number) => (failures = times), current: () => keys.load().map(({ id }) => id) }
}

/** A storage with one space that is due tomorrow and one that lasts, and a relay's sweep over it. */
async function soon() {
  const clock = testClock()
  const storage = memoryStorage()
  const keys = failingKeys(clock.now())
  const said: string[] = []
  const log: Log = (_level, event) => void said.push(event)
  const ports = { backupMs: 0, storage, bus: processBus(), clock, log, health: createHealth(log) }
  /** What a process that has just started has in its hands. */
  const started = () => createSweep({ ...ports, vault: shareVault(keys.keeper) })
  await storedSpace(storage, clock.now() + DAY_MS)
  const lasting = await storedSpace(storage, clock.now() + 30 * DAY_MS)
  const { chapter } = await storedChapter(storage, lasting)
  const share = drawShare()
  const sealedShare = shareVault(keys.keeper).seal(lasting.space, chapter, share)
  await storage.shares.moveShareKey({ from: SHARE_KEY, to: shareKeyOf(sealedShare) })
  const shares = [{ space: lasting.space, chapter, sealedShare }]
  await storage.shares.replaceShares({ shareKey: shareKeyOf(sealedShare), shares })
  const opened = async () => {
    const [found] = await storage.shares.listShares({ after: undefined, limit: 9 })
    return found && shareVault(keys.keeper).open(found.space, found.chapter, found.sealedShare)
  }
  return { clock, storage, keys, said, started, share, opened }
}

test('[CH4] a renewal that fails after a purge is made up for at the next sweep', async () => {
  const { clock, keys, said, started, share, opened } = await soon()
  const sweep = started()
  await sweep()
  const [old] = keys.current()
  keys.failNext(1)
  clock.advance(DAY_MS)
  await sweep()
  expect(said).toEqual(['swept', 'failed'])
  expect(keys.current()).toEqual([old])
  await sweep()
  expect(said.at(-1)).toBe('key-renewed')
  expect(keys.current().length).toBe(1)
  expect(keys.current()).not.toEqual([old])
  expect(await opened()).toEqual(share)
  const renewed = keys.current()
  await sweep()
  expect(keys.current()).toEqual(renewed)
})

test('[CH4] a relay that ends between a purge and the renewal owes it at its next start', async () => {
  const { clock, storage, keys, started, share, opened } = await soon()
  const [old] = keys.current()
  clock.advance(DAY_MS)
  // The purge is durable, and then the process is killed.
  await storage.envelopes.sweep({ now: clock.now() })
  await started()()
  expect(keys.current()).not.toEqual([old])
  expect(await opened()).toEqual(share)
})
