import DeviceDialog from '../src/screens/lock/DeviceDialog.svelte'
import ForgetDialog from '../src/screens/lock/ForgetDialog.svelte'
import LockScreen from '../src/screens/lock/LockScreen.svelte'
import ProtectScreen from '../src/screens/lock/ProtectScreen.svelte'
import LockSketch from './LockSketch.svelte'
import { type Specimen, specimen } from './specimen.ts'

const nothing = (): void => undefined
const locked = { onopen: nothing, onforgotten: nothing }

/** What keeps a device closed, and what empties it. */
export const LOCK_SPECIMENS: Record<string, Specimen> = {
  lock: specimen(LockScreen, () => locked),
  'lock-wrong': specimen(LockScreen, () => ({ ...locked, wrong: true })),
  'lock-busy': specimen(LockScreen, () => ({ ...locked, busy: true })),
  'lock-protect': specimen(ProtectScreen, () => ({ ondone: nothing, onback: nothing })),
  'lock-forms': specimen(LockSketch, () => ({})),
  'lock-device': specimen(DeviceDialog, () => ({ open: true })),
  'lock-device-set': specimen(DeviceDialog, () => ({ open: true, setting: true })),
  'lock-forget': specimen(ForgetDialog, () => ({ open: true, fault: 'busy' as const, onforget: nothing })),
}
