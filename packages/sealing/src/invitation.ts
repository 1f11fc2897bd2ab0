import {
  concat,
  err,
  fromBase64Url,
  ID_BYTES,
  NONCE_BYTES,
  ok,
  type Result,
  tagged,
  toBase64Url,
} from '@antechamber/protocol'
import { open, seal, TAG_BYTES } from './aead.ts'
import { deriveKey } from './hashing.ts'
import type { Random } from './random.ts'
import { KEY_BYTES } from './secrets.ts'

/** What opens one seat, once: the id that the relay knows, and 32 bytes that it does not. */
export interface InvitationSecret {
  readonly id: Uint8Array
  readonly secret: Uint8Array
}

/** Bytes that a sealed record is longer than its welcome. */
export const RECORD_OVERHEAD = NONCE_BYTES + TAG_BYTES

/** An invitation to be handed over as a link. Draws 16 and 32 bytes. */
export const newLinkInvitation = (random: Random): InvitationSecret => ({
  id: random(ID_BYTES),
  secret: random(KEY_BYTES),
})

/** What stands behind `#` in the link, and never reaches a server: `v1.<base64url>`. */
export const linkFragment = (invitation: Pick<InvitationSecret, 'secret'>): string =>
  `v1.${toBase64Url(invitation.secret)}`

/** The link without its origin: `/i/<id>#v1.<secret>`. */
export const linkPath = (invitation: InvitationSecret): string =>
  `/i/${toBase64Url(invitation.id)}#${linkFragment(invitation)}`

/**
 * The invitation of a link, whole or from its path on. Takes a query that a messenger has put in between, and blanks
 * around. Only canonical base64url: one text for one invitation.
 *
 * Source: docs/spec/invitation.md, rule IN2.
 */
export function parseLink(link: string): Result<InvitationSecret, { readonly code: 'mistyped' }> {
  const parts = /^(?:https?:\/\/[^/?#]+)?\/i\/([\w-]+)\/?(?:\?[^#]*)?#v1\.([\w-]+)$/.exec(link.trim())
  const id = fromBase64Url(parts?.[1] ?? '')
  const secret = fromBase64Url(parts?.[2] ?? '')
  return id?.length === ID_BYTES && secret?.length === KEY_BYTES ? ok({ id, secret }) : err({ code: 'mistyped' })
}

const recordKey = ({ id, secret }: InvitationSecret): Uint8Array =>
  deriveKey(secret, undefined, tagged('invitation-record', id))

/**
 * What shows the relay that somebody has this invitation: 32 bytes, of which it knows the SHA-256. Whoever has only the
 * id, as a link preview does, cannot make it; whoever has it cannot make the secret out of it.
 *
 * Source: docs/spec/invitation.md, rule IN10.
 */
export const invitationTicket = ({ id, secret }: InvitationSecret): Uint8Array =>
  deriveKey(secret, undefined, tagged('invitation-ticket', id))

/**
 * The record that the relay keeps: nonce 24 ‖ the welcome, sealed under the invitation's secret.
 *
 * Source: docs/spec/invitation.md, rule IN1.
 */
export function sealRecord(invitation: InvitationSecret, welcome: Uint8Array, random: Random): Uint8Array {
  const nonce = random(NONCE_BYTES)
  return concat(nonce, seal(recordKey(invitation), nonce, tagged('record', invitation.id), welcome))
}

/** The welcome in a record, if it is this invitation's and unchanged. Source: docs/spec/invitation.md, rule IN1. */
export function openRecord(
  invitation: InvitationSecret,
  record: Uint8Array,
): Result<Uint8Array, { readonly code: 'unreadable' }> {
  if (record.length < RECORD_OVERHEAD) return err({ code: 'unreadable' })
  const nonce = record.subarray(0, NONCE_BYTES)
  const additional = tagged('record', invitation.id)
  const welcome = open(recordKey(invitation), nonce, additional, record.subarray(NONCE_BYTES))
  return welcome === undefined ? err({ code: 'unreadable' }) : ok(welcome)
}
