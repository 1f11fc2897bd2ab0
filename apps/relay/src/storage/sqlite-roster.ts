import type { Codec } from '@antechamber/protocol'
import {
  decode,
  encode,
  equalBytes,
  err,
  grantCodec,
  MAX_JOINS_PER_INVITATION,
  MAX_MESSAGE_BYTES,
  ok,
  type Result,
  sealingKeyCodec,
} from '@antechamber/protocol'
import type { Operations } from './operations.ts'
import { type InSpace, type NewInvitation, StorageError } from './ports.ts'
import {
  countDesks,
  countInvitations,
  deleteDesks,
  deleteJoins,
  findChapter,
  findDesk,
  findGrant,
  findInvitation,
  findPlace,
  findRelay,
  findSealingKey,
  insertDesk,
  insertInvitation,
  insertJoin,
  listJoins,
  listSealingKeys,
  listShares,
  putSealingKey,
  replaceShare,
  setInvitationState,
  setOrigin,
  setOwesRenewal,
} from './queries.ts'
import { endOf, invitationEnd, MAX_INVITATIONS_PER_SPACE } from './rules.ts'
import type { Database } from './sqlite-database.ts'

type RosterOperations = Pick<Operations, 'enter' | 'isKeeper' | 'publishKey' | 'keys' | 'grant'>
type ShareOperations = Pick<Operations, 'listShares' | 'replaceShares' | 'settleRenewal'>
type InvitationOperations = Pick<Operations, 'invite' | 'findInvitation' | 'join' | 'joins' | 'closeInvitation'>
type DeskOperations = Pick<
  Operations,
  'addDesk' | 'hasDesk' | 'countDesks' | 'revokeDesks' | 'putOrigin' | 'findOrigin'
>

/** What this relay itself has written. */
function stored<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const value = decode(codec, bytes, MAX_MESSAGE_BYTES)
  if (!value.ok) throw new StorageError('a stored record does not decode')
  return value.value
}

/** Access, keys and grants of an SQLite database. */
export const sqliteRoster = (db: Database): RosterOperations => ({
  enter: (at) => {
    const place = db.get(findPlace, at)
    return place === undefined
      ? err('not-found')
      : ok({ loginKey: place.login_key, head: place.head, headHash: place.head_hash, since: place.since })
  },
  isKeeper: (at) => db.get(findPlace, at)?.keeper === 1,
  publishKey: ({ space, device, key }) => {
    if (db.get(findPlace, { space, device }) === undefined) return err('not-found')
    const record = encode(sealingKeyCodec, key)
    const newest = db.get(findSealingKey, { space, device })
    if (newest !== undefined && key.number <= newest.number) {
      return equalBytes(newest.record, record) ? ok(undefined) : err('exists')
    }
    db.run(putSealingKey, { space, device, number: key.number, record })
    return ok(undefined)
  },
  keys: (at) => {
    if (db.get(findPlace, at) === undefined) return err('not-found')
    return ok(db.all(listSealingKeys, at).map(({ record }) => stored(sealingKeyCodec, record)))
  },
  grant: (request) => {
    const place = db.get(findPlace, request)
    if (place === undefined) return err('not-found')
    const chapter = db.get(findChapter, request)
    if (chapter === undefined || chapter.first === null || chapter.first < place.since) return err('not-found')
    const grant = db.get(findGrant, request)
    return ok({ sealedShare: chapter.sealed_share, grant: grant && stored(grantCodec, grant.sealed) })
  },
})

/** Before all ids: no id is empty. */
const START = { space: new Uint8Array(), chapter: new Uint8Array() }

/** All shares of an SQLite database. */
export const sqliteShares = (db: Database): ShareOperations => ({
  listShares: ({ after = START, limit }) =>
    db
      .all(listShares, { space: after.space, chapter: after.chapter, limit })
      .map(({ space, chapter, sealed_share: sealedShare }) => ({ space, chapter, sealedShare })),
  replaceShares: ({ shares }) => {
    for (const { space, chapter, sealedShare } of shares) {
      db.run(replaceShare, { space, chapter, sealed_share: sealedShare })
    }
  },
  settleRenewal: () => {
    db.run(setOwesRenewal, { owes_renewal: 0 })
  },
})

/** Why a device may not do what only a keeper may, or undefined. */
function refuseKeeping(db: Database, at: InSpace): 'not-found' | 'forbidden' | undefined {
  const place = db.get(findPlace, at)
  if (place === undefined) return 'not-found'
  return place.keeper === 1 ? undefined : 'forbidden'
}

/** An invitation of the space, for one of its keepers. */
function keptInvitation(db: Database, request: InSpace & { readonly invitation: Uint8Array }) {
  const refusal = refuseKeeping(db, request)
  if (refusal !== undefined) return err(refusal)
  const found = db.get(findInvitation, request)
  return found === undefined || !equalBytes(found.space, request.space) ? err('not-found' as const) : ok(found)
}

function invite(db: Database, wanted: NewInvitation): ReturnType<InvitationOperations['invite']> {
  const refusal = refuseKeeping(db, wanted)
  if (refusal !== undefined) return err(refusal)
  if (db.get(findPlace, wanted)?.invited === 1) return err('forbidden')
  const { invitation, space, expiresAt, ticketHash, record } = wanted
  const known = db.get(findInvitation, { invitation })
  if (known !== undefined) {
    const isSame =
      equalBytes(known.space, space) &&
      known.expires_at === expiresAt &&
      equalBytes(known.ticket_hash, ticketHash) &&
      equalBytes(known.record, record)
    return isSame ? ok(undefined) : err('exists')
  }
  if ((db.get(countInvitations, { space })?.count ?? 0) >= MAX_INVITATIONS_PER_SPACE) return err('too-many')
  db.run(insertInvitation, { invitation, space, state: 'open', expires_at: expiresAt, ticket_hash: ticketHash, record })
  return ok(undefined)
}

function join(
  db: Database,
  { invitation, ticketHash, body, now }: Parameters<InvitationOperations['join']>[0],
): ReturnType<InvitationOperations['join']> {
  const found = db.get(findInvitation, { invitation })
  if (found === undefined || !equalBytes(found.ticket_hash, ticketHash)) return err('not-found')
  const end = invitationEnd({ state: found.state, expiresAt: found.expires_at }, now)
  if (end !== undefined) return err(end)
  const joins = db.all(listJoins, { invitation })
  if (!joins.some((known) => equalBytes(known.body, body))) {
    if (joins.length >= MAX_JOINS_PER_INVITATION) return err('too-many')
    db.run(insertJoin, { invitation, position: joins.length, body })
    db.run(setInvitationState, { invitation, state: 'waiting' })
  }
  return ok({ space: found.space })
}

/** Invitations and joins of an SQLite database. */
export const sqliteInvitations = (db: Database): InvitationOperations => ({
  invite: (wanted) => invite(db, wanted),
  findInvitation: (wanted) => {
    const found = db.get(findInvitation, wanted)
    return found === undefined
      ? err('not-found')
      : ok({ state: found.state, expiresAt: found.expires_at, record: found.record })
  },
  join: (wanted) => join(db, wanted),
  joins: (wanted): Result<readonly Uint8Array[], 'not-found' | 'forbidden'> => {
    const found = keptInvitation(db, wanted)
    return found.ok ? ok(db.all(listJoins, wanted).map(({ body }) => body)) : found
  },
  closeInvitation: (wanted) => {
    const found = keptInvitation(db, wanted)
    if (!found.ok) return found
    const { state } = found.value
    if (state !== 'open' && state !== 'waiting') return state === wanted.state ? ok(undefined) : err(endOf(state))
    db.run(setInvitationState, wanted)
    db.run(deleteJoins, wanted)
    return ok(undefined)
  },
})

/** The desks of an SQLite database. */
export const sqliteDesks = (db: Database): DeskOperations => ({
  addDesk: ({ secretHash, now }) => {
    db.run(insertDesk, { secret_hash: secretHash, made_at: now })
  },
  hasDesk: ({ secretHash }) => db.get(findDesk, { secret_hash: secretHash }) !== undefined,
  countDesks: () => db.get(countDesks, {})?.count ?? 0,
  revokeDesks: () => db.run(deleteDesks, {}),
  putOrigin: (at) => {
    db.run(setOrigin, at)
  },
  findOrigin: () => db.get(findRelay, {})?.origin ?? undefined,
})
