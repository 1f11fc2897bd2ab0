import { randomBytes } from 'node:crypto'
import {
  DOORS,
  deskBody,
  encode,
  fromBase64Url,
  ID_BYTES,
  INVITATION_STATES,
  invitationBody,
  joinBody,
  MAX_BODY_BYTES,
  MAX_JOIN_BODY_BYTES,
  MAX_RETENTION_MS,
  type OpenSpace,
  openSpaceBody,
  type RelayCode,
  receiptsBody,
} from '@antechamber/protocol'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import { deskHash } from '../desk.ts'
import type { Health } from '../health.ts'
import { describeFailure, type Log } from '../log.ts'
import type { DoorName, Metrics } from '../metrics.ts'
import type { RateName, Rates } from '../rates.ts'
import type { ReceiptSigner } from '../receipt-key.ts'
import { type Permit, type Storage, StorageFullError } from '../storage/ports.ts'
import { invitationEnd, sha256 } from '../storage/rules.ts'
import { readMessage } from './body.ts'
import { nothingHere, type Pages } from './pages.ts'
import { refusal, refuse } from './refusal.ts'

type Bindings = { Bindings: HttpBindings }
type Door = Context<Bindings>

/** What the HTTP doors open onto. */
export interface HttpPorts {
  readonly storage: Storage
  readonly bus: Bus
  readonly clock: Clock
  readonly rates: Rates
  readonly pages: Pages
  readonly health: Health
  readonly log: Log
  readonly metrics: Metrics
  readonly headers: ReadonlyMap<string, string>
  /** The network of whoever sent the request, for counting only. */
  readonly receipts: ReceiptSigner
  readonly networkOf: (incoming: HttpBindings['incoming']) => string
}

/** A device's clock may be ahead of ours. */
const CLOCKS_APART_MS = 24 * 60 * 60 * 1000

const done = (status: 201 | 204) => new Response(null, { status, headers: { 'cache-control': 'no-store' } })

/** An id of a path. What is no id is answered as one that nobody has. */
function idOf(text: string | undefined): Uint8Array {
  const bytes = fromBase64Url(text ?? '')
  return bytes?.length === ID_BYTES ? bytes : new Uint8Array(randomBytes(ID_BYTES))
}

const permitOf = ({ permit }: OpenSpace): Permit =>
  permit.type === 'desk'
    ? { type: 'desk', secretHash: deskHash(permit.secret) }
    : { type: 'invitation', invitation: permit.invitation, ticketHash: sha256(permit.ticket) }

/** What stands behind a door: an answer, or the code of a refusal. */
type Handler = (ports: HttpPorts, context: Door) => Promise<Response | RelayCode>

const tryDesk: Handler = async ({ storage }, { req }) => {
  const body = await readMessage(req.raw, deskBody, MAX_BODY_BYTES)
  if (!body.ok) return body.error
  return (await storage.desks.hasDesk({ secretHash: deskHash(body.value.secret) })) ? done(204) : 'not-found'
}

const openSpace: Handler = async ({ storage, clock, health }, { req }) => {
  const body = await readMessage(req.raw, openSpaceBody, MAX_BODY_BYTES)
  if (!body.ok) return body.error
  const now = clock.now()
  const { space, device, loginKey, retainUntil } = body.value
  if (retainUntil <= now || retainUntil > now + MAX_RETENTION_MS + CLOCKS_APART_MS) return 'malformed'
  const permit = permitOf(body.value)
  const opened = await storage.envelopes.openSpace({ permit, space, device, loginKey, retainUntil, now })
  if (!opened.ok) return opened.error
  health.wrote()
  return done(201)
}

const readInvitation: Handler = async ({ storage, clock }, { req }) => {
  const found = await storage.invitations.findInvitation({ invitation: idOf(req.param('id')) })
  if (!found.ok) return found.error
  const end = invitationEnd(found.value, clock.now())
  const body = encode(invitationBody, {
    state: INVITATION_STATES.indexOf(end === 'expired' ? end : found.value.state),
    expiresAt: found.value.expiresAt,
    // Where nobody can join by it any more, nobody needs to read it either.
    record: end === undefined || end === 'used' ? found.value.record : new Uint8Array(),
  })
  return new Response(body as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
  })
}

const leaveJoin: Handler = async ({ storage, clock, health, bus }, { req }) => {
  const body = await readMessage(req.raw, joinBody, MAX_JOIN_BODY_BYTES)
  if (!body.ok) return body.error
  const { ticket, join } = body.value
  if (join.length === 0) return 'malformed'
  const invitation = idOf(req.param('id'))
  const left = { invitation, ticketHash: sha256(ticket), body: join, now: clock.now() }
  const joined = await storage.invitations.join(left)
  if (!joined.ok) return joined.error
  health.wrote()
  bus.publish({ type: 'joined', space: joined.value.space, invitation })
  return done(201)
}

const readReceipts: Handler = async ({ storage, receipts: { publicKey: key, sign } }, { req }) => {
  const found = await storage.envelopes.receipts({ space: idOf(req.param('id')) })
  const receipts = found.map((receipt) => ({ receipt, signature: sign(receipt) }))
  const body = encode(receiptsBody, { key, receipts })
  return new Response(body as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
  })
}

/** A door with its rate: whoever comes too often is turned away before anything is read. */
function door(ports: HttpPorts, name: RateName & DoorName, handle: Handler) {
  return async (context: Door): Promise<Response> => {
    const retryAfterMs = await ports.rates.take(name, ports.networkOf(context.env.incoming))
    const answer = retryAfterMs === undefined ? await handle(ports, context) : 'too-many'
    if (answer instanceof Response) return answer
    ports.metrics.refused(name, answer)
    return refuse(refusal(answer, retryAfterMs))
  }
}

function onFailure({ health, log }: HttpPorts, error: unknown): Response {
  if (error instanceof StorageFullError) {
    health.full()
    return refuse(refusal('storage-full'))
  }
  log('error', 'failed', describeFailure(error))
  return new Response(null, { status: 500, headers: { 'cache-control': 'no-store' } })
}

/** The HTTP doors and the pages. Source: docs/spec/wire.md. */
export function httpDoors(ports: HttpPorts): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.use(async (context, next) => {
    await next()
    for (const [name, value] of ports.headers) context.res.headers.set(name, value)
  })
  app.post(DOORS.desk, door(ports, 'desk', tryDesk))
  app.post(DOORS.spaces, door(ports, 'spaces', openSpace))
  app.get(DOORS.invitation(':id'), door(ports, 'invitations', readInvitation))
  app.post(DOORS.joins(':id'), door(ports, 'joins', leaveJoin))
  app.get(DOORS.receipts(':id'), door(ports, 'receipts', readReceipts))
  app.get('/healthz', (context) => context.text('ok\n', 200, { 'cache-control': 'no-store' }))
  app.get('/readyz', (context) => {
    const trouble = ports.health.trouble()
    return context.text(`${trouble ?? 'ready'}\n`, trouble ? 503 : 200, { 'cache-control': 'no-store' })
  })
  app.get(
    '*',
    async ({ req }) =>
      (await ports.pages.answer(req.path, req.raw)) ?? nothingHere(req.raw) ?? refuse(refusal('not-found')),
  )
  app.notFound(() => refuse(refusal('not-found')))
  app.onError((error) => onFailure(ports, error))
  return app
}
