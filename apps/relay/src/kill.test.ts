import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tempFolder } from './testing/folder.ts'
import { faultsOf, killAgainAndAgain } from './testing/kills.ts'
import { freshDatabase } from './testing/postgres.ts'

const KILLS = 5

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeEach(async () => {
  folder = await tempFolder()
})
afterEach(() => folder.remove())

test('[WR7] [LG3] SQLite: kill -9 loses nothing that was acknowledged, doubles nothing, and all read one order', async () => {
  const after = await killAgainAndAgain([{ DATA_DIR: join(folder.path, 'data') }], KILLS, 1)
  expect(faultsOf(after)).toEqual([])
  expect(after.acknowledged.size).toBeGreaterThan(KILLS)
})

test('[WR7] [WR21] PostgreSQL: nor does it where two relays serve a space and one of them is killed', async () => {
  const env = { DATABASE_URL: await freshDatabase(), DATA_DIR: join(folder.path, 'data') }
  const after = await killAgainAndAgain([env, env], KILLS, 2)
  expect(faultsOf(after)).toEqual([])
  expect(after.acknowledged.size).toBeGreaterThan(KILLS)
})
