import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataFolderError, lockFolder, makeFolder } from './data-folder.ts'
import { tempFolder } from './testing/folder.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeEach(async () => {
  folder = await tempFolder()
})
afterEach(() => folder.remove())

const codeOf = (step: () => unknown) => {
  try {
    step()
    return undefined
  } catch (error) {
    return error instanceof DataFolderError ? error.code : error
  }
}

test('a folder is one relay’s at a time', () => {
  const lockPath = join(folder.path, 'relay.lock')
  const unlock = lockFolder(lockPath)
  expect(codeOf(() => lockFolder(lockPath))).toBe('in-use')
  unlock()
  lockFolder(lockPath)()
})

test('a folder that cannot be made is told', () => {
  writeFileSync(join(folder.path, 'file'), '')
  expect(codeOf(() => makeFolder(join(folder.path, 'file', 'data')))).toBe('not-writable')
  expect(codeOf(() => lockFolder(join(folder.path, 'none', 'relay.lock')))).toBe('not-writable')
})
