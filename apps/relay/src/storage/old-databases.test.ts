import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { workerUrl } from '../testing/bundle.ts'
import { grantFor, newDevice } from '../testing/device.ts'
import { tempFolder } from '../testing/folder.ts'
import { fillDatabase, hasOldDatabase, keepOldDatabase, oldPostgres, oldSqlite } from '../testing/old-database.ts'
import { freshDatabase, onDatabase } from '../testing/postgres.ts'
import { chainOf, DAY_MS, NOW, newEntry, readAll, SHARE_KEY, storedChapter } from '../testing/stored-space.ts'
import { MIGRATIONS } from './migrations.ts'
import type { Storage } from './ports.ts'
import { postgresStorage } from './postgres.ts'
import { sqliteStorage } from './sqlite.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeAll(async () => {
  folder = await tempFolder()
})
afterAll(() => folder.remove())

const STEPS = MIGRATIONS.map(({ number }) => number)

interface OldRows {
  readonly access: readonly {
    readonly space: Uint8Array
    readonly device: Uint8Array
    readonly keeper: number
    readonly since: number
  }[]
  readonly invitations: readonly { readonly invitation: Uint8Array; readonly space: Uint8Array }[]
  readonly grants: readonly { readonly space: Uint8Array; readonly device: Uint8Array; readonly chapter: Uint8Array }[]
  readonly desks: readonly { readonly secret_hash: Uint8Array }[]
}

/** What the old database holds, read without any code of the relay. */
function rowsOf(step: number): OldRows {
  const db = new DatabaseSync(':memory:')
  db.exec(oldSqlite(step))
  const all = (table: string) => db.prepare(`SELECT * FROM ${table}`).all()
  const rows = {
    access: all('access'),
    invitations: all('invitations'),
    grants: all('grants'),
    desks: all('desks'),
  }
  db.close()
  return rows as unknown as OldRows
}

/** Everything that was there can be used, and the dialogue goes on. */
async function isWhole(storage: Storage, { access, invitations, grants, desks }: OldRows): Promise<void> {
  for (const at of access) {
    const entrance = await storage.roster.enter(at)
    const items = await readAll(storage, at)
    const before = at.since - 1
    expect(entrance).toMatchObject({ ok: true, value: { head: before + items.length, since: at.since } })
    if (before === 0) expect(entrance).toMatchObject({ value: { headHash: chainOf(items) } })
    expect(await storage.roster.isKeeper(at)).toBe(at.keeper === 1)
  }
  for (const at of grants) {
    expect(await storage.roster.grant(at)).toMatchObject({ ok: true, value: { grant: { device: at.device } } })
  }
  const [wanted] = invitations
  const keeper = access.find(({ space, keeper }) => keeper === 1 && Buffer.from(space).equals(wanted?.space ?? space))
  if (wanted === undefined || keeper === undefined) throw new Error('an old database has an invitation and its keeper')
  expect(await storage.invitations.findInvitation(wanted)).toMatchObject({ value: { state: 'waiting' } })
  const joins = await storage.invitations.joins({ ...keeper, invitation: wanted.invitation })
  expect(joins.ok && joins.value.length).toBe(1)
  for (const { secret_hash: secretHash } of desks) expect(await storage.desks.hasDesk({ secretHash })).toBe(true)

  await storage.shares.moveShareKey({ from: await storage.shares.findShareKey({}), to: SHARE_KEY })
  const before = await readAll(storage, keeper)
  const ben = newDevice()
  const { chapter, n } = await storedChapter(storage, keeper, [ben.access()])
  expect(n).toBe(before.length + 1)
  const bens = { space: keeper.space, device: ben.device }
  expect(await storage.envelopes.append(newEntry(bens, chapter))).toMatchObject({ value: { n: n + 1 } })
  const [past] = grants.filter(({ space }) => Buffer.from(space).equals(keeper.space))
  const given = { chapter: past?.chapter ?? chapter, grant: grantFor(ben.device) }
  expect(await storage.regrants.regrant({ ...keeper, ...given })).toMatchObject({ ok: true })
  expect(await storage.regrants.regranted({ ...bens, ...given })).toMatchObject({ value: { grants: [given.grant] } })
  const after = await readAll(storage, keeper)
  expect(after.slice(0, before.length)).toEqual(before)
  expect(await storage.roster.enter(bens)).toMatchObject({ value: { headHash: chainOf(after), since: n } })
  const swept = await storage.envelopes.sweep({ now: NOW + 400 * DAY_MS })
  expect(swept).toMatchObject({ owesRenewal: true })
  expect(swept.spaces.length).toBe(2)
}

const oldSqliteFile = (step: number, name: string): string => {
  const path = join(folder.path, `${name}-${step}.sqlite`)
  const db = new DatabaseSync(path)
  db.exec(oldSqlite(step))
  db.close()
  return path
}

test('there is an old database of every step, but for the one that is being written', async () => {
  const [newest = 0] = STEPS.slice(-1)
  if (process.env['KEEP_OLD'] === '1' && !hasOldDatabase(newest)) {
    const path = join(folder.path, 'newest.sqlite')
    const storage = await sqliteStorage(path, NOW, { workerUrl })
    await fillDatabase(storage)
    await storage.envelopes.close()
    keepOldDatabase(newest, path)
  }
  const missing = STEPS.filter((step) => !hasOldDatabase(step))
  expect(missing, 'run this test with KEEP_OLD=1 and commit the file that it makes').toEqual([])
})

describe.each(STEPS)('a database that was left at step %i', (step) => {
  test('is brought up to date by SQLite, with all that it holds, and opened again', async () => {
    const path = oldSqliteFile(step, 'whole')
    for (let opened = 0; opened < 2; opened++) {
      await (await sqliteStorage(path, NOW, { workerUrl })).envelopes.close()
    }
    const storage = await sqliteStorage(path, NOW, { workerUrl })
    await isWhole(storage, rowsOf(step))
    await storage.envelopes.close()
  })

  test('is brought up to date by PostgreSQL, by two relays that start at once', async () => {
    const url = await freshDatabase()
    await onDatabase(url, oldPostgres(step))
    const both = await Promise.all([postgresStorage(url, NOW), postgresStorage(url, NOW)])
    expect(await onDatabase(url, 'SELECT number::int FROM migrations ORDER BY number')).toEqual(
      STEPS.map((number) => ({ number })),
    )
    await isWhole(both[1], rowsOf(step))
    for (const storage of both) await storage.envelopes.close()
  })
})
