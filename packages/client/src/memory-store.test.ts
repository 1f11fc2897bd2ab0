import { test } from 'vitest'
import { newMemoryDisk, openMemoryStore } from './memory-store.ts'
import { storeContract } from './store-contract.ts'

storeContract(test, async () => {
  const disk = newMemoryDisk()
  return { open: () => openMemoryStore(disk), remove: async () => disk.records.clear() }
})
