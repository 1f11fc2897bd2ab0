import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataFolderError, lockFolder, makeFolder, shareKeyAt } from './data-folder.ts'
import { tempFolder } from './testing/folder.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let keyPath: string
let databasePath: string
beforeEach(async () => {
  folder = await tempFolder()
  keyPath = join(folder.path, 'keys', 'share.key')
  databasePath = join(folder.path, 'relay.sqlite')
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

test('[CH4] the key is made once, for this user alone, and is the same ever after', () => {
  const key = shareKeyAt(keyPath, databasePath)
  expect(key.length).toBe(32)
  expect(statSync(keyPath).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder.path, 'keys')).mode & 0o777).toBe(0o700)
  writeFileSync(databasePath, '')
  expect(shareKeyAt(keyPath, databasePath)).toEqual(key)
})

test('[CH4] a database whose key is missing or damaged is not given another one', () => {
  shareKeyAt(keyPath, databasePath)
  writeFileSync(databasePath, '')
  const text = readFileSync(keyPath, 'utf8')
  for (const damaged of ['', text.slice(0, -3), text.replace('key-1', 'key-2'), `${text.trim()}A\n`]) {
    writeFileSync(keyPath, damaged)
    expect(codeOf(() => shareKeyAt(keyPath, databasePath))).toBe('key-damaged')
  }
  rmSync(keyPath)
  expect(codeOf(() => shareKeyAt(keyPath, databasePath))).toBe('key-missing')
})

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
  expect(codeOf(() => shareKeyAt(join(folder.path, 'file', 'share.key'), databasePath))).toBe('not-writable')
})
