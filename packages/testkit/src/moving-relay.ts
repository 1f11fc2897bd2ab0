import { memoryKeys, shareVault, systemClock } from '@antechamber/relay'
import { type MemoryState, memoryReceiptKey, newMemoryState } from '@antechamber/relay/testing'
import { ledTo, ORIGIN, startRelayIn } from './eve/world.ts'
import type { Around, RelayAt } from './scene.ts'

/** A relay that can be set back to what it had before, as by a backup, at the same address. */
export interface MovingRelay extends RelayAt {
  /** Leads a device to it. */
  readonly around: Around
  /** What it has now. */
  readonly backup: () => MemoryState
  /** Ends it, and starts another on a backup. Devices are to be told, or find out when they ask. */
  readonly restore: (backup: MemoryState) => Promise<void>
}

export async function startMovingRelay(): Promise<MovingRelay> {
  const vault = shareVault(memoryKeys(systemClock.now()))
  const receipts = memoryReceiptKey()
  let state = newMemoryState()
  let relay = await startRelayIn(vault, state, receipts)
  return {
    url: ORIGIN,
    secret: relay.secret,
    stop: () => relay.stop(),
    around: ledTo(() => relay.port),
    backup: () => structuredClone(state),
    restore: async (backup) => {
      await relay.stop()
      state = structuredClone(backup)
      relay = await startRelayIn(vault, state, receipts)
    },
  }
}
