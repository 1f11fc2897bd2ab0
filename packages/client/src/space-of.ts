import type { Helper, SeatId } from '@antechamber/core'
import type { EntryFields, SigningKey } from '@antechamber/sealing'
import type { Platform } from './ports.ts'
import type { ReadyProofs } from './proofs.ts'
import type { DialogueRecord, SpaceRecord } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'
import type { Vault } from './vault.ts'

/** What this device reads in the room. */
export interface RoomRead {
  /** The root keys of all who facilitate there. */
  readonly facilitators: () => readonly string[]
  /** Resolves when everything in it is read, or it has stopped. */
  readonly known: () => Promise<void>
}

/** What a space needs of the dialogue that it belongs to. */
export interface SpaceOf {
  readonly platform: Platform
  readonly vault: Vault
  readonly doors: RelayDoors
  readonly proofs: ReadyProofs
  readonly dialogue: Uint8Array
  readonly me: SeatId
  readonly root: SigningKey
  readonly trustedRoots: readonly string[]
  /** See {@link DialogueRecord.helpers}. */
  readonly helpers: readonly Helper[]
  /** Of this seat's devices that were there before this one. */
  readonly ownRoots: readonly string[]
  /** The dialogue's room, as far as the reading of other spaces depends on it. */
  readonly room: RoomRead
  /** When this dialogue ends, ms since the epoch, where its charter allows reading offline (ST24); else undefined. */
  readonly readsOfflineUntil: number | undefined
  /** Keeps the sealing keys of a space. @param space its id in base64url */
  readonly saveKeys: (space: string, keys: SpaceRecord['sealingKeys']) => Promise<void>
  readonly changed: () => void
  readonly joined: (invitation: Uint8Array) => void
}

/** What became of an entry: it counts, it was set aside for a reason, or its chapter had ended before it came. */
export type Appended = { readonly setAside: string | undefined } | 'stale'

/** What is to be written, but for its place. */
export type NewEntry = Pick<EntryFields, 'entryId' | 'kind' | 'body'>
