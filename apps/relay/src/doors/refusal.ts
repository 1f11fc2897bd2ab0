import { codeNumber, encode, type RelayCode, refusalBody } from '@antechamber/protocol'

/** Why the relay refuses, and for `too-many` when to come again. */
export interface Refusal {
  readonly code: RelayCode
  /** 0 where time changes nothing. */
  readonly retryAfterMs: number
}

export const refusal = (code: RelayCode, retryAfterMs = 0): Refusal => ({ code, retryAfterMs })

const STATUS: { readonly [Code in RelayCode]: number } = {
  'not-found': 404,
  malformed: 400,
  'too-large': 413,
  'too-many': 429,
  'stale-chapter': 409,
  'head-moved': 409,
  forbidden: 403,
  exists: 409,
  expired: 410,
  used: 410,
  declined: 410,
  revoked: 410,
  'client-too-old': 400,
  'relay-too-old': 400,
  'storage-full': 507,
  'slow-reader': 408,
  stopping: 503,
  'space-full': 507,
}

/** A refusal over HTTP: the one way in which any is told, so that two of the same code are the same bytes (WR1, WR5). */
export function refuse({ code, retryAfterMs }: Refusal): Response {
  const headers = new Headers({ 'content-type': 'application/octet-stream', 'cache-control': 'no-store' })
  if (retryAfterMs > 0) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  // What is left of an oversize body is not worth reading.
  if (code === 'too-large') headers.set('connection', 'close')
  const body = encode(refusalBody, { code: codeNumber(code), retryAfterMs })
  return new Response(body as Uint8Array<ArrayBuffer>, { status: STATUS[code], headers })
}
