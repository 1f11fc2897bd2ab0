import type { Charter } from '@antechamber/core'
import { equalBytes, toBase64Url } from '@antechamber/protocol'
import { verifyReceipt } from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import type { RelayDoors } from './relay-doors.ts'
import type { Space } from './space.ts'

/** That the server has said, signed, that it has destroyed something. Times in ms since the epoch. */
export interface RelayReceipt {
  /** The destruction that it proves; undefined for one that this device was not there for. */
  readonly destruction: string | undefined
  /** The whole space has been destroyed, because its date had come. */
  readonly isAll: boolean
  readonly destroyedAt: number
  /** When the last backup of it dies, as the operator says. */
  readonly backupsUntil: number
}

/**
 * The relay's receipts for a space, oldest first: those that are signed with the key that the dialogue was founded on, and
 * no others. What a relay destroyed along with something later comes once more, with the receipt for that. Throws
 * {@link Failure}.
 */
export async function readReceipts(
  doors: RelayDoors,
  { receiptKey }: Charter,
  space: Pick<Space, 'id' | 'state' | 'chapterOf'>,
): Promise<readonly RelayReceipt[]> {
  if (receiptKey === undefined) return []
  const key = decoded(receiptKey)
  const destroyed = space.state?.governing.destroyed ?? []
  const { receipts } = await doors.readReceipts(space.id)
  const read = receipts.flatMap(({ receipt, signature }): readonly RelayReceipt[] => {
    const { chapter, destroyedAt, backupsUntil } = receipt
    if (!equalBytes(receipt.space, space.id) || !verifyReceipt(key, receipt, signature)) return []
    const ended = chapter && toBase64Url(chapter)
    const destruction = destroyed.find(({ upTo }) => ended !== undefined && space.chapterOf(upTo) === ended)
    return [{ destruction: destruction?.id, isAll: chapter === undefined, destroyedAt, backupsUntil }]
  })
  return [...read, ...sweptUp(destroyed, read)]
}

/** Each destruction holds all that was before it: without a receipt of its own, that for the next which has one proves it. */
export function sweptUp(
  destroyed: readonly { readonly id: string }[],
  read: readonly RelayReceipt[],
): readonly RelayReceipt[] {
  const receiptOf = (id: string) => read.find(({ destruction }) => destruction === id)
  return destroyed.flatMap(({ id }, at) => {
    if (receiptOf(id)) return []
    const next = destroyed.slice(at).flatMap((later) => receiptOf(later.id) ?? [])[0]
    return next ? [{ ...next, destruction: id }] : []
  })
}
