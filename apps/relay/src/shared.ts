import type { Clock } from './clock.ts'
import { type RelayConfig, receiptKeyFile } from './config/config.ts'
import { createLog } from './log.ts'
import { postgresBus } from './postgres-bus.ts'
import { fileReceiptKey } from './receipt-key.ts'
import type { RelayPorts } from './relay.ts'
import { fileKeys } from './share-keys.ts'
import { shareVault } from './share-vault.ts'
import { StorageOpenError } from './storage/ports.ts'
import { postgresStorage } from './storage/postgres.ts'
import { codeOf } from './storage/postgres-database.ts'

/**
 * The storage, the bus and the share vault of several relays: one PostgreSQL, and one key file that all of them have.
 *
 * Throws {@link DataFolderError} or {@link StorageOpenError}, and then holds nothing.
 */
export async function sharedPorts(
  config: Pick<RelayConfig, 'shareKeyFile' | 'logLevel'> & { readonly databaseUrl: string },
  clock: Clock,
  logTo: RelayPorts['logTo'] = process.stderr,
): Promise<Pick<RelayPorts, 'storage' | 'vault' | 'receipts'> & Required<Pick<RelayPorts, 'bus'>>> {
  const now = clock.now()
  const storage = await postgresStorage(config.databaseUrl, now)
  try {
    const hasShares = (await storage.shares.findShareKey({})) !== undefined
    const vault = shareVault(fileKeys(config.shareKeyFile, hasShares, now))
    const bus = await postgresBus(config.databaseUrl, clock, createLog(config.logLevel, logTo)).catch((error) => {
      throw new StorageOpenError('unreadable', codeOf(error))
    })
    return { storage, vault, bus, receipts: fileReceiptKey(receiptKeyFile(config.shareKeyFile)) }
  } catch (error) {
    await storage.envelopes.close()
    throw error
  }
}
