import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Bundle, bundleRelay } from '../testing/bundle.ts'
import { storageContract } from '../testing/storage-contract.ts'
import { NOW } from '../testing/stored-space.ts'
import { sqliteStorage } from './sqlite.ts'

let bundle: Bundle
let folder: string
let count = 0
beforeAll(async () => {
  bundle = await bundleRelay()
  folder = await mkdtemp(join(tmpdir(), 'relay-storage-'))
})
afterAll(async () => {
  await bundle.remove()
  await rm(folder, { recursive: true, force: true })
})

const fresh = () => {
  count += 1
  return join(folder, `${count}.sqlite`)
}

storageContract('SQLite', () => sqliteStorage(fresh(), NOW, { workerUrl: bundle.workerUrl }))
