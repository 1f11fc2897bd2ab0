import { equalBytes, err, MAX_RECEIPTS, ok, type Receipt } from '@antechamber/protocol'
import { isKeeper, type MemoryReceipt, type MemorySpace, type MemoryState, spaceOf } from './memory-state.ts'
import type { Operations } from './operations.ts'
import { haveAskedEnough, keyOf, RECEIPT_MEMORY_MS } from './rules.ts'

type DestroyOperations = Pick<Operations, 'destroy' | 'receipts'>

/** The number of the header that comes after one, or undefined for the last. */
export function nextHeader({ chapters }: MemorySpace, first: number): number | undefined {
  const later = [...chapters.values()].flatMap((one) =>
    one.first !== undefined && one.first > first ? [one.first] : [],
  )
  return later.length > 0 ? Math.min(...later) : undefined
}

function takeOutUpTo(space: MemorySpace, upTo: number): void {
  for (const item of space.items.slice(0, upTo)) space.items[item.n - 1] = { ...item, envelope: undefined }
  for (const [key, { first }] of space.chapters) if (first !== undefined && first <= upTo) space.chapters.delete(key)
}

const destroy =
  (state: MemoryState): DestroyOperations['destroy'] =>
  ({ space: id, device, chapter, now, backupsUntil }) => {
    const space = spaceOf(state, id, device)
    const found = space?.chapters.get(keyOf(chapter))
    const since = space?.access.get(keyOf(device))?.since ?? 0
    if (!space || found?.first === undefined || found.first < since) return err('not-found')
    const { first, asked } = found
    const next = nextHeader(space, first)
    if (next === undefined) return err('forbidden')
    asked[isKeeper(space, device) ? 'keeper' : 'other'] = true
    const hasOthers = [...space.access.values()].some((one) => !one.keeper && one.since <= first)
    if (!haveAskedEnough(asked, hasOthers)) return ok({ isDone: false })
    const upTo = next - 1
    takeOutUpTo(space, upTo)
    state.owesRenewal = true
    const receipt = { space: id, chapter, upTo, destroyedAt: now, backupsUntil }
    state.receipts.push({ receipt, forgetAt: space.retainUntil + RECEIPT_MEMORY_MS })
    return ok({ isDone: true })
  }

/** The receipt of a space that was purged. */
export const purgeReceipt = ({ id, log }: MemorySpace, now: number, backupsUntil: number): MemoryReceipt => ({
  receipt: { space: id, chapter: undefined, upTo: log.head, destroyedAt: now, backupsUntil },
  forgetAt: now + RECEIPT_MEMORY_MS,
})

/** What is destroyed before a space's date, and what tells of it. */
export const memoryDestroy = (state: MemoryState): DestroyOperations => ({
  destroy: destroy(state),
  receipts: ({ space }): readonly Receipt[] =>
    state.receipts
      .map(({ receipt }) => receipt)
      .filter((receipt) => equalBytes(receipt.space, space))
      .slice(-MAX_RECEIPTS),
})
