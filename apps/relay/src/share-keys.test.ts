import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataFolderError } from './data-folder.ts'
import { fileKeys } from './share-keys.ts'
import { drawShareKey } from './share-vault.ts'
import { tempFolder } from './testing/folder.ts'

const NOW = Date.UTC(2026, 0, 1)

let folder: Awaited<ReturnType<typeof tempFolder>>
let keyPath: string
let databasePath: string
beforeEach(async () => {
  folder = await tempFolder()
  keyPath = join(folder.path, 'keys', 'share.key')
  databasePath = join(folder.path, 'relay.sqlite')
})
afterEach(() => folder.remove())

const keys = () => fileKeys(keyPath, existsSync(databasePath), NOW)
const codeOf = (step: () => unknown) => {
  try {
    step()
    return undefined
  } catch (error) {
    return error instanceof DataFolderError ? error.code : error
  }
}

test('[CH4] the key is made once, for this user alone, and is the same at the next start', () => {
  const [key, ...more] = keys().load()
  expect(more).toEqual([])
  expect(key).toMatchObject({ madeAt: NOW })
  expect(key?.key.length).toBe(32)
  expect(statSync(keyPath).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder.path, 'keys')).mode & 0o777).toBe(0o700)
  writeFileSync(databasePath, '')
  expect(keys().load()).toEqual([key])
})

test('[CH4] keys are replaced as one step, and nothing of the old file stays in the folder', () => {
  const keeper = keys()
  const [old] = keeper.load()
  const both = [drawShareKey(NOW + 1), ...keeper.load()]
  expect(keeper.replace(keeper.load(), both)).toBe(true)
  expect(keys().load()).toEqual(both)
  expect(keeper.replace(both.slice(1), both.slice(0, 1))).toBe(false)
  expect(keys().load()).toEqual(both)
  expect(keeper.replace(both, both.slice(0, 1))).toBe(true)
  expect(keys().load()).toEqual(both.slice(0, 1))
  expect(readdirSync(join(folder.path, 'keys'))).toEqual(['share.key', 'share.key.lock'])
  expect(statSync(`${keyPath}.lock`).size).toBe(0)
  expect(readFileSync(keyPath, 'utf8')).not.toContain(Buffer.from(old?.key ?? []).toString('base64url'))
})

test('[CH4] a database whose key is missing or damaged is not given another one', () => {
  keys()
  writeFileSync(databasePath, '')
  const text = readFileSync(keyPath, 'utf8')
  const half = `${text}${text.slice(0, 40)}`
  for (const damaged of ['', text.slice(0, -3), text.replace('key-1', 'key-2'), `${text.trim()}A\n`, half]) {
    writeFileSync(keyPath, damaged)
    expect([damaged, codeOf(() => keys().load())]).toEqual([damaged, 'key-damaged'])
  }
  rmSync(keyPath)
  expect(codeOf(keys)).toBe('key-missing')
})

test('a key file that cannot be written is told', () => {
  writeFileSync(join(folder.path, 'file'), '')
  expect(codeOf(() => fileKeys(join(folder.path, 'file', 'share.key'), false, NOW))).toBe('not-writable')
})
