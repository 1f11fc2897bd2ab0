export { isPassphraseLongEnough, LEAST_COST, MIN_PASSPHRASE_CHARS } from '@antechamber/sealing'
export type { Outcome, Pending } from './command-queue.ts'
export { Device, LOCK_AFTER_MINUTES, type LockAfter } from './device.ts'
export type { DeviceNews } from './device-watch.ts'
export { Dialogue } from './dialogue.ts'
export type { EndedDialogue, LastReceipt } from './ended.ts'
export { Failure, type FailureCode } from './errors.ts'
export type { Setup } from './founding.ts'
export type { NewInvitation, NewReturn } from './host.ts'
export type { OpenInvitation } from './invitation.ts'
export type { InvitationView } from './invitation-view.ts'
export type { JoinChoice } from './joining.ts'
export type { Arrival } from './joins.ts'
export type { StopCode } from './landing.ts'
export type { OwnDevices } from './own-devices.ts'
export type { PastReading, PastStanding } from './past/past.ts'
export {
  type OpenSocket,
  type Platform,
  type Socket,
  type SocketEvents,
  type Store,
  type StoreChange,
  type StoredRecord,
  StoreError,
} from './ports.ts'
export type { RelayReceipt } from './receipts.ts'
export type { InvitationPurpose, Phase } from './records.ts'
export type { ReturnChoice } from './rescue/returning-alone.ts'
export type { AnyCommand, DialogueStatus, HostCommand, Notice, OwnDevice } from './status.ts'
export type { LockedOut, PassphraseChange, PassphraseRefusal } from './vault-door.ts'
