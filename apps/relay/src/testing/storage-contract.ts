import { describe } from 'vitest'
import { batchContract, grantContract, rosterContract } from './contract-batch.ts'
import { destroyContract, receiptContract } from './contract-destroy.ts'
import { chainContract, invitationContract, joinContract } from './contract-invitations.ts'
import { appendContract, fullSpaceContract, headsContract, spaceContract, withdrawalContract } from './contract-log.ts'
import {
  giversContract,
  regrantContract,
  regrantEndContract,
  regrantedReadContract,
  regrantRoomContract,
} from './contract-regrants.ts'
import { forgettingContract, purgeContract, relayContract, upkeepContract } from './contract-retention.ts'
import { sinceContract, sinceReadContract } from './contract-since.ts'
import { wayBackContract } from './contract-way-back.ts'
import type { Open } from './starting-from.ts'

const CONTRACTS = {
  append: appendContract,
  space: spaceContract,
  heads: headsContract,
  'full space': fullSpaceContract,
  batch: batchContract,
  roster: rosterContract,
  grant: grantContract,
  since: sinceContract,
  'since read': sinceReadContract,
  join: joinContract,
  invitation: invitationContract,
  chain: chainContract,
  purge: purgeContract,
  destroy: destroyContract,
  receipts: receiptContract,
  withdrawal: withdrawalContract,
  forgetting: forgettingContract,
  relay: relayContract,
  upkeep: upkeepContract,
  'way back': wayBackContract,
  regrants: regrantContract,
  givers: giversContract,
  'regranted read': regrantedReadContract,
  'regrants end': regrantEndContract,
  'regrants of a full space': regrantRoomContract,
}

/**
 * What every storage of a relay must do; run it on each.
 *
 * @param open a storage that holds nothing yet; the suite closes it
 */
export function storageContract(name: string, open: Open): void {
  for (const [subject, contract] of Object.entries(CONTRACTS)) describe(`${name}: ${subject}`, () => contract(open))
}
