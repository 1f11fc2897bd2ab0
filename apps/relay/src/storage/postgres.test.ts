import { freshDatabase } from '../testing/postgres.ts'
import { storageContract } from '../testing/storage-contract.ts'
import { NOW } from '../testing/stored-space.ts'
import { postgresStorage } from './postgres.ts'

storageContract('PostgreSQL', async (limits) => postgresStorage(await freshDatabase(), NOW, limits))
