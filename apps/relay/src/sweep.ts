import { randomBytes } from 'node:crypto'
import { ID_BYTES } from '@antechamber/protocol'
import type { Bus } from './bus.ts'
import type { Clock } from './clock.ts'
import type { Health } from './health.ts'
import { describeFailure, type Log } from './log.ts'
import type { ShareVault } from './share-vault.ts'
import { type Storage, StorageError, StorageFullError } from './storage/ports.ts'

/** How long a process may be at sealing all shares again before another one takes it over. */
export const RENEWAL_MS = 10 * 60 * 1000

export interface SweepPorts {
  /** How long backups are kept. */
  readonly backupMs: number
  readonly storage: Storage
  readonly vault: ShareVault
  readonly bus: Bus
  readonly clock: Clock
  readonly health: Health
  readonly log: Log
}

/**
 * Purges what is due, and after a purge, or weekly, has the shares sealed again so that old copies stay closed. The
 * storage remembers with the purge that this is owed: neither a failure nor the process's end in between loses it. Of
 * several processes on one storage each sweeps, and one at a time seals again.
 *
 * @param holder names this process
 */
async function sweepOnce(
  { backupMs, storage, vault, bus, clock, health, log }: SweepPorts,
  holder: Uint8Array,
): Promise<void> {
  const now = clock.now()
  const swept = await storage.envelopes.sweep({ now, backupsUntil: now + backupMs })
  // The sweep always writes: it is also how a relay that was full finds out that there is room again.
  health.wrote()
  for (const space of swept.spaces) bus.publish({ type: 'purged', space })
  const count = swept.spaces.length + swept.reservations + swept.invitations
  if (count > 0) log('info', 'swept', { count })
  if (!swept.owesRenewal && !vault.isDue(now)) return
  if (!(await storage.shares.takeUpkeep({ holder, now, until: now + RENEWAL_MS }))) return
  try {
    await vault.renew(storage.shares, now)
    log('info', 'key-renewed')
  } finally {
    await storage.shares.takeUpkeep({ holder, now, until: now })
  }
}

/** A sweep that is never run twice at a time; one that fails is told to the log and tried again at the next. */
export function createSweep(ports: SweepPorts): () => Promise<void> {
  const holder = new Uint8Array(randomBytes(ID_BYTES))
  let isSweeping = false
  return async () => {
    if (isSweeping) return
    isSweeping = true
    try {
      await sweepOnce(ports, holder)
    } catch (error) {
      if (error instanceof StorageFullError) ports.health.full()
      else {
        if (error instanceof StorageError) ports.health.lost()
        ports.log('error', 'failed', describeFailure(error))
      }
    } finally {
      isSweeping = false
    }
  }
}
