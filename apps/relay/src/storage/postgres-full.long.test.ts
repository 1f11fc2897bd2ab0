import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entry } from '../testing/device.ts'
import { tempFolder } from '../testing/folder.ts'
import { freshDatabase, onDatabase } from '../testing/postgres.ts'
import { appendOf, chainOf, DAY_MS, NOW, readAll, storedChapter, storedSpace } from '../testing/stored-space.ts'
import { StorageFullError } from './ports.ts'
import { postgresStorage } from './postgres.ts'

/** A small disk in memory, where this user may have one. */
function mountDisk(path: string): boolean {
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=0777', 'none', path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('[WR16] PostgreSQL on a disk that is really full refuses, loses nothing, and goes on when there is room', async (context) => {
  const folder = await tempFolder()
  chmodSync(folder.path, 0o755)
  const disk = join(folder.path, 'disk')
  if (!mountDisk(disk)) return context.skip('this user may not mount a disk')
  const url = await freshDatabase()
  const storage = await postgresStorage(url, NOW)
  try {
    mkdirSync(join(disk, 'place'))
    writeFileSync(join(disk, 'reserve'), new Uint8Array(512 * 1024))
    chmodSync(join(disk, 'place'), 0o777)
    execFileSync('chown', ['--reference', await dataFolder(url), join(disk, 'place')])
    await onDatabase(url, `CREATE TABLESPACE small LOCATION '${join(disk, 'place')}'`)
    await onDatabase(url, 'ALTER TABLE envelopes SET TABLESPACE small')
    const [due, ada] = [await storedSpace(storage, NOW + DAY_MS), await storedSpace(storage)]
    const chapters = [await storedChapter(storage, due), await storedChapter(storage, ada)]
    const fill = async (at: typeof ada, chapter: Uint8Array) => {
      const kept = []
      for (let i = 0; i < 1000; i++) {
        const outcome = await storage.envelopes
          .append(appendOf(at, entry(at.space, chapter, 32768)))
          .catch((error: unknown) => error)
        if (outcome instanceof Error) return { kept, outcome }
        kept.push(outcome)
      }
      return { kept, outcome: undefined }
    }
    for (let i = 0; i < 100; i++) {
      await storage.envelopes.append(appendOf(due, entry(due.space, chapters[0]?.chapter ?? due.space, 32768)))
    }
    const { kept, outcome } = await fill(ada, chapters[1]?.chapter ?? ada.space)
    expect(outcome).toBeInstanceOf(StorageFullError)
    expect(kept.length).toBeGreaterThan(50)
    const items = await readAll(storage, ada)
    expect(items.length).toBe(1 + kept.length)
    expect(await storage.roster.enter(ada)).toMatchObject({ value: { headHash: chainOf(items) } })
    // A purge alone frees nothing: to note what is free the database needs a little room itself.
    rmSync(join(disk, 'reserve'))
    await storage.envelopes.sweep({ now: NOW + DAY_MS })
    let more = 0
    for (const begun = Date.now(); more < 90 && Date.now() < begun + 30_000; ) {
      more += (await fill(ada, chapters[1]?.chapter ?? ada.space)).kept.length
    }
    expect(more).toBeGreaterThanOrEqual(90)
    const after = await readAll(storage, ada)
    expect(after.slice(0, items.length)).toEqual(items)
  } finally {
    await storage.envelopes.close()
    await onDatabase(url, 'DROP TABLE envelopes')
    await onDatabase(url, 'DROP TABLESPACE small')
    execFileSync('umount', [disk])
    await folder.remove()
  }
})

async function dataFolder(url: string): Promise<string> {
  const [found] = await onDatabase<{ data_directory: string }>(url, 'SHOW data_directory')
  return found?.data_directory ?? ''
}
