import { bytes, type Carried, fixed, struct, u8, u64, variant } from './codec.ts'
import { id, PUBLIC_KEY_BYTES } from './envelope.ts'
import { MAX_JOIN_BYTES, MAX_RECORD_BYTES } from './limits.ts'

/** Bytes of a desk's secret, `d1.<base64url>` in its link. */
export const DESK_SECRET_BYTES = 32

/** Bytes of an invitation's ticket: what shows the relay that somebody has the invitation, not merely its id (IN10). */
export const TICKET_BYTES = 32
/** The longest body of a join. */
export const MAX_JOIN_BODY_BYTES = TICKET_BYTES + 4 + MAX_JOIN_BYTES

/** The HTTP doors. Bodies are the formats below, as `application/octet-stream`; refusals carry a {@link refusalBody}. */
export const DOORS = {
  desk: '/v1/desk',
  spaces: '/v1/spaces',
  invitation: (invitation: string) => `/v1/invitations/${invitation}`,
  joins: (invitation: string) => `/v1/invitations/${invitation}/joins`,
  receipts: (space: string) => `/v1/receipts/${space}`,
  live: '/v1/live',
} as const

/** POST desk: is this desk's secret good? 204, or 404. */
export const deskBody = struct({ secret: fixed(DESK_SECRET_BYTES) })

/**
 * POST spaces: opens an empty space whose access list holds its opener, as keeper. 201, or a refusal.
 * A desk opens any number; an invitation opens one: the private space of whoever it invites.
 * `retainUntil`: ms since the epoch, when the relay purges the whole space by itself (WR12).
 */
export const openSpaceBody = struct({
  permit: variant({
    desk: [1, struct({ secret: fixed(DESK_SECRET_BYTES) })],
    invitation: [2, struct({ invitation: id, ticket: fixed(TICKET_BYTES) })],
  }),
  space: id,
  device: id,
  loginKey: fixed(PUBLIC_KEY_BYTES),
  retainUntil: u64,
})
export type OpenSpace = Carried<typeof openSpaceBody>

/** GET invitation: state (index into INVITATION_STATES), expiry, the sealed record. Reading consumes nothing (IN3). */
export const invitationBody = struct({
  state: u8,
  expiresAt: u64,
  record: bytes(MAX_RECORD_BYTES),
})

/** POST joins: the ticket, and the join, which the relay cannot read. 201, or a refusal; `not-found` for a wrong ticket. */
export const joinBody = struct({ ticket: fixed(TICKET_BYTES), join: bytes(MAX_JOIN_BYTES) })

/** Any refusal over HTTP: the number of a RelayCode and when to come again. */
export const refusalBody = struct({ code: u8, retryAfterMs: u64 })
