import { randomBytes } from 'node:crypto'
import {
  decodeEnvelope,
  ENTRY,
  type Envelope,
  equalBytes,
  HEADER,
  ID_BYTES,
  INVITATION_STATES,
  MAX_INVITATION_MS,
  type RelayCode,
  type RelayMessage,
  rescuePermit,
  WORDS,
  wayBackOf,
  withdrawable,
} from '@antechamber/protocol'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { RateName } from '../rates.ts'
import { drawShare, type ShareVault, shareKeyOf } from '../share-vault.ts'
import type { ClosedState, IncomingEnvelope, InSpace, Storage } from '../storage/ports.ts'
import { keyOf, sha256 } from '../storage/rules.ts'
import type { Allowance } from './allowance.ts'
import type { Request } from './frames.ts'
import type { Holds } from './holds.ts'
import { isSigned } from './login.ts'
import { PAGE, SMALL_PAGE } from './pump.ts'
import type { LiveSpaces } from './spaces.ts'

/** What a request may use. `session` is the connection's own place: the one space and device it logged in as. */
export interface RequestPorts {
  readonly storage: Storage
  readonly spaces: LiveSpaces
  readonly bus: Bus
  readonly vault: ShareVault
  /** How long backups are kept. */
  readonly backupMs: number
  readonly clock: Clock
  readonly metrics: Metrics
  /** What waits for all connections together; one for all. */
  readonly allowance: Allowance
  /** One for all connections. */
  readonly holds: Holds
}

type Ask<Type extends Request['type']> = Extract<Request, { readonly type: Type }>
type Answer = Exclude<RelayMessage, { readonly type: 'refused' | 'welcome' | 'entered' | 'items' | 'joined' }>
type Handler<Type extends Request['type']> = (
  ports: RequestPorts,
  session: InSpace,
  request: Ask<Type>,
) => Promise<Answer | RelayCode>

function incoming(
  bytes: Uint8Array,
  kinds: readonly Envelope['kind'][],
  space: Uint8Array,
): IncomingEnvelope | undefined {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok || !kinds.includes(envelope.value.kind) || !equalBytes(envelope.value.space, space)) return undefined
  const { id, kind, chapter } = envelope.value
  return { id, kind, chapter, bytes, hash: sha256(bytes) }
}

const append: Handler<'append'> = async (ports, { space, device }, { ref, envelope: bytes }) => {
  const envelope = incoming(bytes, [ENTRY, WORDS], space)
  if (envelope === undefined) return 'malformed'
  await ports.holds.wait(space, device)
  const appended = await ports.storage.envelopes.append({ space, device, envelope })
  if (!appended.ok) return appended.error
  const { n, fresh } = appended.value
  if (fresh) {
    ports.metrics.appended(1, bytes.length)
    ports.spaces.appended(space, { n, envelope: bytes, envelopeHash: envelope.hash })
  } else ports.bus.publish({ type: 'grown', space, head: n })
  return { type: 'appended', ref, n }
}

const withdraw: Handler<'withdraw'> = async ({ storage, bus }, { space, device }, { ref, secret }) => {
  const id = sha256(withdrawable(secret)).slice(0, ID_BYTES)
  const withdrawn = await storage.envelopes.withdraw({ space, device, id })
  if (!withdrawn.ok) return withdrawn.error
  bus.publish({ type: 'withdrawn', space })
  return { type: 'done', ref }
}

const destroy: Handler<'destroy'> = async ({ storage, bus, clock, backupMs }, { space, device }, { ref, chapter }) => {
  const now = clock.now()
  const destroyed = await storage.envelopes.destroy({ space, device, chapter, now, backupsUntil: now + backupMs })
  if (!destroyed.ok) return destroyed.error
  if (destroyed.value.isDone) bus.publish({ type: 'withdrawn', space })
  return { type: 'done', ref }
}

const areDistinct = (ids: readonly Uint8Array[]): boolean => new Set(ids.map(keyOf)).size === ids.length

const batch: Handler<'batch'> = (ports, session, request) => openChapter(ports, session, request)

/** The signature is checked here, and by the storage that it is the one that the keepers have named (WR28). */
const rescue: Handler<'rescue'> = async (ports, session, request) => {
  const { admit, anchor, revision, permit } = request
  const [one] = admit
  if (!one || !isSigned(anchor, rescuePermit(session.space, revision, one), permit)) return 'forbidden'
  return openChapter(ports, session, request, sha256(wayBackOf(session.space, anchor, revision)))
}

const setWayBack: Handler<'set-way-back'> = async ({ storage }, session, { ref, wayBack }) => {
  const set = await storage.roster.setWayBack({ ...session, wayBack })
  return set.ok ? { type: 'done', ref } : set.error
}

async function openChapter(
  ports: RequestPorts,
  { space, device }: InSpace,
  request: Ask<'batch' | 'rescue'>,
  permitted?: Uint8Array,
): Promise<Answer | RelayCode> {
  const { ref, head, headHash, grants, admit, remove, keys } = request
  const header = incoming(request.header, [HEADER], space)
  const admitted = admit.map((access) => access.device)
  const isConsistent =
    areDistinct([...admitted, ...remove]) &&
    areDistinct(grants.map((grant) => grant.device)) &&
    areDistinct(keys.map((key) => key.device))
  if (header === undefined || !isConsistent) return 'malformed'
  const asked = { space, device, header, head, headHash, grants, admit, remove, keys }
  const wanted = { ...asked, ...(permitted && { permitted }) }
  const appended = await ports.storage.envelopes.batch(wanted)
  if (!appended.ok) {
    // Nobody is told so but who could have opened it.
    if (appended.error === 'head-moved') ports.holds.lost(space, device)
    return appended.error
  }
  ports.holds.end(space, device)
  const { n, fresh } = appended.value
  if (fresh) {
    ports.metrics.appended(1, header.bytes.length)
    // Before anybody is told that the log has grown: the removed are not sent what removed them.
    if (remove.length > 0) ports.bus.publish({ type: 'removed', space, devices: remove })
    ports.spaces.appended(space, { n, envelope: header.bytes, envelopeHash: header.hash })
  }
  return { type: 'appended', ref, n }
}

const reserve: Handler<'reserve'> = async ({ storage, vault, clock, holds }, { space, device }, { ref }) => {
  holds.begin(space, device)
  const chapter = new Uint8Array(randomBytes(ID_BYTES))
  const share = drawShare()
  for (;;) {
    const sealedShare = vault.seal(space, chapter, share)
    const wanted = { space, device, chapter, sealedShare, shareKey: shareKeyOf(sealedShare), now: clock.now() }
    const reserved = await storage.envelopes.reserve(wanted)
    if (reserved.ok) return { type: 'reserved', ref, chapter, share }
    if (reserved.error !== 'stale-key') return reserved.error
    // Another relay has moved to another key; this one follows, or fails.
    await vault.agree(storage.shares)
  }
}

const publishKey: Handler<'publish-key'> = async ({ storage }, { space, device }, { ref, key }) => {
  if (!equalBytes(key.device, device)) return 'forbidden'
  const published = await storage.roster.publishKey({ space, device, key })
  return published.ok ? { type: 'done', ref } : published.error
}

const keys: Handler<'keys'> = async ({ storage }, session, { ref }) => {
  const found = await storage.roster.keys(session)
  return found.ok ? { type: 'keys', ref, keys: found.value } : found.error
}

const grant: Handler<'grant'> = async ({ storage, vault }, { space, device }, { ref, chapter }) => {
  const found = await storage.roster.grant({ space, device, chapter })
  if (!found.ok) return found.error
  const share = vault.open(space, chapter, found.value.sealedShare)
  return { type: 'granted', ref, share, grant: found.value.grant }
}

const regrant: Handler<'regrant'> = async ({ storage }, session, { ref, chapter, grant }) => {
  const given = await storage.regrants.regrant({ ...session, chapter, grant })
  return given.ok ? { type: 'done', ref } : given.error
}

const regrants: Handler<'regrants'> = async ({ storage }, session, { ref, device: of, after }) => {
  const found = await storage.regrants.regrants({ ...session, of, after })
  return found.ok ? { type: 'regrants', ref, chapters: found.value } : found.error
}

const regranted: Handler<'regranted'> = async ({ storage, vault }, { space, device }, { ref, chapter }) => {
  const found = await storage.regrants.regranted({ space, device, chapter })
  if (!found.ok) return found.error
  const { sealedShare, grants } = found.value
  return { type: 'regranted', ref, share: vault.open(space, chapter, sealedShare), grants }
}

const dropRegrants: Handler<'drop-regrants'> = async ({ storage }, session, { ref, chapter }) => {
  const dropped = await storage.regrants.dropRegrants({ ...session, chapter })
  return dropped.ok ? { type: 'done', ref } : dropped.error
}

const chapter: Handler<'chapter'> = async ({ storage, allowance }, session, { ref, chapter, after }) => {
  const size = allowance.isSpent() ? SMALL_PAGE : PAGE
  const letGo = allowance.hold(size.maxBytes)
  try {
    const page = await storage.envelopes.readChapter({ ...session, chapter, after, ...size })
    return page.ok ? { type: 'chapter', ref, ...page.value } : page.error
  } finally {
    letGo()
  }
}

const invite: Handler<'invite'> = async ({ storage, clock }, { space, device }, request) => {
  const { ref, invitation, expiresAt, ticketHash, record } = request
  const now = clock.now()
  if (expiresAt <= now || expiresAt > now + MAX_INVITATION_MS || record.length === 0) return 'malformed'
  const invited = await storage.invitations.invite({ space, device, invitation, expiresAt, ticketHash, record })
  return invited.ok ? { type: 'done', ref } : invited.error
}

/** Nothing is asked but whether the way to the relay is open. */
const ping: Handler<'ping'> = async (_, __, { ref }) => ({ type: 'done', ref })

const CLOSING: readonly ClosedState[] = ['admitted', 'declined', 'revoked']

const closeInvitation: Handler<'close-invitation'> = async ({ storage }, { space, device }, request) => {
  const { ref, invitation } = request
  const state = CLOSING.find((closing) => closing === INVITATION_STATES[request.state])
  if (state === undefined) return 'malformed'
  const closed = await storage.invitations.closeInvitation({ space, device, invitation, state })
  return closed.ok ? { type: 'done', ref } : closed.error
}

const joins: Handler<'joins'> = async ({ storage }, { space, device }, { ref, invitation }) => {
  const found = await storage.invitations.joins({ space, device, invitation })
  return found.ok ? { type: 'joins', ref, joins: found.value } : found.error
}

type Answered = Exclude<Request['type'], 'tail'>

const HANDLERS: { readonly [Type in Answered]: Handler<Type> } = {
  append,
  batch,
  rescue,
  'set-way-back': setWayBack,
  reserve,
  'publish-key': publishKey,
  keys,
  grant,
  invite,
  'close-invitation': closeInvitation,
  joins,
  ping,
  withdraw,
  destroy,
  regrant,
  regrants,
  regranted,
  'drop-regrants': dropRegrants,
  chapter,
}

/** Which rate a request counts against. */
export const RATE_OF: { readonly [Type in Request['type']]: RateName } = {
  append: 'append',
  batch: 'batch',
  rescue: 'batch',
  'set-way-back': 'batch',
  reserve: 'batch',
  tail: 'ask',
  'publish-key': 'ask',
  keys: 'ask',
  grant: 'ask',
  invite: 'invite',
  'close-invitation': 'invite',
  joins: 'ask',
  ping: 'ask',
  withdraw: 'append',
  destroy: 'batch',
  regrant: 'append',
  regrants: 'ask',
  regranted: 'ask',
  'drop-regrants': 'ask',
  chapter: 'ask',
}

/** Requests that change something: when one goes well, there is room in the storage. */
export const WRITES: ReadonlySet<Request['type']> = new Set([
  'append',
  'withdraw',
  'destroy',
  'batch',
  'rescue',
  'set-way-back',
  'reserve',
  'publish-key',
  'invite',
  'close-invitation',
  'regrant',
  'drop-regrants',
])

/** The answer to a request, or the code it is refused with. Rejects as the storage does. */
export function answer(
  ports: RequestPorts,
  session: InSpace,
  request: Exclude<Request, { readonly type: 'tail' }>,
): Promise<Answer | RelayCode> {
  // The table pairs each name with its own handler; TypeScript does not follow that through an index.
  const handle = HANDLERS[request.type] as Handler<Answered>
  return handle(ports, session, request as Ask<Answered>)
}
