import type { Charter } from '@antechamber/core'
import { match, object, optional, type Shaped, text, whole } from '@antechamber/core/shape'
import { equalBytes, type Receipt } from '@antechamber/protocol'
import { verifyReceipt } from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import type { DialogueRecord } from './records.ts'
import { RelayDoors } from './relay-doors.ts'

/** What a device knows of a dialogue whose date has come, and in the end knows alone (DX13). */
const recordShape = object({
  v: whole(1, 1),
  local: text(40),
  title: text(80),
  endedAt: whole(0, 8_640_000_000_000_000),
  origin: text(300),
  /** The room's id and the relay's receipt key: the relay can still be asked whether it has deleted it. */
  room: match(/^[A-Za-z0-9_-]{22}$/, 'an id'),
  receiptKey: optional(match(/^[A-Za-z0-9_-]{43}$/, 'a public key')),
  /** When this device first saw, by its own clock, that the date had come. */
  seenAt: whole(0, 8_640_000_000_000_000),
})
export type EndedRecord = Shaped<typeof recordShape>

/** A dialogue whose date has come. Times in ms since the epoch. */
export interface EndedDialogue {
  readonly local: string
  readonly title: string
  readonly endedAt: number
  /** Not deleted yet, only hidden: it is deleted then at the latest, or on the server's signed word. Undefined once it is. */
  readonly deletesBy: number | undefined
}

/** That the server has said, signed, that it has deleted the room with everything in it. */
export interface LastReceipt {
  readonly destroyedAt: number
  /** When the last backup of it dies, as the operator says. */
  readonly backupsUntil: number
}

/** So long a relay gives receipts after the date (WR24), and so long a device remembers that there was something. */
const REMEMBERED_MS = 90 * 24 * 60 * 60 * 1000

export const endedName = (local: string): string => `ended/${local}`

/** Whether the dialogue's date has come. */
export const isOver = ({ retainUntil }: Pick<Charter, 'retainUntil'>, now: number): boolean => now >= retainUntil

/** What is kept of a dialogue when its date has come. */
export function endedRecord({ local, charter, origin, spaces }: DialogueRecord, seenAt: number): EndedRecord {
  const { title, retainUntil: endedAt, receiptKey } = charter
  const room = spaces.find(({ name }) => name === 'room')?.space ?? ''
  return { v: 1, local, title, endedAt, origin, room, receiptKey, seenAt }
}

/** What {@link endedRecord} made, as it was kept; undefined for anything else. */
export function readEnded(record: unknown): EndedRecord | undefined {
  const read = recordShape.read(record, '')
  return read.ok ? read.value : undefined
}

/** Nothing can be learnt of it any more: it is to be forgotten too. */
export const isPast = ({ endedAt }: EndedRecord, now: number): boolean => now >= endedAt + REMEMBERED_MS

/** The server's word that it has deleted the room; undefined where it has not given it. Throws {@link Failure}. */
export async function readLastReceipt(
  { origin, room, receiptKey }: EndedRecord,
  fetch: typeof globalThis.fetch,
): Promise<LastReceipt | undefined> {
  if (receiptKey === undefined) return undefined
  const [space, key] = [decoded(room), decoded(receiptKey)]
  const { receipts } = await new RelayDoors(origin, fetch).readReceipts(space)
  const isOfAll = (receipt: Receipt): boolean => receipt.chapter === undefined && equalBytes(receipt.space, space)
  return receipts.findLast(({ receipt, signature }) => isOfAll(receipt) && verifyReceipt(key, receipt, signature))
    ?.receipt
}
