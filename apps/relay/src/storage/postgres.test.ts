import { err } from '@antechamber/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { entry, newDevice, random, randomId } from '../testing/device.ts'
import { freshDatabase, onDatabase } from '../testing/postgres.ts'
import { storageContract } from '../testing/storage-contract.ts'
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
} from '../testing/stored-space.ts'
import { type Storage, StorageError, StorageFullError, StorageOpenError } from './ports.ts'
import { postgresStorage } from './postgres.ts'

storageContract('PostgreSQL', async (limits) => postgresStorage(await freshDatabase(), NOW, limits))

let url: string
let storage: Storage
/** Another process's, as far as the database can tell. */
let other: Storage
beforeEach(async () => {
  url = await freshDatabase()
  const opened = await Promise.all([postgresStorage(url, NOW), postgresStorage(url, NOW)])
  storage = opened[0]
  other = opened[1]
})
afterEach(() => Promise.all([storage.envelopes.close(), other.envelopes.close()]))

describe('two storages on one PostgreSQL', () => {
  test('[WR21] [LG3] number the envelopes of a space without a gap, whatever comes at once', async () => {
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(other, ada)
    const appends = Array.from({ length: 200 }, () => newEntry(ada, chapter))
    const answers = await Promise.all(
      [...appends, ...appends].map((append, i) => (i % 2 ? storage : other).envelopes.append(append)),
    )
    const fresh = answers.filter((answer) => answer.ok && answer.value.fresh)
    expect(fresh.length).toBe(200)
    expect(answers.slice(200).map((answer) => answer.ok && answer.value.n)).toEqual(
      answers.slice(0, 200).map((answer) => answer.ok && answer.value.n),
    )
    const items = await readAll(storage, ada)
    expect(items.map(({ n }) => n)).toEqual(Array.from({ length: 201 }, (_, i) => i + 1))
    expect(await other.roster.enter(ada)).toMatchObject({ value: { head: 201, headHash: chainOf(items) } })
  })

  test('[WR7] what one of them is asked on a space is done in the order in which it was asked', async () => {
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    const appends = Array.from({ length: 100 }, () => newEntry(ada, chapter))
    const [answers] = await Promise.all([
      Promise.all(appends.map((append) => storage.envelopes.append(append))),
      Promise.all(Array.from({ length: 50 }, () => other.envelopes.append(newEntry(ada, chapter)))),
    ])
    const numbers = answers.map((answer) => (answer.ok ? answer.value.n : 0))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })

  test('[CH3] store one of many batches on one head', async () => {
    const ada = await storedSpace(storage)
    const batches = []
    for (let i = 0; i < 10; i++) batches.push(await batchOf(storage, ada))
    const answers = await Promise.all(batches.map((batch, i) => (i % 2 ? storage : other).envelopes.batch(batch)))
    expect(answers.filter(({ ok }) => ok).length).toBe(1)
    expect(answers.filter((answer) => !answer.ok && answer.error === 'head-moved').length).toBe(9)
  })

  test('[WR11] take nothing from a device behind the batch that removed it', async () => {
    for (let round = 0; round < 10; round++) {
      const ada = await storedSpace(storage)
      const ben = newDevice()
      const { chapter } = await storedChapter(storage, ada, [ben.access()])
      const bens = { space: ada.space, device: ben.device }
      const removal = await batchOf(storage, ada, { remove: [ben.device] })
      const [removed, ...answers] = await Promise.all([
        storage.envelopes.batch(removal),
        ...Array.from({ length: 5 }, () => other.envelopes.append(newEntry(bens, chapter))),
      ])
      const items = await readAll(storage, ada)
      const taken = answers.filter(({ ok }) => ok).length
      expect(items.length).toBe(1 + taken + (removed.ok ? 1 : 0))
      if (removed.ok) expect(taken).toBe(0)
      else expect(removed).toEqual(err('head-moved'))
    }
  })

  test('[WR13] an invitation opens one space, and is closed once, though both are asked', async () => {
    const fay = await storedSpace(storage)
    const [invitation, ticketHash] = [randomId(), random(32)]
    const made = { ...fay, invitation, expiresAt: NOW + DAY_MS, ticketHash, record: random(9) }
    expect(await Promise.all([storage, other].map(({ invitations }) => invitations.invite(made)))).toEqual([
      { ok: true, value: undefined },
      { ok: true, value: undefined },
    ])
    const opening = () => {
      const { device, loginKey } = newDevice()
      const permit = { type: 'invitation', invitation, ticketHash } as const
      return { permit, space: randomId(), device, loginKey, retainUntil: NOW + 9 * DAY_MS, now: NOW }
    }
    const opened = await Promise.all([storage, other, storage].map(({ envelopes }) => envelopes.openSpace(opening())))
    expect(opened.filter(({ ok }) => ok).length).toBe(1)
    const [closed] = await Promise.all([
      storage.invitations.closeInvitation({ ...fay, invitation, state: 'revoked' }),
      ...Array.from({ length: 4 }, () => other.invitations.join({ invitation, ticketHash, body: random(9), now: NOW })),
    ])
    expect(closed).toMatchObject({ ok: true })
    expect(await other.invitations.findInvitation({ invitation })).toMatchObject({ value: { state: 'revoked' } })
    expect(await storage.invitations.joins({ ...fay, invitation })).toEqual({ ok: true, value: [] })
  })

  test('[WR12] purge a space once, and nothing is added to it meanwhile', async () => {
    const due = await storedSpace(storage, NOW + DAY_MS)
    const { chapter } = await storedChapter(storage, due)
    const [first, second, ...appends] = await Promise.all([
      storage.envelopes.sweep({ now: NOW + DAY_MS }),
      other.envelopes.sweep({ now: NOW + DAY_MS }),
      ...Array.from({ length: 20 }, () => other.envelopes.append(newEntry(due, chapter))),
    ])
    expect([...first.spaces, ...second.spaces]).toEqual([due.space])
    expect(appends.every((answer) => answer.ok || answer.error === 'not-found')).toBe(true)
    for (const table of ['envelopes', 'chapters', 'access', 'grants', 'spaces']) {
      expect([table, await onDatabase(url, `SELECT 1 FROM ${table}`)]).toEqual([table, []])
    }
  })

  test('a reservation that is forgotten at this moment opens no chapter without a share', async () => {
    const ada = await storedSpace(storage)
    for (let round = 0; round < 10; round++) {
      const batch = await batchOf(storage, ada)
      const [answer] = await Promise.all([storage.envelopes.batch(batch), other.envelopes.sweep({ now: NOW + DAY_MS })])
      const grant = await other.roster.grant({ ...ada, chapter: batch.header.chapter })
      expect([answer.ok, grant.ok]).toEqual(answer.ok ? [true, true] : [false, false])
    }
    await reserve(storage, ada)
  })
})

describe('a PostgreSQL', () => {
  test('[WR7] commits to its disk before it answers, whatever its own settings are', async () => {
    const name = new URL(url).pathname.slice(1)
    await onDatabase(url, `ALTER DATABASE ${name} SET synchronous_commit = off`)
    await onDatabase(url, 'CREATE TABLE told (setting text)')
    await onDatabase(
      url,
      `CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN INSERT INTO told VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
       CREATE TRIGGER tell AFTER INSERT ON spaces FOR EACH ROW EXECUTE FUNCTION tell()`,
    )
    const third = await postgresStorage(url, NOW)
    await storedSpace(third)
    await third.envelopes.close()
    expect(await onDatabase(url, 'SELECT * FROM told')).toEqual([{ setting: 'on' }])
  })

  test('[WR16] that is full says so, keeps what it has, serves readers, and takes what fits', async () => {
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    // The database itself refuses to grow, as it does on a full disk: with the error that it has for that.
    await onDatabase(
      url,
      `CREATE FUNCTION disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF (SELECT sum(length(envelope)) FROM envelopes) > 400000 AND length(NEW.envelope) > 2000 THEN
           RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
         END IF; RETURN NEW; END $$;
       CREATE TRIGGER disk AFTER INSERT ON envelopes FOR EACH ROW EXECUTE FUNCTION disk()`,
    )
    const big = () => storage.envelopes.append(appendOf(ada, entry(ada.space, chapter, 32768)))
    const outcomes = []
    for (let i = 0; i < 20; i++) outcomes.push(await big().catch((error: unknown) => error))
    const stored = outcomes.filter((outcome) => !(outcome instanceof Error)).length
    expect(stored).toBeGreaterThan(5)
    expect(outcomes.slice(stored).every((outcome) => outcome instanceof StorageFullError)).toBe(true)
    // In one group: the one that fits is stored, the ones that do not are refused.
    const group = await Promise.allSettled([big(), storage.envelopes.append(newEntry(ada, chapter)), big()])
    expect(group.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
    const items = await readAll(storage, ada)
    expect(items.map(({ n }) => n)).toEqual(Array.from({ length: stored + 2 }, (_, i) => i + 1))
    await onDatabase(url, 'DROP TRIGGER disk ON envelopes')
    expect(await big()).toMatchObject({ ok: true })
  })

  test('that is lost refuses what is asked, and serves again when it is back', async () => {
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    const known = newEntry(ada, chapter)
    await storage.envelopes.append(known)
    const asked = Array.from({ length: 40 }, () => newEntry(ada, chapter))
    const answers = Promise.allSettled(asked.map((append) => storage.envelopes.append(append)))
    await onDatabase(
      url,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
    for (const answer of await answers) {
      if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(StorageError)
    }
    const again = await Promise.all([known, ...asked].map((append) => storage.envelopes.append(append)))
    expect(again.every(({ ok }) => ok)).toBe(true)
    expect((await readAll(storage, ada)).map(({ n }) => n)).toEqual(Array.from({ length: 42 }, (_, i) => i + 1))
  })

  test('closing finishes what was asked before, and refuses what is asked after', async () => {
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    const third = await postgresStorage(url, NOW)
    const asked = Array.from({ length: 50 }, () => third.envelopes.append(newEntry(ada, chapter)))
    const closed = third.envelopes.close()
    for (const answer of await Promise.all(asked)) expect(answer.ok).toBe(true)
    await expect(third.envelopes.append(newEntry(ada, chapter))).rejects.toThrow(StorageError)
    await closed
  })

  test('[WR14] has no column for who wrote an envelope', async () => {
    const columns = await onDatabase(
      url,
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'envelopes' ORDER BY ordinal_position",
    )
    expect(columns.map(({ name }) => name)).toEqual(['space', 'n', 'id', 'hash', 'envelope'])
  })

  test('of a newer relay is not touched, and one that is not there is told', async () => {
    await onDatabase(url, 'INSERT INTO migrations VALUES (99, 0)')
    await expect(postgresStorage(url, NOW)).rejects.toMatchObject({ name: 'StorageOpenError', reason: 'newer' })
    const nowhere = url.replace(/[^/]*$/, 'nowhere')
    await expect(postgresStorage(nowhere, NOW)).rejects.toMatchObject({
      name: 'StorageOpenError',
      reason: 'unreadable',
      message: 'postgres-3D000',
    })
    await expect(postgresStorage('postgres://127.0.0.1:1/none', NOW)).rejects.toThrow(StorageOpenError)
  })
})
