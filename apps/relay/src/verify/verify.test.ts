import { join } from 'node:path'
import { HEADER, toBase64Url } from '@antechamber/protocol'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openToRead } from '../backup/database-file.ts'
import { sha256 } from '../storage/rules.ts'
import { sqliteStorage } from '../storage/sqlite.ts'
import { workerUrl } from '../testing/bundle.ts'
import { envelope, random, randomId } from '../testing/device.ts'
import { tempFolder } from '../testing/folder.ts'
import { NOW, newEntry, storedChapter, storedSpace } from '../testing/stored-space.ts'
import { verifyDatabase } from './verify-database.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let count = 0
beforeAll(async () => {
  folder = await tempFolder()
})
afterAll(() => folder.remove())

let path: string
/** The space that is tampered with; beside it there is another one. */
let space: Uint8Array
beforeEach(async () => {
  count += 1
  path = join(folder.path, `${count}.sqlite`)
  const storage = await sqliteStorage(path, NOW, { workerUrl })
  const filled = async () => {
    const ada = await storedSpace(storage)
    const { chapter } = await storedChapter(storage, ada)
    for (let i = 0; i < 4; i++) await storage.envelopes.append(newEntry(ada, chapter))
    return ada
  }
  await filled()
  space = (await filled()).space
  await storage.envelopes.close()
})

function tamper(sql: string, ...values: (Uint8Array | number)[]): void {
  const db = new DatabaseSync(path)
  db.prepare(sql).run(...values)
  db.close()
}

function verified() {
  const db = openToRead(path)
  try {
    return verifyDatabase(db, undefined)
  } finally {
    db.close()
  }
}

const OF_SPACE = 'WHERE space = ? AND n = ?'

test('[BK7] a log as a relay has written it is whole', () => {
  expect(verified()).toMatchObject({ spaces: 2, envelopes: 10, withdrawn: 0, shares: undefined, faults: [] })
})

test.each<[string, number, string, () => void]>([
  ['an envelope that is missing', 3, 'gap', () => tamper(`DELETE FROM envelopes ${OF_SPACE}`, space, 3)],
  ['a first one that is missing', 1, 'gap', () => tamper(`DELETE FROM envelopes ${OF_SPACE}`, space, 1)],
  ['a last one that is missing', 5, 'gap', () => tamper(`DELETE FROM envelopes ${OF_SPACE}`, space, 5)],
  ['a head that was put back', 5, 'gap', () => tamper('UPDATE spaces SET head = 4 WHERE space = ?', space)],
  [
    'one byte that was changed',
    2,
    'changed',
    () =>
      tamper(
        `UPDATE envelopes SET envelope = substr(envelope, 1, 100) || x'00' || substr(envelope, 102) ${OF_SPACE}`,
        space,
        2,
      ),
  ],
  ['bytes that are no envelope, with their own hash', 4, 'malformed', () => replace(4, random(1024))],
  ['an envelope of another space', 4, 'misplaced', () => replace(4, envelope(1, randomId(), randomId()))],
  [
    'one under another id than its own',
    4,
    'misplaced',
    () => tamper(`UPDATE envelopes SET id = ? ${OF_SPACE}`, randomId(), space, 4),
  ],
  [
    'a chapter that the relay never reserved',
    4,
    'misplaced',
    () => replaceWithOwnId(4, envelope(HEADER, space, randomId())),
  ],
  ['an entry of no current chapter', 4, 'stale-chapter', () => replaceWithOwnId(4, envelope(1, space, randomId()))],
  [
    'a log hash that is another',
    5,
    'broken-chain',
    () => tamper('UPDATE spaces SET head_hash = ? WHERE space = ?', random(32), space),
  ],
  [
    'an entry that was taken out as only words may be',
    5,
    'broken-chain',
    () => tamper(`UPDATE envelopes SET envelope = NULL ${OF_SPACE}`, space, 3),
  ],
])('[BK7] %s is named by its number', (_, n, code, change) => {
  change()
  expect(verified()).toMatchObject({ spaces: 2, faults: [{ space: toBase64Url(space), n, code }] })
})

function replace(n: number, bytes: Uint8Array): void {
  tamper(`UPDATE envelopes SET envelope = ?, hash = ? ${OF_SPACE}`, bytes, sha256(bytes), space, n)
}

function replaceWithOwnId(n: number, bytes: Uint8Array): void {
  replace(n, bytes)
  tamper(`UPDATE envelopes SET id = ? ${OF_SPACE}`, bytes.slice(35, 51), space, n)
}

test('[BK7] what was destroyed with its chapter is counted apart from words that were taken back', async () => {
  const storage = await sqliteStorage(path, NOW, { workerUrl })
  const ada = await storedSpace(storage)
  const { chapter } = await storedChapter(storage, ada)
  await storage.envelopes.append(newEntry(ada, chapter))
  const { chapter: left } = await storedChapter(storage, ada)
  await storage.envelopes.append(newEntry(ada, left))
  const destroyed = await storage.envelopes.destroy({ ...ada, chapter, now: NOW, backupsUntil: NOW })
  expect(destroyed).toEqual({ ok: true, value: { isDone: true } })
  await storage.envelopes.close()
  expect(verified()).toMatchObject({ envelopes: 14, destroyed: 2, withdrawn: 0 })
  tamper(`UPDATE envelopes SET envelope = NULL ${OF_SPACE}`, ada.space, 4)
  expect(verified()).toMatchObject({ destroyed: 2, withdrawn: 1 })
})
