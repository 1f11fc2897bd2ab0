import {
  codeFromNumber,
  DOORS,
  decode,
  deskBody,
  encode,
  fromBase64Url,
  invitationBody,
  joinBody,
  MAX_BODY_BYTES,
  openSpaceBody,
  type RelayCode,
  refusalBody,
  toBase64Url,
} from '@antechamber/protocol'
import type { Device } from './device.ts'

/** What an HTTP door said: its status, and the code of a refusal. */
export interface Answered {
  readonly status: number
  readonly code: RelayCode | undefined
  readonly retryAfterMs: number
  readonly body: Uint8Array
}

export async function post(url: string, path: string, body: Uint8Array): Promise<Answered> {
  return read(await fetch(url + path, { method: 'POST', body: body as Uint8Array<ArrayBuffer> }))
}

export async function read(response: Response): Promise<Answered> {
  const body = new Uint8Array(await response.arrayBuffer())
  const told = response.ok ? undefined : decode(refusalBody, body, MAX_BODY_BYTES)
  const code = told?.ok ? codeFromNumber(told.value.code) : undefined
  return {
    status: response.status,
    code: code?.ok ? code.value : undefined,
    retryAfterMs: told?.ok ? told.value.retryAfterMs : 0,
    body,
  }
}

/** The secret in a desk's link. */
export function deskSecret(link: string): Uint8Array {
  const secret = fromBase64Url(new URL(link).hash.replace('#d1.', ''))
  if (secret === undefined) throw new Error('not a desk link')
  return secret
}

export const tryDesk = (url: string, secret: Uint8Array): Promise<Answered> =>
  post(url, DOORS.desk, encode(deskBody, { secret }))

export type Permit = { readonly secret: Uint8Array } | { readonly invitation: Uint8Array; readonly ticket: Uint8Array }

export const openSpace = (
  url: string,
  permit: Permit,
  space: Uint8Array,
  device: Device,
  retainUntil: number,
): Promise<Answered> =>
  post(
    url,
    DOORS.spaces,
    encode(openSpaceBody, {
      permit: 'secret' in permit ? { type: 'desk', secret: permit.secret } : { type: 'invitation', ...permit },
      space,
      device: device.device,
      loginKey: device.loginKey,
      retainUntil,
    }),
  )

export const leaveJoin = (
  url: string,
  { invitation, ticket }: Extract<Permit, { readonly ticket: unknown }>,
  join: Uint8Array,
): Promise<Answered> => post(url, DOORS.joins(toBase64Url(invitation)), encode(joinBody, { ticket, join }))

export async function readInvitation(url: string, invitation: Uint8Array) {
  const answered = await read(await fetch(url + DOORS.invitation(toBase64Url(invitation))))
  const value = answered.status === 200 ? decode(invitationBody, answered.body, MAX_BODY_BYTES) : undefined
  return { ...answered, invitation: value?.ok ? value.value : undefined }
}
