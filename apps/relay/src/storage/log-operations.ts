import {
  EMPTY_LOG_HASH,
  encode,
  equalBytes,
  err,
  grantCodec,
  ok,
  type Result,
  sealingKeyCodec,
} from '@antechamber/protocol'
import { noteReceipt } from './destroy-operations.ts'
import type { Input, Output, SteppedOperations } from './operations.ts'
import type {
  Appended,
  ChapterBatch,
  EntryAppend,
  Id,
  IncomingEnvelope,
  InvitationEnd,
  PageRequest,
  Reservation,
  SpaceOpening,
} from './ports.ts'
import {
  countReservations,
  deleteAccess,
  deleteGrants,
  deleteInvitation,
  deleteJoins,
  deleteOfSpace,
  deleteReceipts,
  deleteReservations,
  deleteSealingKey,
  findBytes,
  findChapter,
  findDesk,
  findEnvelope,
  findInvitation,
  findPlace,
  findRelay,
  findSpace,
  holdShareKey,
  insertEnvelope,
  insertGrant,
  insertReservation,
  insertSpace,
  listAccess,
  listDueInvitations,
  listDueSpaces,
  listInvitationsOf,
  moveHead,
  putAccess,
  putSealingKey,
  putSweep,
  readEnvelopes,
  setChapter,
  setOpened,
  setOwesRenewal,
  takeOutEnvelope,
  useChapter,
} from './queries.ts'
import { deleteRegrants } from './regrant-queries.ts'
import {
  batchBytes,
  INVITATION_MEMORY_MS,
  invitationEnd,
  isWithdrawable,
  keyOf,
  type LogHead,
  MAX_RESERVATIONS,
  nextHead,
  RECEIPT_MEMORY_MS,
  refuseBatch,
  repeated,
  reservedUntil,
} from './rules.ts'
import { all, get, run, type Steps } from './steps.ts'

type LogOperations = Pick<
  SteppedOperations,
  'openSpace' | 'append' | 'batch' | 'read' | 'withdraw' | 'reserve' | 'sweep'
>

/** Whether a space is still as this opening made it. */
function* isSameOpening(opening: SpaceOpening): Steps<boolean> {
  const space = yield* get(findSpace, opening)
  const place = yield* get(findPlace, opening)
  return (
    space?.head === 0 &&
    space.retain_until === opening.retainUntil &&
    place !== undefined &&
    equalBytes(place.login_key, opening.loginKey)
  )
}

/** Why the permit does not open this space, or undefined. */
function* refusePermit({ permit, space, now }: SpaceOpening): Steps<'not-found' | InvitationEnd | undefined> {
  if (permit.type === 'desk') {
    const desk = yield* get(findDesk, { secret_hash: permit.secretHash })
    return desk === undefined ? 'not-found' : undefined
  }
  const invitation = yield* get(findInvitation, permit)
  if (invitation === undefined || !equalBytes(invitation.ticket_hash, permit.ticketHash)) return 'not-found'
  const end = invitationEnd({ state: invitation.state, expiresAt: invitation.expires_at }, now)
  if (end !== undefined && end !== 'used') return end
  return invitation.opened !== null && !equalBytes(invitation.opened, space) ? 'used' : undefined
}

function* openSpace(opening: SpaceOpening): Steps<Output<'openSpace'>> {
  const refusal = yield* refusePermit(opening)
  if (refusal !== undefined) return err(refusal)
  const { permit, space, device, loginKey, retainUntil } = opening
  if ((yield* get(findSpace, { space })) !== undefined) {
    return (yield* isSameOpening(opening)) ? ok(undefined) : err('exists')
  }
  yield* run(insertSpace, {
    space,
    retain_until: retainUntil,
    head: 0,
    head_hash: EMPTY_LOG_HASH,
    invited: permit.type === 'invitation' ? 1 : 0,
  })
  yield* run(putAccess, { space, device, login_key: loginKey, keeper: 1, since: 1 })
  if (permit.type === 'invitation') yield* run(setOpened, { invitation: permit.invitation, opened: space })
  return ok(undefined)
}

/** Where a space stands: its log, and all that was ever stored for it. */
interface Standing extends LogHead {
  readonly bytes: number
}

/** Puts an envelope at the end of the log. @param added bytes of all that is stored with it */
function* add(space: Id, log: Standing, envelope: IncomingEnvelope, added: number): Steps<number> {
  const { id, hash, bytes } = envelope
  const { head, headHash } = nextHead(log, envelope)
  yield* run(insertEnvelope, { space, n: head, id, hash, envelope: bytes })
  yield* run(moveHead, { space, head, head_hash: headHash, bytes: log.bytes + added })
  return head
}

const standing = (place: { head: number; head_hash: Uint8Array; bytes: number }): Standing => ({
  head: place.head,
  headHash: place.head_hash,
  bytes: place.bytes,
})

function* known(space: Id, { id, hash }: IncomingEnvelope): Steps<Result<Appended, 'exists'> | undefined> {
  const found = yield* get(findEnvelope, { space, id })
  return found && repeated(found, hash)
}

function* append(maxSpaceBytes: number, { space, device, envelope }: EntryAppend): Steps<Output<'append'>> {
  const place = yield* get(findPlace, { space, device })
  if (place === undefined) return err('not-found')
  const repetition = yield* known(space, envelope)
  if (repetition !== undefined) return repetition
  if (place.chapter === null || !equalBytes(place.chapter, envelope.chapter)) return err('stale-chapter')
  const { length } = envelope.bytes
  if (place.bytes + length > maxSpaceBytes) return err('space-full')
  return ok({ n: yield* add(space, standing(place), envelope, length), fresh: true })
}

function* withdraw({ space, device, id }: Input<'withdraw'>): Steps<Output<'withdraw'>> {
  const place = yield* get(findPlace, { space, device })
  const found = yield* get(findBytes, { space, id })
  if (!place || !found || found.n < place.since || !isWithdrawable(found.envelope)) return err('not-found')
  yield* run(takeOutEnvelope, { space, id })
  return ok(undefined)
}

/** @param n the number that the batch's header is about to get */
function* applyRoster({ space, remove, admit, keys }: ChapterBatch, n: number): Steps<void> {
  for (const device of remove) {
    for (const deletion of [deleteAccess, deleteSealingKey, deleteGrants, deleteRegrants]) {
      yield* run(deletion, { space, device })
    }
  }
  for (const { device, loginKey, keeper } of admit) {
    yield* run(putAccess, { space, device, login_key: loginKey, keeper: keeper ? 1 : 0, since: n })
  }
  for (const key of keys) {
    yield* run(putSealingKey, { space, device: key.device, number: key.number, record: encode(sealingKeyCodec, key) })
  }
}

function* batch(maxSpaceBytes: number, wanted: ChapterBatch): Steps<Output<'batch'>> {
  const { space, device, header, grants } = wanted
  const place = yield* get(findPlace, { space, device })
  if (place === undefined) return err('not-found')
  const repetition = yield* known(space, header)
  if (repetition !== undefined) return repetition
  const log = standing(place)
  const { chapter } = header
  const reserved = yield* get(findChapter, { space, chapter })
  const keepers = yield* all(listAccess, { space })
  const refusal = refuseBatch(wanted, {
    log,
    hasRoom: place.bytes + batchBytes(wanted) <= maxSpaceBytes,
    isKeeper: place.keeper === 1,
    wayBack: place.way_back ?? undefined,
    chapter: reserved === undefined ? 'unknown' : reserved.first === null ? 'reserved' : 'used',
    keepers: () => new Map(keepers.map((row) => [keyOf(row.device), row.keeper === 1])),
  })
  if (refusal !== undefined) return err(refusal)
  // First: a reservation that is forgotten at this moment must not leave a chapter without its share.
  if ((yield* run(useChapter, { space, chapter, first: log.head + 1 })) === 0) return err('not-found')
  yield* applyRoster(wanted, log.head + 1)
  const n = yield* add(space, log, header, batchBytes(wanted))
  yield* run(setChapter, { space, chapter })
  for (const grant of grants) {
    yield* run(insertGrant, { space, chapter, device: grant.device, sealed: encode(grantCodec, grant) })
  }
  return ok({ n, fresh: true })
}

function* read({ space, device, after, maxItems, maxBytes }: PageRequest): Steps<Output<'read'>> {
  const place = yield* get(findPlace, { space, device })
  if (place === undefined) return err('not-found')
  const first = Math.max(after + 1, place.since)
  // Not beyond the head that was just seen: what comes later may be what takes this device off the list.
  const limit = Math.min(maxItems, place.head + 1 - first)
  const rows = limit > 0 ? yield* all(readEnvelopes, { space, first, limit, bytes: maxBytes }) : []
  return ok({
    head: place.head,
    items: rows.map(({ n, hash, envelope }) => ({ n, envelope: envelope ?? undefined, envelopeHash: hash })),
  })
}

function* forgetInvitations(invitations: readonly { readonly invitation: Id }[]): Steps<number> {
  for (const { invitation } of invitations) {
    yield* run(deleteJoins, { invitation })
    yield* run(deleteInvitation, { invitation })
  }
  return invitations.length
}

function* sweep({ now, backupsUntil = now }: Input<'sweep'>): Steps<Output<'sweep'>> {
  // First: of two processes that sweep at once, one waits here, and then finds nothing that is due.
  yield* run(putSweep, { swept_at: now })
  const spaces = (yield* all(listDueSpaces, { now })).map(({ space }) => space)
  let invitations = 0
  for (const space of spaces) {
    const { head: upTo } = (yield* get(findSpace, { space })) ?? { head: 0 }
    for (const deletion of deleteOfSpace) yield* run(deletion, { space })
    yield* noteReceipt({ space, chapter: null, upTo, now, backupsUntil, forgetAt: now + RECEIPT_MEMORY_MS })
    invitations += yield* forgetInvitations(yield* all(listInvitationsOf, { space }))
  }
  invitations += yield* forgetInvitations(yield* all(listDueInvitations, { expiredAt: now - INVITATION_MEMORY_MS }))
  yield* run(deleteReceipts, { now })
  const reservations = yield* run(deleteReservations, { reservedAt: reservedUntil(now) })
  if (spaces.length > 0) yield* run(setOwesRenewal, {})
  const relay = yield* get(findRelay, {})
  return { spaces, reservations, invitations, owesRenewal: relay?.owes_renewal === 1 }
}

function* reserve(wanted: Reservation): Steps<Output<'reserve'>> {
  const { space, device, chapter, sealedShare, shareKey, now } = wanted
  if ((yield* get(findPlace, { space, device })) === undefined) return err('not-found')
  const waiting = yield* get(countReservations, { space })
  if ((waiting?.count ?? 0) >= MAX_RESERVATIONS) return err('too-many')
  if ((yield* run(holdShareKey, { shareKey })) === 0) return err('stale-key')
  yield* run(insertReservation, { space, chapter, sealed_share: sealedShare, reserved_at: now })
  return ok(undefined)
}

/** The logs of a database; each call is made inside a transaction that has the space to itself. */
export const logOperations = (maxSpaceBytes: number): LogOperations => ({
  openSpace,
  append: (wanted) => append(maxSpaceBytes, wanted),
  batch: (wanted) => batch(maxSpaceBytes, wanted),
  read,
  withdraw,
  reserve,
  sweep,
})
