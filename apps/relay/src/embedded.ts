import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { databaseFile, type RelayConfig, receiptKeyFile } from './config/config.ts'
import { lockFolder, makeFolder } from './data-folder.ts'
import { fileReceiptKey } from './receipt-key.ts'
import type { RelayPorts } from './relay.ts'
import { fileKeys } from './share-keys.ts'
import { shareVault } from './share-vault.ts'
import { type SqliteOptions, sqliteStorage } from './storage/sqlite.ts'

/**
 * The storage and the share vault of one folder: the database, the key file, and a lock on both.
 *
 * Throws {@link DataFolderError} or {@link StorageOpenError}, and then holds nothing.
 */
export async function embeddedPorts(
  config: Pick<RelayConfig, 'dataDir' | 'shareKeyFile'>,
  now: number,
  options: SqliteOptions = {},
): Promise<Pick<RelayPorts, 'storage' | 'vault' | 'receipts'>> {
  makeFolder(config.dataDir)
  const unlock = lockFolder(join(config.dataDir, 'relay.lock'))
  try {
    const path = databaseFile(config.dataDir)
    const vault = shareVault(fileKeys(config.shareKeyFile, existsSync(path), now))
    const storage = await sqliteStorage(path, now, options)
    const close = () => storage.envelopes.close().finally(unlock)
    const receipts = fileReceiptKey(receiptKeyFile(config.shareKeyFile))
    return { vault, receipts, storage: { ...storage, envelopes: { ...storage.envelopes, close } } }
  } catch (error) {
    unlock()
    throw error
  }
}
