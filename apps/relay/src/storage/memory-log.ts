import { EMPTY_LOG_HASH, equalBytes, err, type LogItem, ok } from '@antechamber/protocol'
import { purgeReceipt } from './memory-destroy.ts'
import { holdsShareKey } from './memory-roster.ts'
import { isKeeper, type MemorySpace, type MemoryState, spaceOf } from './memory-state.ts'
import type { Operations } from './operations.ts'
import type { ChapterBatch, IncomingEnvelope, SpaceOpening } from './ports.ts'
import {
  batchBytes,
  INVITATION_MEMORY_MS,
  invitationEnd,
  isWithdrawable,
  keyOf,
  MAX_RESERVATIONS,
  nextHead,
  refuseBatch,
  repeated,
  reservedUntil,
} from './rules.ts'

type LogOperations = Pick<Operations, 'openSpace' | 'append' | 'batch' | 'read' | 'withdraw' | 'reserve' | 'sweep'>

function emptySpace(opening: SpaceOpening): MemorySpace {
  return {
    id: opening.space,
    retainUntil: opening.retainUntil,
    invited: opening.permit.type === 'invitation',
    log: { head: 0, headHash: EMPTY_LOG_HASH },
    bytes: 0,
    chapter: undefined,
    wayBack: undefined,
    items: [],
    numberOf: new Map(),
    access: new Map([[keyOf(opening.device), { loginKey: opening.loginKey, keeper: true, since: 1 }]]),
    keys: new Map(),
    chapters: new Map(),
  }
}

/** Whether a space is still as this opening made it. */
function isSameOpening(space: MemorySpace, opening: SpaceOpening): boolean {
  const access = space.access.get(keyOf(opening.device))
  return (
    space.log.head === 0 &&
    space.retainUntil === opening.retainUntil &&
    access !== undefined &&
    equalBytes(access.loginKey, opening.loginKey)
  )
}

function openSpace(state: MemoryState, opening: SpaceOpening): ReturnType<LogOperations['openSpace']> {
  const key = keyOf(opening.space)
  const { permit } = opening
  const invitation = permit.type === 'invitation' ? state.invitations.get(keyOf(permit.invitation)) : undefined
  if (permit.type === 'desk') {
    if (!state.desks.has(keyOf(permit.secretHash))) return err('not-found')
  } else {
    if (invitation === undefined || !equalBytes(invitation.ticketHash, permit.ticketHash)) return err('not-found')
    const end = invitationEnd(invitation, opening.now)
    if (end !== undefined && end !== 'used') return err(end)
    if (invitation.opened !== undefined && invitation.opened !== key) return err('used')
  }
  const known = state.spaces.get(key)
  if (known !== undefined) return isSameOpening(known, opening) ? ok(undefined) : err('exists')
  state.spaces.set(key, emptySpace(opening))
  if (invitation !== undefined) invitation.opened = key
  return ok(undefined)
}

/** Puts an envelope at the end of the log. @param bytes all that is stored with it */
function add(space: MemorySpace, envelope: IncomingEnvelope, bytes: number): number {
  space.bytes += bytes
  space.log = nextHead(space.log, envelope)
  const n = space.log.head
  space.items.push({ n, envelope: envelope.bytes, envelopeHash: envelope.hash })
  space.numberOf.set(keyOf(envelope.id), n)
  return n
}

function known(space: MemorySpace, envelope: IncomingEnvelope) {
  const n = space.numberOf.get(keyOf(envelope.id))
  const item = n === undefined ? undefined : space.items[n - 1]
  return item === undefined ? undefined : repeated({ n: item.n, hash: item.envelopeHash }, envelope.hash)
}

function withdraw(
  state: MemoryState,
  { space: id, device, id: envelope }: Parameters<LogOperations['withdraw']>[0],
): ReturnType<LogOperations['withdraw']> {
  const space = spaceOf(state, id, device)
  const n = space?.numberOf.get(keyOf(envelope)) ?? 0
  const item = space?.items[n - 1]
  const since = space?.access.get(keyOf(device))?.since ?? 0
  if (!space || !item || n < since || !isWithdrawable(item.envelope)) return err('not-found')
  space.items[n - 1] = { ...item, envelope: undefined }
  return ok(undefined)
}

function applyBatch(space: MemorySpace, batch: ChapterBatch): number {
  for (const device of batch.remove) {
    space.access.delete(keyOf(device))
    space.keys.delete(keyOf(device))
    for (const { grants, regrants } of space.chapters.values()) {
      grants.delete(keyOf(device))
      regrants.delete(keyOf(device))
    }
  }
  const n = space.log.head + 1
  for (const { device, loginKey, keeper } of batch.admit) {
    const since = space.access.get(keyOf(device))?.since ?? n
    space.access.set(keyOf(device), { loginKey, keeper, since })
  }
  for (const key of batch.keys) space.keys.set(keyOf(key.device), key)
  const chapter = space.chapters.get(keyOf(batch.header.chapter))
  if (chapter !== undefined) {
    chapter.first = n
    for (const grant of batch.grants) chapter.grants.set(keyOf(grant.device), grant)
  }
  space.chapter = keyOf(batch.header.chapter)
  return add(space, batch.header, batchBytes(batch))
}

function batch(state: MemoryState, wanted: ChapterBatch): ReturnType<LogOperations['batch']> {
  const space = spaceOf(state, wanted.space, wanted.device)
  if (space === undefined) return err('not-found')
  const repetition = known(space, wanted.header)
  if (repetition !== undefined) return repetition
  const chapter = space.chapters.get(keyOf(wanted.header.chapter))
  const refusal = refuseBatch(wanted, {
    log: space.log,
    hasRoom: space.bytes + batchBytes(wanted) <= state.maxSpaceBytes,
    isKeeper: isKeeper(space, wanted.device),
    wayBack: space.wayBack,
    chapter: chapter === undefined ? 'unknown' : chapter.first === undefined ? 'reserved' : 'used',
    keepers: () => new Map([...space.access].map(([device, access]) => [device, access.keeper])),
  })
  return refusal === undefined ? ok({ n: applyBatch(space, wanted), fresh: true }) : err(refusal)
}

/** Items after a number, as many as may be in one answer. */
export function pageOf(space: MemorySpace, after: number, maxItems: number, maxBytes: number): LogItem[] {
  const items: LogItem[] = []
  let bytes = 0
  for (const item of space.items.slice(after, after + maxItems)) {
    bytes += item.envelope?.length ?? 0
    if (items.length > 0 && bytes > maxBytes) break
    items.push(item)
  }
  return items
}

/** Deletes the entries that are over; how many. */
function forget<T>(all: Map<string, T>, isOver: (value: T) => boolean): number {
  const over = [...all].filter(([, value]) => isOver(value))
  for (const [key] of over) all.delete(key)
  return over.length
}

function sweep(
  state: MemoryState,
  { now, backupsUntil = now }: Parameters<LogOperations['sweep']>[0],
): ReturnType<LogOperations['sweep']> {
  const due = [...state.spaces.values()].filter(({ retainUntil }) => retainUntil <= now)
  if (due.length > 0) state.owesRenewal = true
  const purged = new Set(due.map(({ id }) => keyOf(id)))
  for (const key of purged) state.spaces.delete(key)
  const receipts = due.map((space) => purgeReceipt(space, now, backupsUntil))
  state.receipts = [...state.receipts, ...receipts].filter(({ forgetAt }) => forgetAt > now)
  let reservations = 0
  for (const { chapters } of state.spaces.values()) {
    reservations += forget(chapters, ({ first, reservedAt }) => first === undefined && reservedAt <= reservedUntil(now))
  }
  const invitations = forget(
    state.invitations,
    ({ space, expiresAt }) => purged.has(space) || expiresAt + INVITATION_MEMORY_MS <= now,
  )
  return { spaces: due.map(({ id }) => id), reservations, invitations, owesRenewal: state.owesRenewal }
}

/** The logs of a memory. */
export const memoryLog = (state: MemoryState): LogOperations => ({
  openSpace: (opening) => openSpace(state, opening),
  append: ({ space: id, device, envelope }) => {
    const space = spaceOf(state, id, device)
    if (space === undefined) return err('not-found')
    const repetition = known(space, envelope)
    if (repetition !== undefined) return repetition
    if (space.chapter !== keyOf(envelope.chapter)) return err('stale-chapter')
    const { length } = envelope.bytes
    if (space.bytes + length > state.maxSpaceBytes) return err('space-full')
    return ok({ n: add(space, envelope, length), fresh: true })
  },
  batch: (wanted) => batch(state, wanted),
  withdraw: (wanted) => withdraw(state, wanted),
  read: ({ space: id, device, after, maxItems, maxBytes }) => {
    const space = spaceOf(state, id, device)
    if (space === undefined) return err('not-found')
    const since = space.access.get(keyOf(device))?.since ?? 1
    return ok({ head: space.log.head, items: pageOf(space, Math.max(after, since - 1), maxItems, maxBytes) })
  },
  reserve: ({ space: id, device, chapter, sealedShare, shareKey, now }) => {
    const space = spaceOf(state, id, device)
    if (space === undefined) return err('not-found')
    const waiting = [...space.chapters.values()].filter(({ first }) => first === undefined)
    if (waiting.length >= MAX_RESERVATIONS) return err('too-many')
    if (!holdsShareKey(state, shareKey)) return err('stale-key')
    space.chapters.set(keyOf(chapter), {
      sealedShare,
      reservedAt: now,
      first: undefined,
      grants: new Map(),
      regrants: new Map(),
      asked: { keeper: false, other: false },
    })
    return ok(undefined)
  },
  sweep: (at) => sweep(state, at),
})
