import { createHash } from 'node:crypto'
import {
  ENVELOPE_KIND_AT,
  encode,
  equalBytes,
  err,
  grantCodec,
  logLink,
  MAX_DEVICES_PER_SPACE,
  MAX_REGRANTED_AT_ONCE,
  ok,
  RESERVATION_MS,
  type RegrantedChapter,
  type Result,
  WORDS,
} from '@antechamber/protocol'
import type {
  Appended,
  BatchRefusal,
  ChapterBatch,
  ClosedState,
  IncomingEnvelope,
  Invitation,
  InvitationEnd,
} from './ports.ts'

/** Reservations that one space may hold at a time: several devices may open the next chapter at once, not hundreds. */
export const MAX_RESERVATIONS = 32
/** Invitations that one space may have, closed ones included, until they are forgotten. */
export const MAX_INVITATIONS_PER_SPACE = 2000
/** The same, of a space that an invitation opened: it invites further devices of one person, and nobody else. */
export const MAX_INVITATIONS_PER_INVITED_SPACE = 50
/** How long after its expiry an invitation can still say what became of it. */
export const INVITATION_MEMORY_MS = 30 * 24 * 60 * 60 * 1000

/** How long a receipt outlives its space. */
export const RECEIPT_MEMORY_MS = 90 * 24 * 60 * 60 * 1000

/** Whether chapters may be destroyed: a keeper has asked, and somebody else, where anybody else can (WR23). */
export const haveAskedEnough = (
  asked: { readonly keeper: boolean; readonly other: boolean },
  hasOthers: boolean,
): boolean => asked.keeper && (asked.other || !hasOthers)

/** Where a space's log stands. */
export interface LogHead {
  readonly head: number
  readonly headHash: Uint8Array
}

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())

/** The log's next number and hash, when an envelope is appended (LG3, LG4). */
export function nextHead(log: LogHead, { hash, kind }: Pick<IncomingEnvelope, 'hash' | 'kind'>): LogHead {
  const head = log.head + 1
  return { head, headHash: sha256(logLink(log.headHash, head, hash, kind)) }
}

/** Whether an envelope may be withdrawn: words, or what has been withdrawn already (LG12). */
export const isWithdrawable = (envelope: Uint8Array | null | undefined): boolean =>
  !envelope || envelope[ENVELOPE_KIND_AT] === WORDS

/** What an envelope id that is already taken means: the same envelope once more, or another one (LG3). */
export const repeated = (
  known: { readonly n: number; readonly hash: Uint8Array },
  hash: Uint8Array,
): Result<Appended, 'exists'> => (equalBytes(known.hash, hash) ? ok({ n: known.n, fresh: false }) : err('exists'))

/** What a batch adds to a space. Of keys there is one for each device, and not more. */
export const batchBytes = ({ header, grants }: Pick<ChapterBatch, 'header' | 'grants'>): number =>
  grants.reduce((sum, grant) => sum + encode(grantCodec, grant).length, header.bytes.length)

/** What a batch is judged by. `keepers`: all devices of the access list by key, true for a keeper. */
export interface BatchFacts {
  readonly log: LogHead
  /** Whether the space may hold what the batch adds (WR19). */
  readonly hasRoom: boolean
  readonly isKeeper: boolean
  /** Whose permit brings a device in without a keeper, if anybody's does. */
  readonly wayBack: Uint8Array | undefined
  readonly chapter: 'reserved' | 'used' | 'unknown'
  readonly keepers: () => ReadonlyMap<string, boolean>
}

/** Why a batch may not be stored, or undefined. Source: docs/spec/chapters.md CH3, docs/spec/wire.md WR11. */
export function refuseBatch(batch: ChapterBatch, facts: BatchFacts): BatchRefusal | undefined {
  if (facts.chapter !== 'reserved') return 'not-found'
  // Also where it changes no list: a chapter that leaves others out would silence the room.
  if (!facts.isKeeper && !isRescue(batch, facts)) return 'forbidden'
  // After that: whoever is told so is waited for (WR27).
  if (batch.head !== facts.log.head || !equalBytes(batch.headHash, facts.log.headHash)) return 'head-moved'
  if (!facts.hasRoom) return 'space-full'
  const changesRoster = batch.admit.length + batch.remove.length + batch.keys.length > 0
  if (!changesRoster) return undefined
  const after = new Map(facts.keepers())
  for (const device of batch.remove) after.delete(keyOf(device))
  for (const { device, keeper } of batch.admit) after.set(keyOf(device), keeper)
  if (after.size > MAX_DEVICES_PER_SPACE) return 'too-many'
  // A space without a keeper could never change its roster again; a key for nobody would never be deleted.
  if (![...after.values()].includes(true) || batch.keys.some(({ device }) => !after.has(keyOf(device)))) {
    return 'forbidden'
  }
  return undefined
}

/**
 * Whether a batch brings one keeper's device in, by the permit that the space's keepers have named, and does nothing else (WR28). What an
 * earlier one has done already, whose header the devices refused, is in nobody's way.
 */
function isRescue({ permitted, admit, remove, keys }: ChapterBatch, { wayBack, keepers }: BatchFacts): boolean {
  const [one, ...others] = admit
  const isPermitted = permitted !== undefined && wayBack !== undefined && equalBytes(permitted, wayBack)
  if (!isPermitted || !one?.keeper || others.length > 0) return false
  const before = keepers()
  return (
    before.get(keyOf(one.device)) !== false &&
    remove.every((device) => before.get(keyOf(device)) !== false) &&
    keys.every(({ device }) => equalBytes(device, one.device))
  )
}

/** Why nobody can come by this invitation any more, or undefined while it is open or waiting. */
export function invitationEnd(
  { state, expiresAt }: Pick<Invitation, 'state' | 'expiresAt'>,
  now: number,
): InvitationEnd | undefined {
  if (state === 'open' || state === 'waiting') return now >= expiresAt ? 'expired' : undefined
  return endOf(state)
}

export const endOf = (state: ClosedState): InvitationEnd => (state === 'admitted' ? 'used' : state)

/** One entry a chapter out of one row a sender, in the order in which they come. */
export function gatherRegrants(
  rows: readonly { readonly chapter: Uint8Array; readonly first: number; readonly sender: Uint8Array }[],
  asker: Uint8Array,
): readonly RegrantedChapter[] {
  const gathered = new Map<string, RegrantedChapter>()
  for (const { chapter, first, sender } of rows) {
    const before = gathered.get(keyOf(chapter))
    const mine = before?.mine === true || equalBytes(sender, asker)
    gathered.set(keyOf(chapter), { chapter, first, givers: (before?.givers ?? 0) + 1, mine })
  }
  return [...gathered.values()].slice(0, MAX_REGRANTED_AT_ONCE)
}

/** Bytes as a key of a Map: equal bytes, equal keys. */
export const keyOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** The bytes of a key of {@link keyOf}. */
export const bytesOf = (key: string): Uint8Array => new Uint8Array(Buffer.from(key, 'latin1'))

/** A reservation made at or before this is over. */
export const reservedUntil = (now: number): number => now - RESERVATION_MS
