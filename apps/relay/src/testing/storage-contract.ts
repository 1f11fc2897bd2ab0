import { describe } from 'vitest'
import type { Storage } from '../storage/ports.ts'
import { batchContract } from './contract-batch.ts'
import { invitationContract } from './contract-invitations.ts'
import { logContract } from './contract-log.ts'
import { retentionContract } from './contract-retention.ts'

/**
 * What every storage of a relay must do; run it on each.
 *
 * @param open a storage that holds nothing yet; the suite closes it
 */
export function storageContract(name: string, open: () => Promise<Storage>): void {
  describe(`storage in ${name}`, () => {
    logContract(open)
    batchContract(open)
    invitationContract(open)
    retentionContract(open)
  })
}
