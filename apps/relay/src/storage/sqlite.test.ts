import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { workerUrl } from '../testing/bundle.ts'
import { entry, newDevice } from '../testing/device.ts'
import { tempFolder } from '../testing/folder.ts'
import { storageContract } from '../testing/storage-contract.ts'
import {
  appendOf,
  chainOf,
  DAY_MS,
  NOW,
  newEntry,
  readAll,
  storedChapter,
  storedSpace,
} from '../testing/stored-space.ts'
import { StorageError, StorageFullError, StorageOpenError } from './ports.ts'
import { type SqliteOptions, sqliteStorage } from './sqlite.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let count = 0
beforeAll(async () => {
  folder = await tempFolder()
})
afterAll(async () => {
  await folder.remove()
})

const freshPath = () => {
  count += 1
  return join(folder.path, `${count}.sqlite`)
}
const open = (path = freshPath(), options: SqliteOptions = {}) => sqliteStorage(path, NOW, { workerUrl, ...options })

storageContract('SQLite', (limits) => open(freshPath(), limits))

describe('an SQLite file', () => {
  test('[WR7] what was acknowledged is there when it is opened again', async () => {
    const path = freshPath()
    const first = await open(path)
    const ada = await storedSpace(first)
    const { chapter } = await storedChapter(first, ada)
    await first.envelopes.append(newEntry(ada, chapter))
    await first.envelopes.close()
    const second = await open(path)
    expect((await readAll(second, ada)).map(({ n }) => n)).toEqual([1, 2])
    expect(await second.envelopes.append(newEntry(ada, chapter))).toMatchObject({ value: { n: 3 } })
    await second.envelopes.close()
  })

  test('closing finishes what was asked before, and refuses what is asked after', async () => {
    const storage = await open()
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    const asked = Array.from({ length: 50 }, () => storage.envelopes.append(newEntry(ada, chapter)))
    const closed = storage.envelopes.close()
    for (const answer of await Promise.all(asked)) expect(answer.ok).toBe(true)
    await expect(storage.envelopes.append(newEntry(ada, chapter))).rejects.toThrow(StorageError)
    await closed
  })

  test('a thread that ends by itself is told, and what was asked of it is refused', async () => {
    const program =
      "const { parentPort } = require('node:worker_threads'); parentPort.once('message', () => process.exit(1)); parentPort.postMessage('opened')"
    const crashing = join(folder.path, 'crashing.cjs')
    await writeFile(crashing, program)
    let lost = 0
    const onLost = () => {
      lost += 1
    }
    const storage = await open(freshPath(), { workerUrl: pathToFileURL(crashing), onLost })
    await expect(storage.desks.countDesks({})).rejects.toThrow(StorageError)
    await expect(storage.desks.countDesks({})).rejects.toThrow(StorageError)
    await storage.envelopes.close()
    expect(lost).toBe(1)
  })

  test('[WR16] when it is full it says so, keeps what it has, serves readers, and takes what fits', async () => {
    const storage = await open(freshPath(), { maxPages: 125 })
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    const big = () => storage.envelopes.append(appendOf(ada, entry(ada.space, chapter, 32768)))
    const outcomes = []
    for (let i = 0; i < 20; i++) outcomes.push(await big().catch((error: unknown) => error))
    const stored = outcomes.filter((outcome) => !(outcome instanceof Error)).length
    expect(stored).toBeGreaterThan(0)
    expect(outcomes.slice(stored).every((outcome) => outcome instanceof StorageFullError)).toBe(true)
    // In one group: the one that fits is stored, the ones that do not are refused.
    const group = await Promise.allSettled([big(), storage.envelopes.append(newEntry(ada, chapter)), big()])
    expect(group.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
    const items = await readAll(storage, ada)
    expect(items.map(({ n }) => n)).toEqual(Array.from({ length: stored + 2 }, (_, i) => i + 1))
    await storage.envelopes.close()
  })

  test('[WR12] what was purged is no longer in the file, nor in its log', async () => {
    const path = freshPath()
    const storage = await open(path)
    const ada = await storedSpace(storage, NOW + DAY_MS)
    const { chapter, batch } = await storedChapter(storage, ada)
    const marked = entry(ada.space, chapter)
    marked.set(new TextEncoder().encode('purged means gone'), 500)
    await storage.envelopes.append(appendOf(ada, marked))
    await storage.envelopes.sweep({ now: NOW + DAY_MS })
    const kept = await stat(`${path}-wal`)
    expect(kept.size).toBe(0)
    const bytes = await readFile(path)
    expect(bytes.includes('purged means gone')).toBe(false)
    expect(bytes.includes(Buffer.from(batch.header.bytes.subarray(200, 260)))).toBe(false)
    expect(bytes.includes(Buffer.from(ada.space))).toBe(false)
    await storage.envelopes.close()
  })

  test('[WR14] no table can hold who wrote an envelope', async () => {
    const path = freshPath()
    const storage = await open(path)
    const [ada, ben] = [await storedSpace(storage), newDevice()]
    const { chapter } = await storedChapter(storage, ada, [ben.access()])
    await storage.envelopes.append(newEntry({ space: ada.space, device: ben.device }, chapter))
    await storage.envelopes.close()
    const db = new DatabaseSync(path)
    const columns = db.prepare("SELECT name FROM pragma_table_info('envelopes')").all() as { name: string }[]
    expect(columns.map(({ name }) => name)).toEqual(['space', 'n', 'id', 'hash', 'envelope'])
    const tables = (db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]).map(
      ({ name }) => name,
    )
    const holders = tables.filter((table) => {
      const names = (db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[]).map(
        ({ name }) => name,
      )
      return names
        .filter((name) => name !== 'space')
        .some(
          (name) =>
            (
              db.prepare(`SELECT count(*) AS count FROM ${table} WHERE ${name} = ?`).get(ben.device) as {
                count: number
              }
            ).count > 0,
        )
    })
    expect(holders.sort()).toEqual(['access', 'grants'])
    db.close()
  })

  test('[LG4] an envelope that is withdrawn leaves its hash, and the chain is the same', async () => {
    const path = freshPath()
    const storage = await open(path)
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    for (let i = 0; i < 2; i++) await storage.envelopes.append(newEntry(ada, chapter))
    const before = await readAll(storage, ada)
    const db = new DatabaseSync(path)
    db.prepare('UPDATE envelopes SET envelope = NULL WHERE n = 2').run()
    db.close()
    const after = await readAll(storage, ada)
    expect(after[1]).toEqual({ n: 2, envelope: undefined, envelopeHash: before[1]?.envelopeHash })
    const entrance = await storage.roster.enter(ada)
    expect(entrance.ok && entrance.value.headHash).toEqual(chainOf(after))
    await storage.envelopes.close()
  })

  test('a database of a newer relay is not touched', async () => {
    const path = freshPath()
    await (await open(path)).envelopes.close()
    const db = new DatabaseSync(path)
    db.exec('INSERT INTO migrations VALUES (99, 0)')
    db.close()
    await expect(open(path)).rejects.toMatchObject({ name: 'StorageOpenError', reason: 'newer' })
  })

  test('what is no database is told apart from one', async () => {
    const path = freshPath()
    await writeFile(path, 'this is a letter, not a database, and long enough to look at'.repeat(20))
    await expect(open(path)).rejects.toThrow(StorageOpenError)
    await expect(open(join(folder.path, 'no', 'such', 'folder.sqlite'))).rejects.toMatchObject({ reason: 'unreadable' })
  })
})
