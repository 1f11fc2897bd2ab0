import type { Device, LockAfter, PassphraseChange } from '@antechamber/client'

let device: Device | undefined
let hasPassphrase = $state(false)
let after = $state<LockAfter>('never')

/** Why a passphrase was not changed. `full`, `failed`: the device could not keep it. */
export type ChangeProblem = 'wrong-passphrase' | 'too-short' | 'passphrase-needed' | 'full' | 'failed'

/** What keeps others from opening this device, as far as anything does. Reading it in a component follows it. */
export const protection = {
  get hasPassphrase(): boolean {
    return hasPassphrase
  },
  /** Minutes without use after which the page locks itself. */
  get lockAfter(): LockAfter {
    return after
  },
  /** A passphrase that is set cannot be removed. */
  get isNeeded(): boolean {
    return device?.needsPassphrase === true
  },
  async begin(opened: Device): Promise<void> {
    device = opened
    hasPassphrase = opened.hasPassphrase
    after = await opened.lockAfter()
  },
  /** Sets, changes or removes the passphrase. Gives what is wrong. The page is busy for two seconds. */
  async change(change: PassphraseChange): Promise<ChangeProblem | undefined> {
    if (!device) return 'failed'
    try {
      const changed = await device.changePassphrase(change)
      hasPassphrase = device.hasPassphrase
      return changed.ok ? undefined : changed.error.code
    } catch (error) {
      return (error as { code?: unknown }).code === 'full' ? 'full' : 'failed'
    }
  },
  async lockAfterMinutes(minutes: LockAfter): Promise<void> {
    after = minutes
    await device?.keepLockAfter(minutes)
  },
}
