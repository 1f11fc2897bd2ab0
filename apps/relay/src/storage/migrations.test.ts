import { DatabaseSync } from '@photostructure/sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS } from './migrations.ts'
import { openDatabase } from './sqlite-database.ts'
import { builder } from './statements.ts'

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
