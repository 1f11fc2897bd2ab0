import type { Grant, LogItem, Receipt, SealingKeyRecord } from '@antechamber/protocol'
import type { Id, Invitation } from './ports.ts'
import { keyOf, type LogHead } from './rules.ts'

export interface MemoryChapter {
  sealedShare: Uint8Array
  readonly reservedAt: number
  /** The number of its header; none while it is only reserved. */
  first: number | undefined
  readonly grants: Map<string, Grant>
  /** By the device they are for, and in it by who sent them. */
  readonly regrants: Map<string, Map<string, Grant>>
  readonly asked: { keeper: boolean; other: boolean }
}

export interface MemoryReceipt {
  readonly receipt: Receipt
  readonly forgetAt: number
}

export interface MemoryAccess {
  readonly loginKey: Uint8Array
  readonly keeper: boolean
  readonly since: number
}

export interface MemorySpace {
  readonly id: Id
  readonly retainUntil: number
  /** Whether an invitation opened it. */
  readonly invited: boolean
  log: LogHead
  /** Of all envelopes and grants that were ever stored for it. */
  bytes: number
  chapter: string | undefined
  wayBack: Uint8Array | undefined
  readonly items: LogItem[]
  readonly numberOf: Map<string, number>
  readonly access: Map<string, MemoryAccess>
  readonly keys: Map<string, SealingKeyRecord>
  readonly chapters: Map<string, MemoryChapter>
}

export interface MemoryInvitation {
  readonly space: string
  state: Invitation['state']
  readonly expiresAt: number
  readonly ticketHash: Uint8Array
  readonly record: Uint8Array
  joins: Uint8Array[]
  opened: string | undefined
}

/** Everything, keyed by {@link keyOf} an id. */
export interface MemoryState {
  readonly spaces: Map<string, MemorySpace>
  readonly invitations: Map<string, MemoryInvitation>
  readonly desks: Set<string>
  readonly maxSpaceBytes: number
  receipts: MemoryReceipt[]
  owesRenewal: boolean
  /** {@link keyOf} the id of the key that shares are sealed under. */
  shareKey: string | undefined
  upkeep: { readonly by: string; readonly until: number }
  origin: string | undefined
}

/** The space, if the device is on its access list: the one look-up behind every `not-found` (WR5). */
export function spaceOf(state: MemoryState, space: Id, device: Id): MemorySpace | undefined {
  const found = state.spaces.get(keyOf(space))
  return found?.access.has(keyOf(device)) ? found : undefined
}

export const isKeeper = (space: MemorySpace, device: Id): boolean => space.access.get(keyOf(device))?.keeper === true
