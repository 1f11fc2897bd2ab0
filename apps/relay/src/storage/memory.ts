import { MAX_SPACE_BYTES } from '@antechamber/protocol'
import { memoryDestroy } from './memory-destroy.ts'
import { memoryLog } from './memory-log.ts'
import { memoryRegrants } from './memory-regrants.ts'
import { memoryDesks, memoryInvitations, memoryRoster, memoryShares } from './memory-roster.ts'
import type { MemoryState } from './memory-state.ts'
import { type Operations, storageOver } from './operations.ts'
import type { SpaceLimits, Storage } from './ports.ts'

/** What a storage in memory has when nothing was ever stored. */
export const newMemoryState = (options: SpaceLimits = {}): MemoryState => ({
  spaces: new Map(),
  invitations: new Map(),
  desks: new Set(),
  maxSpaceBytes: options.maxSpaceBytes ?? MAX_SPACE_BYTES,
  receipts: [],
  owesRenewal: false,
  shareKey: undefined,
  upkeep: { by: '', until: 0 },
  origin: undefined,
})

/**
 * A storage that forgets all when its process ends: for tests, and the measure that the database is held to.
 *
 * @param state what it begins with, and where it keeps everything
 */
export function memoryStorage(options: SpaceLimits = {}, state: MemoryState = newMemoryState(options)): Storage {
  const operations: Operations = {
    ...memoryLog(state),
    ...memoryDestroy(state),
    ...memoryRoster(state),
    ...memoryRegrants(state),
    ...memoryShares(state),
    ...memoryInvitations(state),
    ...memoryDesks(state),
  }
  return storageOver(
    async (name, input) => operations[name](input as never) as never,
    async () => undefined,
  )
}
