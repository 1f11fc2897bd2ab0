import {
  encode,
  equalBytes,
  err,
  MAX_JOINS_PER_INVITATION,
  ok,
  type Result,
  sealingKeyCodec,
} from '@antechamber/protocol'
import { isKeeper, type MemorySpace, type MemoryState, spaceOf } from './memory-state.ts'
import type { Operations } from './operations.ts'
import type { Id, InSpace, NewInvitation } from './ports.ts'
import {
  bytesOf,
  endOf,
  invitationEnd,
  keyOf,
  MAX_INVITATIONS_PER_INVITED_SPACE,
  MAX_INVITATIONS_PER_SPACE,
} from './rules.ts'

type RosterOperations = Pick<
  Operations,
  'enter' | 'isKeeper' | 'setWayBack' | 'heads' | 'publishKey' | 'keys' | 'grant'
>
type ShareOperations = Pick<
  Operations,
  'findShareKey' | 'moveShareKey' | 'listShares' | 'replaceShares' | 'settleRenewal' | 'takeUpkeep'
>
type InvitationOperations = Pick<Operations, 'invite' | 'findInvitation' | 'join' | 'joins' | 'closeInvitation'>
type DeskOperations = Pick<
  Operations,
  'addDesk' | 'hasDesk' | 'countDesks' | 'revokeDesks' | 'putOrigin' | 'findOrigin'
>

/** Access, keys and grants of a memory. */
export const memoryRoster = (state: MemoryState): RosterOperations => ({
  enter: ({ space, device }) => {
    const found = spaceOf(state, space, device)
    const access = found?.access.get(keyOf(device))
    return found === undefined || access === undefined
      ? err('not-found')
      : ok({ loginKey: access.loginKey, ...found.log, since: access.since })
  },
  isKeeper: ({ space, device }) => {
    const found = spaceOf(state, space, device)
    return found !== undefined && isKeeper(found, device)
  },
  setWayBack: ({ space, device, wayBack }) => {
    const found = spaceOf(state, space, device)
    if (found === undefined) return err('not-found')
    if (!isKeeper(found, device)) return err('forbidden')
    found.wayBack = wayBack
    return ok(undefined)
  },
  heads: ({ spaces }) =>
    spaces.flatMap((space) => {
      const found = state.spaces.get(keyOf(space))
      return found === undefined ? [] : [{ space, head: found.log.head }]
    }),
  publishKey: ({ space, device, key }) => {
    const found = spaceOf(state, space, device)
    if (found === undefined) return err('not-found')
    const newest = found.keys.get(keyOf(device))
    if (newest !== undefined && key.number <= newest.number) {
      return equalBytes(encode(sealingKeyCodec, newest), encode(sealingKeyCodec, key)) ? ok(undefined) : err('exists')
    }
    found.keys.set(keyOf(device), key)
    return ok(undefined)
  },
  keys: ({ space, device }) => {
    const found = spaceOf(state, space, device)
    return found === undefined ? err('not-found') : ok([...found.keys.values()])
  },
  grant: ({ space, device, chapter }) => {
    const inside = spaceOf(state, space, device)
    const since = inside?.access.get(keyOf(device))?.since
    const found = inside?.chapters.get(keyOf(chapter))
    if (found?.first === undefined || since === undefined || found.first < since) return err('not-found')
    return ok({ sealedShare: found.sealedShare, grant: found.grants.get(keyOf(device)) })
  },
})

/** Whether this is the key that shares are sealed under; the first one is. */
export function holdsShareKey(state: MemoryState, shareKey: Id): boolean {
  state.shareKey ??= keyOf(shareKey)
  return state.shareKey === keyOf(shareKey)
}

/** All shares of a memory. */
export const memoryShares = (state: MemoryState): ShareOperations => ({
  findShareKey: () => (state.shareKey === undefined ? undefined : bytesOf(state.shareKey)),
  moveShareKey: ({ from, to }) => {
    if (from === undefined) return holdsShareKey(state, to)
    if (state.shareKey !== keyOf(from)) return false
    state.shareKey = keyOf(to)
    return true
  },
  listShares: ({ after, limit }) => {
    const all = [...state.spaces.values()].flatMap(({ id, chapters }) =>
      [...chapters].map(([key, { sealedShare }]) => ({ space: id, chapter: bytesOf(key), sealedShare })),
    )
    const place = ({ space, chapter }: { readonly space: Id; readonly chapter: Id }) => keyOf(space) + keyOf(chapter)
    const sorted = all.sort((a, b) => (place(a) < place(b) ? -1 : 1))
    return sorted.filter((share) => after === undefined || place(share) > place(after)).slice(0, limit)
  },
  replaceShares: ({ shareKey, shares }) => {
    if (!holdsShareKey(state, shareKey)) return false
    for (const { space, chapter, sealedShare } of shares) {
      const found = state.spaces.get(keyOf(space))?.chapters.get(keyOf(chapter))
      if (found !== undefined) found.sealedShare = sealedShare
    }
    return true
  },
  settleRenewal: ({ shareKey }) => {
    if (state.shareKey === keyOf(shareKey)) state.owesRenewal = false
  },
  takeUpkeep: ({ holder, now, until }) => {
    if (state.upkeep.until > now && state.upkeep.by !== keyOf(holder)) return false
    state.upkeep = { by: keyOf(holder), until }
    return true
  },
})

/** The space, for one of its keepers. */
function kept(state: MemoryState, { space, device }: InSpace): Result<MemorySpace, 'not-found' | 'forbidden'> {
  const found = spaceOf(state, space, device)
  if (found === undefined) return err('not-found')
  return isKeeper(found, device) ? ok(found) : err('forbidden')
}

function invite(state: MemoryState, space: MemorySpace, wanted: NewInvitation): ReturnType<Operations['invite']> {
  const key = keyOf(space.id)
  const known = state.invitations.get(keyOf(wanted.invitation))
  if (known !== undefined) {
    const isSame =
      known.space === key &&
      known.expiresAt === wanted.expiresAt &&
      equalBytes(known.ticketHash, wanted.ticketHash) &&
      equalBytes(known.record, wanted.record)
    return isSame ? ok(undefined) : err('exists')
  }
  const ofSpace = [...state.invitations.values()].filter((invitation) => invitation.space === key)
  const most = space.invited ? MAX_INVITATIONS_PER_INVITED_SPACE : MAX_INVITATIONS_PER_SPACE
  if (ofSpace.length >= most) return err('too-many')
  const { expiresAt, ticketHash, record } = wanted
  state.invitations.set(keyOf(wanted.invitation), {
    space: key,
    state: 'open',
    expiresAt,
    ticketHash,
    record,
    joins: [],
    // No chain of spaces grows out of one invitation.
    opened: space.invited ? key : undefined,
  })
  return ok(undefined)
}

function join(
  state: MemoryState,
  { invitation, ticketHash, body, now }: Parameters<Operations['join']>[0],
): ReturnType<Operations['join']> {
  const found = state.invitations.get(keyOf(invitation))
  const space = found && state.spaces.get(found.space)
  if (found === undefined || space === undefined || !equalBytes(found.ticketHash, ticketHash)) return err('not-found')
  const end = invitationEnd(found, now)
  if (end !== undefined) return err(end)
  if (!found.joins.some((known) => equalBytes(known, body))) {
    if (found.joins.length >= MAX_JOINS_PER_INVITATION) return err('too-many')
    found.joins.push(body)
    found.state = 'waiting'
  }
  return ok({ space: space.id })
}

/** Invitations and joins of a memory. */
export const memoryInvitations = (state: MemoryState): InvitationOperations => ({
  invite: (wanted) => {
    const space = kept(state, wanted)
    return space.ok ? invite(state, space.value, wanted) : space
  },
  findInvitation: ({ invitation }) => {
    const found = state.invitations.get(keyOf(invitation))
    return found === undefined
      ? err('not-found')
      : ok({ state: found.state, expiresAt: found.expiresAt, record: found.record })
  },
  join: (wanted) => join(state, wanted),
  joins: (wanted) => {
    const space = kept(state, wanted)
    if (!space.ok) return space
    const found = state.invitations.get(keyOf(wanted.invitation))
    return found === undefined || found.space !== keyOf(wanted.space) ? err('not-found') : ok([...found.joins])
  },
  closeInvitation: (wanted) => {
    const space = kept(state, wanted)
    if (!space.ok) return space
    const found = state.invitations.get(keyOf(wanted.invitation))
    if (found === undefined || found.space !== keyOf(wanted.space)) return err('not-found')
    if (found.state !== 'open' && found.state !== 'waiting') {
      return found.state === wanted.state ? ok(undefined) : err(endOf(found.state))
    }
    found.state = wanted.state
    found.joins = []
    return ok(undefined)
  },
})

/** The desks of a memory. */
export const memoryDesks = (state: MemoryState): DeskOperations => ({
  addDesk: ({ secretHash }) => {
    state.desks.add(keyOf(secretHash))
  },
  hasDesk: ({ secretHash }) => state.desks.has(keyOf(secretHash)),
  countDesks: () => state.desks.size,
  revokeDesks: () => {
    const count = state.desks.size
    state.desks.clear()
    return count
  },
  putOrigin: ({ origin }) => {
    state.origin = origin
  },
  findOrigin: () => state.origin,
})
