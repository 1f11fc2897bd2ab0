import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from './testing/folder.ts'
import { faultsOf, killAgainAndAgain } from './testing/kills.ts'
import { freshDatabase } from './testing/postgres.ts'

const KILLS = 100

test.each([
  ['SQLite, one relay', 1, false],
  ['PostgreSQL, one relay', 1, true],
  ['PostgreSQL, two relays', 2, true],
] as const)('[WR7] [LG3] [WR21] %s: a hundred times kill -9 under load', async (_, relays, isShared) => {
  const folder = await tempFolder()
  const data = { DATA_DIR: join(folder.path, 'data') }
  const env = isShared ? { ...data, DATABASE_URL: await freshDatabase() } : data
  const after = await killAgainAndAgain(
    Array.from({ length: relays }, () => env),
    KILLS,
    relays,
  )
  expect(faultsOf(after)).toEqual([])
  expect(after.acknowledged.size).toBeGreaterThan(KILLS)
  await folder.remove()
})
