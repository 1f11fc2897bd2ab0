import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from './files.ts'

const HAS_PROC = existsSync('/proc/self')

test('a folder is made with those above it, and holds nothing afterwards', async () => {
  const above = await mkdtemp(join(tmpdir(), 'antechamber-files-'))
  const folder = join(above, 'a', 'b')
  await makeFolder(folder)
  await makeFolder(folder)
  expect(await readdir(folder)).toEqual([])
  await writeFile(join(above, 'file'), '')
  await expect(makeFolder(join(above, 'file'))).rejects.toThrow('cannot be written to (ENOTDIR)')
  await expect(makeFolder(join(above, 'file', 'c'))).rejects.toThrow('cannot be made (ENOTDIR)')
  await rm(above, { recursive: true })
})

test.runIf(HAS_PROC)('a folder in which nothing can be made or written is told at once', async () => {
  await expect(makeFolder('/proc/nowhere/at/all')).rejects.toThrow('cannot be made (ENOENT)')
  await expect(makeFolder('/proc')).rejects.toThrow('/proc cannot be written to')
})
