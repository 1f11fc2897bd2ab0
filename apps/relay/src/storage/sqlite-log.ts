import {
  EMPTY_LOG_HASH,
  encode,
  equalBytes,
  err,
  grantCodec,
  type LogItem,
  ok,
  sealingKeyCodec,
} from '@antechamber/protocol'
import type { Operations } from './operations.ts'
import type { ChapterBatch, Id, IncomingEnvelope, PageRequest, SpaceOpening } from './ports.ts'
import {
  countReservations,
  deleteAccess,
  deleteGrants,
  deleteInvitation,
  deleteJoins,
  deleteOfSpace,
  deleteReservations,
  deleteSealingKey,
  findChapter,
  findDesk,
  findEnvelope,
  findInvitation,
  findPlace,
  findRelay,
  findSpace,
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
  useChapter,
} from './queries.ts'
import {
  batchBytes,
  INVITATION_MEMORY_MS,
  invitationEnd,
  keyOf,
  type LogHead,
  MAX_RESERVATIONS,
  nextHead,
  refuseBatch,
  repeated,
  reservedUntil,
} from './rules.ts'
import type { Database } from './sqlite-database.ts'

type LogOperations = Pick<Operations, 'openSpace' | 'append' | 'batch' | 'read' | 'reserve' | 'sweep'>

/** Whether a space is still as this opening made it. */
function isSameOpening(db: Database, opening: SpaceOpening): boolean {
  const space = db.get(findSpace, opening)
  const place = db.get(findPlace, opening)
  return (
    space?.head === 0 &&
    space.retain_until === opening.retainUntil &&
    place !== undefined &&
    equalBytes(place.login_key, opening.loginKey)
  )
}

/** Why the permit does not open this space, or undefined. */
function refusePermit(db: Database, { permit, space, now }: SpaceOpening) {
  if (permit.type === 'desk') {
    return db.get(findDesk, { secret_hash: permit.secretHash }) === undefined ? 'not-found' : undefined
  }
  const invitation = db.get(findInvitation, permit)
  if (invitation === undefined || !equalBytes(invitation.ticket_hash, permit.ticketHash)) return 'not-found'
  const end = invitationEnd({ state: invitation.state, expiresAt: invitation.expires_at }, now)
  if (end !== undefined && end !== 'used') return end
  return invitation.opened !== null && !equalBytes(invitation.opened, space) ? 'used' : undefined
}

function openSpace(db: Database, opening: SpaceOpening): ReturnType<LogOperations['openSpace']> {
  const refusal = refusePermit(db, opening)
  if (refusal !== undefined) return err(refusal)
  const { permit, space, device, loginKey, retainUntil } = opening
  if (db.get(findSpace, { space }) !== undefined) return isSameOpening(db, opening) ? ok(undefined) : err('exists')
  db.run(insertSpace, {
    space,
    retain_until: retainUntil,
    head: 0,
    head_hash: EMPTY_LOG_HASH,
    invited: permit.type === 'invitation' ? 1 : 0,
  })
  db.run(putAccess, { space, device, login_key: loginKey, keeper: 1, since: 1 })
  if (permit.type === 'invitation') db.run(setOpened, { invitation: permit.invitation, opened: space })
  return ok(undefined)
}

/** Where a space stands: its log, and all that was ever stored for it. */
interface Standing extends LogHead {
  readonly bytes: number
}

/** Puts an envelope at the end of the log. @param added bytes of all that is stored with it */
function add(db: Database, space: Id, log: Standing, { id, hash, bytes }: IncomingEnvelope, added: number): number {
  const { head, headHash } = nextHead(log, hash)
  db.run(insertEnvelope, { space, n: head, id, hash, envelope: bytes })
  db.run(moveHead, { space, head, head_hash: headHash, bytes: log.bytes + added })
  return head
}

const standing = (place: { head: number; head_hash: Uint8Array; bytes: number }): Standing => ({
  head: place.head,
  headHash: place.head_hash,
  bytes: place.bytes,
})

function known(db: Database, space: Id, { id, hash }: IncomingEnvelope) {
  const found = db.get(findEnvelope, { space, id })
  return found && repeated(found, hash)
}

function append(
  db: Database,
  maxSpaceBytes: number,
  { space, device, envelope }: Parameters<LogOperations['append']>[0],
): ReturnType<LogOperations['append']> {
  const place = db.get(findPlace, { space, device })
  if (place === undefined) return err('not-found')
  const repetition = known(db, space, envelope)
  if (repetition !== undefined) return repetition
  if (place.chapter === null || !equalBytes(place.chapter, envelope.chapter)) return err('stale-chapter')
  const { length } = envelope.bytes
  if (place.bytes + length > maxSpaceBytes) return err('space-full')
  return ok({ n: add(db, space, standing(place), envelope, length), fresh: true })
}

/** @param n the number that the batch's header is about to get */
function applyRoster(db: Database, { space, remove, admit, keys }: ChapterBatch, n: number): void {
  for (const device of remove) {
    for (const deletion of [deleteAccess, deleteSealingKey, deleteGrants]) db.run(deletion, { space, device })
  }
  for (const { device, loginKey, keeper } of admit) {
    db.run(putAccess, { space, device, login_key: loginKey, keeper: keeper ? 1 : 0, since: n })
  }
  for (const key of keys) {
    db.run(putSealingKey, { space, device: key.device, number: key.number, record: encode(sealingKeyCodec, key) })
  }
}

function batch(db: Database, maxSpaceBytes: number, wanted: ChapterBatch): ReturnType<LogOperations['batch']> {
  const { space, device, header, grants } = wanted
  const place = db.get(findPlace, { space, device })
  if (place === undefined) return err('not-found')
  const repetition = known(db, space, header)
  if (repetition !== undefined) return repetition
  const log = standing(place)
  const { chapter } = header
  const reserved = db.get(findChapter, { space, chapter })
  const refusal = refuseBatch(wanted, {
    log,
    hasRoom: place.bytes + batchBytes(wanted) <= maxSpaceBytes,
    isKeeper: place.keeper === 1,
    chapter: reserved === undefined ? 'unknown' : reserved.first === null ? 'reserved' : 'used',
    keepers: () => new Map(db.all(listAccess, { space }).map((row) => [keyOf(row.device), row.keeper === 1])),
  })
  if (refusal !== undefined) return err(refusal)
  applyRoster(db, wanted, log.head + 1)
  const n = add(db, space, log, header, batchBytes(wanted))
  db.run(useChapter, { space, chapter, first: n })
  db.run(setChapter, { space, chapter })
  for (const grant of grants) {
    db.run(insertGrant, { space, chapter, device: grant.device, sealed: encode(grantCodec, grant) })
  }
  return ok({ n, fresh: true })
}

function read(
  db: Database,
  { space, device, after, maxItems, maxBytes }: PageRequest,
): ReturnType<LogOperations['read']> {
  const place = db.get(findPlace, { space, device })
  if (place === undefined) return err('not-found')
  const items: LogItem[] = []
  let bytes = 0
  if (place.head > after) {
    for (const { n, hash, envelope } of db.each(readEnvelopes, { space, after, limit: maxItems })) {
      bytes += envelope?.length ?? 0
      if (items.length > 0 && bytes > maxBytes) break
      items.push({ n, envelope: envelope ?? undefined, envelopeHash: hash })
    }
  }
  return ok({ head: place.head, items })
}

function forgetInvitations(db: Database, invitations: readonly { readonly invitation: Id }[]): number {
  for (const { invitation } of invitations) {
    db.run(deleteJoins, { invitation })
    db.run(deleteInvitation, { invitation })
  }
  return invitations.length
}

function sweep(db: Database, now: number): ReturnType<LogOperations['sweep']> {
  const spaces = db.all(listDueSpaces, { now }).map(({ space }) => space)
  let invitations = 0
  for (const space of spaces) {
    invitations += forgetInvitations(db, db.all(listInvitationsOf, { space }))
    for (const deletion of deleteOfSpace) db.run(deletion, { space })
  }
  invitations += forgetInvitations(db, db.all(listDueInvitations, { expiredAt: now - INVITATION_MEMORY_MS }))
  const reservations = db.run(deleteReservations, { reservedAt: reservedUntil(now) })
  db.run(putSweep, { swept_at: now })
  if (spaces.length > 0) db.run(setOwesRenewal, { owes_renewal: 1 })
  return { spaces, reservations, invitations, owesRenewal: db.get(findRelay, {})?.owes_renewal === 1 }
}

/** The logs of an SQLite database; each call is made inside a transaction. */
export const sqliteLog = (db: Database, maxSpaceBytes: number): LogOperations => ({
  openSpace: (opening) => openSpace(db, opening),
  append: (wanted) => append(db, maxSpaceBytes, wanted),
  batch: (wanted) => batch(db, maxSpaceBytes, wanted),
  read: (request) => read(db, request),
  reserve: ({ space, device, chapter, sealedShare, now }) => {
    if (db.get(findPlace, { space, device }) === undefined) return err('not-found')
    if ((db.get(countReservations, { space })?.count ?? 0) >= MAX_RESERVATIONS) return err('too-many')
    db.run(insertReservation, { space, chapter, sealed_share: sealedShare, reserved_at: now })
    return ok(undefined)
  },
  sweep: ({ now }) => sweep(db, now),
})
