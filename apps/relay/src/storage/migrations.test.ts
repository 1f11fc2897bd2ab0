import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, test } from 'vitest'
import { tempFolder } from '../testing/folder.ts'
import { MIGRATIONS } from './migrations.ts'
import { findRelay, findSpace } from './queries.ts'
import { openDatabase } from './sqlite-database.ts'
import { builder } from './statements.ts'
import { all, get, runAtOnce } from './steps.ts'

test('steps are numbered from 1 without a gap', () => {
  expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, i) => i + 1))
})

test('a fresh database is at the last step, and opening it again changes nothing', () => {
  const db = openDatabase(':memory:', 0)
  db.close()
})

test('the same steps speak both databases: only the names of two kinds of column differ', () => {
  const text = (bytes: 'blob' | 'bytea', whole: 'integer' | 'bigint') =>
    MIGRATIONS.flatMap(({ statements }) =>
      statements(builder, { bytes, whole }).map((step) => step.compile().sql),
    ).join(';\n')
  const postgres = text('bytea', 'bigint')
  expect(postgres.replaceAll('bytea', 'blob').replaceAll('bigint', 'integer')).toBe(text('blob', 'integer'))
  expect(postgres).not.toMatch(/\b(blob|integer|rowid|autoincrement)\b/i)
})

test('step 1 is what was released: a released step is never edited', () => {
  const db = new DatabaseSync(':memory:')
  for (const step of MIGRATIONS[0]?.statements(builder, { bytes: 'blob', whole: 'integer' }) ?? [])
    db.exec(step.compile().sql)
  const made = db.prepare('SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name').all()
  expect(made).toMatchSnapshot()
  db.close()
})

test('step 2 counts what each space of an older database holds, knows what opened it, and owes a renewal where there were sweeps', async () => {
  const folder = await tempFolder()
  const path = join(folder.path, 'relay.sqlite')
  const old = new DatabaseSync(path)
  for (const step of MIGRATIONS[0]?.statements(builder, { bytes: 'blob', whole: 'integer' }) ?? [])
    old.exec(step.compile().sql)
  old.exec(`CREATE TABLE migrations (number INTEGER PRIMARY KEY, made_at INTEGER NOT NULL);
    INSERT INTO migrations VALUES (1, 0);
    INSERT INTO sweeps VALUES (1, 5);
    INSERT INTO spaces VALUES (x'01', 9, 3, x'00', NULL), (x'02', 9, 0, x'00', NULL);
    INSERT INTO envelopes VALUES (x'01', 1, x'0a', x'00', zeroblob(1024)), (x'01', 2, x'0b', x'00', zeroblob(4096)),
      (x'01', 3, x'0c', x'00', NULL);
    INSERT INTO invitations VALUES (x'0d', x'01', 'admitted', 9, x'00', x'00', x'02')`)
  old.close()
  const db = openDatabase(path, 1)
  expect(runAtOnce(db.answer, get(findSpace, { space: Uint8Array.of(1) }))).toMatchObject({
    head: 3,
    bytes: 5120,
    invited: 0,
  })
  expect(runAtOnce(db.answer, get(findSpace, { space: Uint8Array.of(2) }))).toMatchObject({
    head: 0,
    bytes: 0,
    invited: 1,
  })
  expect(runAtOnce(db.answer, all(findRelay, {}))).toEqual([{ owes_renewal: 1, origin: null, share_key: null }])
  db.close()
  await folder.remove()
})

test('a fresh database owes nothing', () => {
  const db = openDatabase(':memory:', 0)
  expect(runAtOnce(db.answer, all(findRelay, {}))).toEqual([{ owes_renewal: 0, origin: null, share_key: null }])
  db.close()
})
