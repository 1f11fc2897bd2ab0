import {
  encode,
  equalBytes,
  err,
  grantCodec,
  MAX_JOINS_PER_INVITATION,
  ok,
  sealingKeyCodec,
} from '@antechamber/protocol'
import type { Output, SteppedOperations } from './operations.ts'
import type { Id, InSpace, NewInvitation } from './ports.ts'
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
  HEADS_AT_ONCE,
  holdShareKey,
  insertDesk,
  insertInvitation,
  insertJoin,
  listHeads,
  listJoins,
  listSealingKeys,
  listShares,
  moveShareKey,
  putSealingKey,
  replaceShare,
  setInvitationState,
  setOrigin,
  settleRenewal,
  setWayBack,
  takeUpkeep,
} from './queries.ts'
import { endOf, invitationEnd, MAX_INVITATIONS_PER_INVITED_SPACE, MAX_INVITATIONS_PER_SPACE } from './rules.ts'
import { all, get, run, type Steps } from './steps.ts'
import { storedAs } from './stored-as.ts'

type RosterOperations = Pick<
  SteppedOperations,
  'enter' | 'isKeeper' | 'setWayBack' | 'heads' | 'publishKey' | 'keys' | 'grant'
>
type ShareOperations = Pick<
  SteppedOperations,
  'findShareKey' | 'moveShareKey' | 'listShares' | 'replaceShares' | 'settleRenewal' | 'takeUpkeep'
>
type InvitationOperations = Pick<SteppedOperations, 'invite' | 'findInvitation' | 'join' | 'joins' | 'closeInvitation'>
type DeskOperations = Pick<
  SteppedOperations,
  'addDesk' | 'hasDesk' | 'countDesks' | 'revokeDesks' | 'putOrigin' | 'findOrigin'
>
/** What an operation is asked with. */
type In<Name extends keyof SteppedOperations> = Parameters<SteppedOperations[Name]>[0]

/** Access, keys and grants of a database. */
export const rosterOperations: RosterOperations = {
  *enter(at): Steps<Output<'enter'>> {
    const place = yield* get(findPlace, at)
    return place === undefined
      ? err('not-found')
      : ok({ loginKey: place.login_key, head: place.head, headHash: place.head_hash, since: place.since })
  },
  *isKeeper(at) {
    const place = yield* get(findPlace, at)
    return place?.keeper === 1
  },
  *setWayBack({ wayBack, ...at }): Steps<Output<'setWayBack'>> {
    const refusal = yield* refuseKeeping(at)
    if (refusal !== undefined) return err(refusal)
    yield* run(setWayBack, { space: at.space, way_back: wayBack ?? null })
    return ok(undefined)
  },
  *heads({ spaces }) {
    const found: { readonly space: Id; readonly head: number }[] = []
    for (let i = 0; i < spaces.length; i += HEADS_AT_ONCE) {
      const some = spaces.slice(i, i + HEADS_AT_ONCE)
      // A list in a statement has one length: the last place is filled up with one that is there already.
      const filled = Array.from({ length: HEADS_AT_ONCE }, (_, k) => some[k] ?? (some[0] as Id))
      found.push(...(yield* all(listHeads, filled)))
    }
    return found
  },
  *publishKey({ space, device, key }): Steps<Output<'publishKey'>> {
    if ((yield* get(findPlace, { space, device })) === undefined) return err('not-found')
    const record = encode(sealingKeyCodec, key)
    const newest = yield* get(findSealingKey, { space, device })
    if (newest !== undefined && key.number <= newest.number) {
      return equalBytes(newest.record, record) ? ok(undefined) : err('exists')
    }
    yield* run(putSealingKey, { space, device, number: key.number, record })
    return ok(undefined)
  },
  *keys(at): Steps<Output<'keys'>> {
    if ((yield* get(findPlace, at)) === undefined) return err('not-found')
    const records = yield* all(listSealingKeys, at)
    return ok(records.map(({ record }) => storedAs(sealingKeyCodec, record)))
  },
  *grant(request): Steps<Output<'grant'>> {
    const place = yield* get(findPlace, request)
    if (place === undefined) return err('not-found')
    const chapter = yield* get(findChapter, request)
    if (chapter === undefined || chapter.first === null || chapter.first < place.since) return err('not-found')
    const grant = yield* get(findGrant, request)
    return ok({ sealedShare: chapter.sealed_share, grant: grant && storedAs(grantCodec, grant.sealed) })
  },
}

/** Before all ids: no id is empty. */
const START = { space: new Uint8Array(), chapter: new Uint8Array() }

/** All shares of a database. */
export const shareOperations: ShareOperations = {
  *findShareKey() {
    const relay = yield* get(findRelay, {})
    return relay?.share_key ?? undefined
  },
  *moveShareKey({ from, to }) {
    const moved = from === undefined ? run(holdShareKey, { shareKey: to }) : run(moveShareKey, { from, to })
    return (yield* moved) > 0
  },
  *listShares({ after = START, limit }) {
    const shares = yield* all(listShares, { space: after.space, chapter: after.chapter, limit })
    return shares.map(({ space, chapter, sealed_share: sealedShare }) => ({ space, chapter, sealedShare }))
  },
  *replaceShares({ shareKey, shares }) {
    if ((yield* run(holdShareKey, { shareKey })) === 0) return false
    for (const { space, chapter, sealedShare } of shares) {
      yield* run(replaceShare, { space, chapter, sealed_share: sealedShare })
    }
    return true
  },
  *settleRenewal(all) {
    yield* run(settleRenewal, all)
  },
  *takeUpkeep(lease) {
    return (yield* run(takeUpkeep, lease)) > 0
  },
}

/** Why a device may not do what only a keeper may, or undefined. */
function* refuseKeeping(at: InSpace): Steps<'not-found' | 'forbidden' | undefined> {
  const place = yield* get(findPlace, at)
  if (place === undefined) return 'not-found'
  return place.keeper === 1 ? undefined : 'forbidden'
}

/** An invitation of the space, for one of its keepers. */
function* keptInvitation(request: InSpace & { readonly invitation: Id }) {
  const refusal = yield* refuseKeeping(request)
  if (refusal !== undefined) return err(refusal)
  const found = yield* get(findInvitation, request)
  return found === undefined || !equalBytes(found.space, request.space) ? err('not-found' as const) : ok(found)
}

function* invite(wanted: NewInvitation): Steps<Output<'invite'>> {
  const refusal = yield* refuseKeeping(wanted)
  if (refusal !== undefined) return err(refusal)
  const { invitation, space, expiresAt, ticketHash, record } = wanted
  const isInvited = (yield* get(findPlace, wanted))?.invited === 1
  const known = yield* get(findInvitation, { invitation })
  if (known !== undefined) {
    const isSame =
      equalBytes(known.space, space) &&
      known.expires_at === expiresAt &&
      equalBytes(known.ticket_hash, ticketHash) &&
      equalBytes(known.record, record)
    return isSame ? ok(undefined) : err('exists')
  }
  const made = yield* get(countInvitations, { space })
  const most = isInvited ? MAX_INVITATIONS_PER_INVITED_SPACE : MAX_INVITATIONS_PER_SPACE
  if ((made?.count ?? 0) >= most) return err('too-many')
  const row = { invitation, space, state: 'open', expires_at: expiresAt, ticket_hash: ticketHash, record } as const
  // It counts as having opened the very space that it comes from: no chain of spaces grows out of one invitation.
  yield* run(insertInvitation, { ...row, opened: isInvited ? space : null })
  return ok(undefined)
}

function* join({ invitation, ticketHash, body, now }: In<'join'>): Steps<Output<'join'>> {
  const found = yield* get(findInvitation, { invitation })
  if (found === undefined || !equalBytes(found.ticket_hash, ticketHash)) return err('not-found')
  const end = invitationEnd({ state: found.state, expiresAt: found.expires_at }, now)
  if (end !== undefined) return err(end)
  const joins = yield* all(listJoins, { invitation })
  if (!joins.some((known) => equalBytes(known.body, body))) {
    if (joins.length >= MAX_JOINS_PER_INVITATION) return err('too-many')
    yield* run(insertJoin, { invitation, position: joins.length, body })
    yield* run(setInvitationState, { invitation, state: 'waiting' })
  }
  return ok({ space: found.space })
}

function* joins(wanted: In<'joins'>): Steps<Output<'joins'>> {
  const found = yield* keptInvitation(wanted)
  if (!found.ok) return found
  const left = yield* all(listJoins, wanted)
  return ok(left.map(({ body }) => body))
}

function* closeInvitation(wanted: In<'closeInvitation'>): Steps<Output<'closeInvitation'>> {
  const found = yield* keptInvitation(wanted)
  if (!found.ok) return found
  const { state } = found.value
  if (state !== 'open' && state !== 'waiting') return state === wanted.state ? ok(undefined) : err(endOf(state))
  yield* run(setInvitationState, wanted)
  yield* run(deleteJoins, wanted)
  return ok(undefined)
}

/** Invitations and joins of a database. */
export const invitationOperations: InvitationOperations = {
  invite,
  *findInvitation(wanted): Steps<Output<'findInvitation'>> {
    const found = yield* get(findInvitation, wanted)
    return found === undefined
      ? err('not-found')
      : ok({ state: found.state, expiresAt: found.expires_at, record: found.record })
  },
  join,
  joins,
  closeInvitation,
}

/** The desks of a database. */
export const deskOperations: DeskOperations = {
  *addDesk({ secretHash, now }) {
    yield* run(insertDesk, { secret_hash: secretHash, made_at: now })
  },
  *hasDesk({ secretHash }) {
    return (yield* get(findDesk, { secret_hash: secretHash })) !== undefined
  },
  *countDesks() {
    const desks = yield* get(countDesks, {})
    return desks?.count ?? 0
  },
  revokeDesks: () => run(deleteDesks, {}),
  *putOrigin(at) {
    yield* run(setOrigin, at)
  },
  *findOrigin() {
    const relay = yield* get(findRelay, {})
    return relay?.origin ?? undefined
  },
}
