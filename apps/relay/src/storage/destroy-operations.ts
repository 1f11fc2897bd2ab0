import { err, MAX_RECEIPTS, ok } from '@antechamber/protocol'
import type { Input, Output, SteppedOperations } from './operations.ts'
import type { Id } from './ports.ts'
import {
  askByKeeper,
  askByOther,
  countReceipts,
  deleteChaptersUpTo,
  deleteGrantsUpTo,
  findChapter,
  findNextHeader,
  findPlace,
  findSpace,
  insertReceipt,
  listAccess,
  listReceipts,
  setOwesRenewal,
  takeOutUpTo,
} from './queries.ts'
import { deleteRegrantsUpTo } from './regrant-queries.ts'
import { haveAskedEnough, RECEIPT_MEMORY_MS, sha256 } from './rules.ts'
import { all, get, run, type Steps } from './steps.ts'

/** What was destroyed, and until when that is remembered. */
interface Deletion {
  readonly space: Id
  readonly chapter: Id | null
  readonly upTo: number
  readonly now: number
  readonly backupsUntil: number
  readonly forgetAt: number
}

/** Writes down that something was destroyed. */
export function* noteReceipt({ space, chapter, upTo, now, backupsUntil, forgetAt }: Deletion): Steps<void> {
  const name = sha256(space)
  const known = yield* get(countReceipts, { space: name })
  yield* run(insertReceipt, {
    space: name,
    position: Number(known?.last ?? 0) + 1,
    chapter,
    up_to: upTo,
    destroyed_at: now,
    backups_until: backupsUntil,
    forget_at: forgetAt,
  })
}

function* destroy({ space, device, chapter, now, backupsUntil }: Input<'destroy'>): Steps<Output<'destroy'>> {
  const place = yield* get(findPlace, { space, device })
  const found = yield* get(findChapter, { space, chapter })
  if (place === undefined || !found || found.first === null || found.first < place.since) return err('not-found')
  const { first } = found
  const { next } = (yield* get(findNextHeader, { space, first })) ?? { next: null }
  if (next === null) return err('forbidden')
  yield* run(place.keeper === 1 ? askByKeeper : askByOther, { space, chapter })
  const asked = { keeper: found.asked_by_keeper + place.keeper > 0, other: found.asked_by_other + 1 - place.keeper > 0 }
  const access = yield* all(listAccess, { space })
  const others = access.some(({ keeper, since }) => keeper === 0 && since <= first)
  if (!haveAskedEnough(asked, others)) return ok({ isDone: false })
  const upTo = Number(next) - 1
  for (const deletion of [takeOutUpTo, deleteGrantsUpTo, deleteRegrantsUpTo, deleteChaptersUpTo]) {
    yield* run(deletion, { space, upTo })
  }
  yield* run(setOwesRenewal, {})
  const kept = yield* get(findSpace, { space })
  const forgetAt = (kept?.retain_until ?? now) + RECEIPT_MEMORY_MS
  yield* noteReceipt({ space, chapter, upTo, now, backupsUntil, forgetAt })
  return ok({ isDone: true })
}

function* receipts({ space }: Input<'receipts'>): Steps<Output<'receipts'>> {
  const rows = yield* all(listReceipts, { space: sha256(space) })
  return rows.slice(-MAX_RECEIPTS).map((row) => ({
    space,
    chapter: row.chapter ?? undefined,
    upTo: row.up_to,
    destroyedAt: row.destroyed_at,
    backupsUntil: row.backups_until,
  }))
}

/** What is destroyed before a space's date, and what tells of it. */
export const destroyOperations: Pick<SteppedOperations, 'destroy' | 'receipts'> = { destroy, receipts }
