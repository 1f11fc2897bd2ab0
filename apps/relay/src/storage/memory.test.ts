import { storageContract } from '../testing/storage-contract.ts'
import { memoryStorage } from './memory.ts'

storageContract('memory', async (limits) => memoryStorage(limits))
