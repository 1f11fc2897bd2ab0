import { readdirSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EMPTY_LOG_HASH, type LogItem } from '@antechamber/protocol'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receiptKeyFile } from '../config/config.ts'
import { embeddedPorts } from '../embedded.ts'
import { fileReceiptKey } from '../receipt-key.ts'
import type { RelayPorts } from '../relay.ts'
import { sharedPorts } from '../shared.ts'
import { workerUrl } from '../testing/bundle.ts'
import { testClock } from '../testing/clock.ts'
import { grantFor, header, random, randomId } from '../testing/device.ts'
import { tempFolder } from '../testing/folder.ts'
import { oldSqlite } from '../testing/old-database.ts'
import { freshDatabase } from '../testing/postgres.ts'
import { DAY_MS, incoming, NOW, newEntry, readAll, storedSpace } from '../testing/stored-space.ts'
import { verifySource } from '../verify/verify-source.ts'
import { makeBackup } from './make-backup.ts'
import { restoreBackup } from './restore-backup.ts'

type Ports = Pick<RelayPorts, 'storage' | 'vault' | 'bus' | 'receipts'>

let folder: Awaited<ReturnType<typeof tempFolder>>
let count = 0
beforeAll(async () => {
  folder = await tempFolder()
})
afterAll(() => folder.remove())

/** A place of its own: where a relay keeps what it keeps, and where copies of that go. */
function newPlace(databaseUrl?: string) {
  count += 1
  const base = join(folder.path, String(count))
  const dataDir = join(base, 'data')
  return {
    source: { dataDir, databaseUrl, shareKeyFile: join(dataDir, 'keys', 'share.key'), backupDays: 30 },
    out: join(base, 'copies', 'relay.backup'),
    keys: join(base, 'keys', 'share.key'),
  }
}

type Place = ReturnType<typeof newPlace>

const openPorts = ({ source }: Place): Promise<Ports> => {
  const { databaseUrl } = source
  return databaseUrl === undefined
    ? embeddedPorts(source, NOW, { workerUrl })
    : sharedPorts({ ...source, databaseUrl, logLevel: 'silent' }, testClock(NOW))
}

async function withPorts<T>(place: Place, work: (ports: Ports) => Promise<T>): Promise<T> {
  const ports = await openPorts(place)
  await ports.vault.agree(ports.storage.shares)
  try {
    return await work(ports)
  } finally {
    await ports.bus?.close()
    await ports.storage.envelopes.close()
  }
}

/** A space with a chapter, whose share is really sealed, and an entry. */
async function fill({ storage, vault }: Ports, retainUntil = NOW + 30 * DAY_MS) {
  const ada = await storedSpace(storage, retainUntil)
  const [chapter, share] = [randomId(), random(32)]
  const shareKey = (await storage.shares.findShareKey({})) ?? new Uint8Array()
  const sealedShare = vault.seal(ada.space, chapter, share)
  expect(await storage.envelopes.reserve({ ...ada, chapter, sealedShare, shareKey, now: NOW })).toMatchObject({
    ok: true,
  })
  const opened = await storage.envelopes.batch({
    ...ada,
    header: incoming(header(ada.space, chapter)),
    head: 0,
    headHash: EMPTY_LOG_HASH,
    grants: [grantFor(ada.device)],
    admit: [],
    remove: [],
    keys: [],
  })
  expect(opened).toMatchObject({ ok: true, value: { n: 1 } })
  expect(await storage.envelopes.append(newEntry(ada, chapter))).toMatchObject({ value: { n: 2 } })
  return { ada, chapter, share }
}

type Filled = Awaited<ReturnType<typeof fill>>

/** All that a device needs of a space is there: log, grant and share; and the log goes on. */
async function isWhole({ storage, vault }: Ports, { ada, chapter, share }: Filled, items: readonly LogItem[]) {
  expect(await readAll(storage, ada)).toEqual(items)
  expect(await storage.roster.enter(ada)).toMatchObject({ ok: true, value: { head: items.length } })
  const granted = await storage.roster.grant({ ...ada, chapter })
  if (!granted.ok) throw new Error(`no grant: ${granted.error}`)
  expect(granted.value.grant?.device).toEqual(ada.device)
  expect(vault.open(ada.space, chapter, granted.value.sealedShare)).toEqual(share)
  expect(await storage.desks.hasDesk(ada)).toBe(true)
  expect(await storage.envelopes.append(newEntry(ada, chapter))).toMatchObject({ value: { n: items.length + 1 } })
}

/** A relay's place with one space in it, and a backup of it with its keys. */
async function backedUp(retainUntil?: number) {
  const place = newPlace()
  const { out, keys } = place
  const filled = await withPorts(place, (ports) => fill(ports, retainUntil))
  await makeBackup(place.source, { out, keys, now: NOW })
  return { place, filled, order: { from: out, keys, withoutKeys: false, now: NOW } }
}

const KINDS = ['SQLite', 'PostgreSQL'] as const
const placeOf = async (kind: (typeof KINDS)[number]) => newPlace(kind === 'SQLite' ? undefined : await freshDatabase())

describe.each(KINDS)('a backup of %s', (from) => {
  test.each(KINDS)('[BK1] made while it is written to, is restored into %s with all that it holds', async (to) => {
    const place = await placeOf(from)
    const { out, keys } = place
    const { filled, items } = await withPorts(place, async (ports) => {
      const filled = await fill(ports)
      let isOver = false
      const writing = (async () => {
        while (!isOver) await ports.storage.envelopes.append(newEntry(filled.ada, filled.chapter))
      })()
      const made = await makeBackup(place.source, { out, keys, now: NOW })
      expect(made).toMatchObject({ madeAt: NOW, spaces: 1, firstEnd: NOW + 30 * DAY_MS })
      isOver = true
      await writing
      return { filled, items: await readAll(ports.storage, filled.ada) }
    })
    const other = await placeOf(to)
    const done = await restoreBackup(other.source, { from: out, keys, withoutKeys: false, now: NOW })
    expect(done).toEqual({ madeAt: NOW, spaces: 1, ended: 0, unreadable: 0 })
    await withPorts(other, async (ports) => {
      const { length } = await readAll(ports.storage, filled.ada)
      expect(length).toBeGreaterThanOrEqual(2)
      await isWhole(ports, filled, items.slice(0, length))
    })
    expect(await verifySource(other.source, { backup: undefined, keys: undefined, now: NOW })).toMatchObject({
      spaces: 1,
      shares: { open: 1, all: 1 },
      faults: [],
    })
  })
})

test.each([1, 2, 3])(
  '[BK1] a backup of a database at step %i, which an older relay has left, is restored',
  async (step) => {
    const place = newPlace()
    const { out } = place
    await mkdir(place.source.dataDir, { recursive: true })
    const db = new DatabaseSync(join(place.source.dataDir, 'relay.sqlite'))
    db.exec(oldSqlite(step))
    db.close()
    expect(await makeBackup(place.source, { out, keys: undefined, now: NOW })).toMatchObject({ spaces: 2 })
    expect(await verifySource(place.source, { backup: out, keys: undefined, now: NOW })).toMatchObject({
      spaces: 2,
      shares: undefined,
      faults: [],
    })
    const other = newPlace()
    const done = await restoreBackup(other.source, { from: out, keys: undefined, withoutKeys: true, now: NOW })
    expect(done).toMatchObject({ spaces: 0, unreadable: 2 })
    await withPorts(other, async ({ storage }) => expect(await storage.desks.countDesks({})).toBe(1))
  },
)

test('[BK2] a backup holds no key, and its key goes to another folder', async () => {
  const { place } = await backedUp()
  const [, , , key = ''] = (await readFile(place.keys, 'utf8')).trim().split(' ')
  const backup = await readFile(place.out)
  expect(backup.includes(Buffer.from(key, 'base64url'))).toBe(false)
  expect(backup.includes(key)).toBe(false)
  const beside = { out: `${place.out}2`, keys: join(place.out, '..', 'share.key'), now: NOW }
  await expect(makeBackup(place.source, beside)).rejects.toMatchObject({ code: 'refused' })
  await expect(makeBackup(place.source, { ...beside, keys: undefined, out: place.out })).rejects.toMatchObject({
    code: 'refused',
  })
  expect(readdirSync(join(place.out, '..'))).toEqual(['relay.backup'])
})

test('[BK8] the key with which the relay signs receipts goes with its keys, and comes back with them', async () => {
  const { place, order } = await backedUp()
  const receiptKey = await readFile(receiptKeyFile(place.source.shareKeyFile), 'utf8')
  expect((await readFile(place.keys, 'utf8')).endsWith(receiptKey)).toBe(true)
  expect((await readFile(place.out)).includes(receiptKey.trim().split(' ')[1] ?? '')).toBe(false)
  const other = newPlace()
  await restoreBackup(other.source, order)
  expect(await readFile(receiptKeyFile(other.source.shareKeyFile), 'utf8')).toBe(receiptKey)
  await withPorts(other, async ({ receipts }) =>
    expect(receipts?.publicKey).toEqual(fileReceiptKey(receiptKeyFile(place.source.shareKeyFile)).publicKey),
  )
  // A key file that was kept by other means has none: what lies there already is kept.
  const third = newPlace()
  await mkdir(dirname(third.source.shareKeyFile), { recursive: true })
  const elsewhere = { ...third.source, shareKeyFile: join(third.out, '..', 'keys', 'share.key') }
  await mkdir(dirname(elsewhere.shareKeyFile), { recursive: true })
  await writeFile(receiptKeyFile(elsewhere.shareKeyFile), receiptKey)
  await rm(third.source.dataDir, { recursive: true })
  await restoreBackup(elsewhere, { ...order, keys: place.source.shareKeyFile })
  expect(await readFile(receiptKeyFile(elsewhere.shareKeyFile), 'utf8')).toBe(receiptKey)
})

test('[BK8] another receipt key is not put in the place of one, and half a one is refused', async () => {
  const { place, order } = await backedUp()
  const other = newPlace()
  const elsewhere = { ...other.source, shareKeyFile: join(other.out, '..', 'keys', 'share.key') }
  const path = receiptKeyFile(elsewhere.shareKeyFile)
  fileReceiptKey(path)
  const before = await readFile(path, 'utf8')
  await expect(restoreBackup(elsewhere, order)).rejects.toMatchObject({ code: 'refused' })
  expect(await readFile(path, 'utf8')).toBe(before)
  const keys = `${place.keys}.half`
  await writeFile(keys, (await readFile(place.keys, 'utf8')).slice(0, -5))
  await expect(restoreBackup(newPlace().source, { ...order, keys })).rejects.toMatchObject({ code: 'bad' })
})

test('[BK2] when the key has been renewed, an older backup opens with the key of its own time alone', async () => {
  const { place } = await backedUp()
  await withPorts(place, ({ storage, vault }) => vault.renew(storage.shares, NOW + DAY_MS))
  const { shareKeyFile } = place.source
  const opened = (keys: string) => verifySource(place.source, { backup: place.out, keys, now: NOW })
  expect(await opened(place.keys)).toMatchObject({ shares: { open: 1, all: 1 }, faults: [] })
  expect(await opened(shareKeyFile)).toMatchObject({ shares: { open: 0, all: 1 }, faults: [{ code: 'share-closed' }] })
  const order = { from: place.out, keys: shareKeyFile, withoutKeys: false, now: NOW }
  await expect(restoreBackup(newPlace().source, order)).rejects.toMatchObject({ code: 'bad' })
})

test('[BK2] a key that is renewed while the copy is made: copy and key belong together nevertheless', async () => {
  const place = newPlace()
  await withPorts(place, async (ports) => {
    const filled = await fill(ports)
    let isOver = false
    const renewing = (async () => {
      while (!isOver) await ports.vault.renew(ports.storage.shares, NOW)
    })()
    for (let i = 0; i < 3; i++) {
      const [out, keys] = [`${place.out}${i}`, `${place.keys}${i}`]
      // Refused rather than wrong, when it loses every time.
      const made = await makeBackup(place.source, { out, keys, now: NOW }).catch((error: unknown) => error)
      if (made instanceof Error) continue
      const findings = await verifySource(place.source, { backup: out, keys, now: NOW })
      expect(findings).toMatchObject({ shares: { open: 1, all: 1 }, faults: [] })
    }
    isOver = true
    await renewing
    await isWhole(ports, filled, await readAll(ports.storage, filled.ada))
  })
})

describe('what is no whole backup', () => {
  test('[BK3] is refused however it was cut or changed, and nothing is made', async () => {
    const { place, order } = await backedUp()
    const whole = await readFile(place.out)
    const from = `${place.out}.other`
    const refused = async (bytes: Uint8Array) => {
      await writeFile(from, bytes)
      const other = newPlace()
      await expect(restoreBackup(other.source, { ...order, from })).rejects.toMatchObject({ code: 'bad' })
      expect(readdirSync(other.source.dataDir)).toEqual([])
      await expect(verifySource(other.source, { backup: from, keys: undefined, now: NOW })).rejects.toMatchObject({
        code: 'bad',
      })
    }
    for (const length of [0, 1, 49, 50, 4096, whole.length - 50, whole.length - 1]) {
      await refused(whole.subarray(0, length))
    }
    for (const at of [0, 18, 100, 5000, whole.length - 60, whole.length - 49, whole.length - 45, whole.length - 1]) {
      const changed = new Uint8Array(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      await refused(changed)
    }
    await refused(Buffer.concat([whole, Buffer.of(0)]))
    await expect(restoreBackup(newPlace().source, { ...order, from: `${from}.none` })).rejects.toMatchObject({
      code: 'refused',
    })
  })

  test('[BK3] nor is a key file of which a part is missing, or of another relay', async () => {
    const { place, order } = await backedUp()
    const keys = `${place.keys}.other`
    const refused = (other: Place) =>
      expect(restoreBackup(other.source, { ...order, keys })).rejects.toMatchObject({ code: 'bad' })
    await copyFile(place.keys, keys)
    await truncate(keys, 60)
    await refused(newPlace())
    await copyFile((await backedUp()).place.keys, keys)
    await refused(newPlace())
  })
})

describe('a backup is restored where nothing is', () => {
  test('[BK4] a folder that is not empty, and a key that is there, are left as they are', async () => {
    const { order } = await backedUp()
    const taken = newPlace()
    await mkdir(taken.source.dataDir, { recursive: true })
    await writeFile(join(taken.source.dataDir, 'a file'), 'somebody else’s')
    await expect(restoreBackup(taken.source, order)).rejects.toMatchObject({ code: 'refused' })
    expect(readdirSync(taken.source.dataDir)).toEqual(['a file'])
    const other = newPlace()
    const shareKeyFile = join(taken.source.dataDir, 'a file')
    await expect(restoreBackup({ ...other.source, shareKeyFile }, order)).rejects.toMatchObject({ code: 'refused' })
    expect(await readFile(shareKeyFile, 'utf8')).toBe('somebody else’s')
  })

  test('[BK4] so is a PostgreSQL on which a relay has been started', async () => {
    const { order } = await backedUp()
    const taken = await placeOf('PostgreSQL')
    await withPorts(taken, async () => undefined)
    await rm(taken.source.shareKeyFile)
    await expect(restoreBackup(taken.source, order)).rejects.toMatchObject({ code: 'refused' })
  })

  test('[BK4] one that was broken off is not started, and not gone on with', async () => {
    const { order } = await backedUp()
    const place = newPlace()
    await mkdir(place.source.dataDir, { recursive: true })
    await writeFile(join(place.source.dataDir, 'restoring'), random(5000))
    await expect(restoreBackup(place.source, order)).rejects.toMatchObject({ code: 'refused' })
  })
})

test('[BK5] without its key file nothing is restored, or, when that is wanted, what needs no key', async () => {
  const { filled, order } = await backedUp()
  const without = { ...order, keys: undefined }
  const place = newPlace()
  const refused = restoreBackup(place.source, without)
  await expect(refused).rejects.toMatchObject({ code: 'refused' })
  await expect(refused).rejects.toThrow(/1 spaces? .* can ever be read again/)
  expect(readdirSync(place.source.dataDir)).toEqual([])
  const done = await restoreBackup(place.source, { ...without, withoutKeys: true })
  expect(done).toEqual({ madeAt: NOW, spaces: 0, ended: 0, unreadable: 1 })
  await withPorts(place, async (ports) => {
    expect(await ports.storage.roster.enter(filled.ada)).toEqual({ ok: false, error: 'not-found' })
    expect(await ports.storage.desks.hasDesk(filled.ada)).toBe(true)
    // Nothing has been destroyed: it is in the backup, and its key may be.
    expect(await ports.storage.envelopes.receipts(filled.ada)).toEqual([])
    await fill(ports)
  })
})

test('[BK6] a space whose date has come since is deleted again, and the shares of all others get a fresh key', async () => {
  const place = newPlace()
  const { out, keys } = place
  const [kept, ended] = await withPorts(place, async (ports) => [await fill(ports), await fill(ports, NOW + DAY_MS)])
  await makeBackup(place.source, { out, keys, now: NOW })
  const other = newPlace()
  const now = NOW + 2 * DAY_MS
  const done = await restoreBackup(other.source, { from: out, keys, withoutKeys: false, now })
  expect(done).toEqual({ madeAt: NOW, spaces: 1, ended: 1, unreadable: 0 })
  const file = await readFile(join(other.source.dataDir, 'relay.sqlite'))
  expect(file.includes(Buffer.from(ended.ada.space))).toBe(false)
  await withPorts(other, async (ports) => {
    expect(await ports.storage.roster.enter(ended.ada)).toEqual({ ok: false, error: 'not-found' })
    // The backup that was restored is there still.
    expect(await ports.storage.envelopes.receipts(ended.ada)).toMatchObject([
      { destroyedAt: now, backupsUntil: now + 30 * DAY_MS },
    ])
    expect(await ports.storage.envelopes.sweep({ now })).toMatchObject({ owesRenewal: true })
    await ports.vault.renew(ports.storage.shares, now)
    expect(await ports.storage.envelopes.sweep({ now })).toMatchObject({ owesRenewal: false })
    await isWhole(ports, kept, await readAll(ports.storage, kept.ada))
  })
  expect(await readFile(other.source.shareKeyFile, 'utf8')).not.toBe(await readFile(keys, 'utf8'))
})

test('nothing is copied where no relay has been started, and no half a copy is left', async () => {
  const order = { out: newPlace().out, keys: undefined, now: NOW }
  await expect(makeBackup(newPlace().source, order)).rejects.toMatchObject({ code: 'refused' })
  await expect(makeBackup((await placeOf('PostgreSQL')).source, order)).rejects.toMatchObject({ code: 'refused' })
  const { place } = await backedUp()
  const damaged = newPlace()
  await mkdir(damaged.source.dataDir, { recursive: true })
  await copyFile(place.out, join(damaged.source.dataDir, 'relay.sqlite'))
  await truncate(join(damaged.source.dataDir, 'relay.sqlite'), 9000)
  await expect(makeBackup(damaged.source, order)).rejects.toMatchObject({ code: 'bad' })
  expect(readdirSync(join(order.out, '..'))).toEqual([])
})
