import { randomBytes } from 'node:crypto'
import { DESK_SECRET_BYTES, toBase64Url } from '@antechamber/protocol'
import type { DeskStore } from './storage/ports.ts'
import { sha256 } from './storage/rules.ts'

/** What the storage knows of a desk's secret. */
export const deskHash = (secret: Uint8Array): Uint8Array => sha256(secret)

/**
 * Makes a desk and gives its link, `<origin>/desk#d1.<secret>`: the only time that the secret can be told.
 *
 * @param origin scheme and host, without a path
 */
export async function newDeskLink(desks: DeskStore, origin: string, now: number): Promise<string> {
  const secret = new Uint8Array(randomBytes(DESK_SECRET_BYTES))
  await desks.addDesk({ secretHash: deskHash(secret), now })
  return `${origin}/desk#d1.${toBase64Url(secret)}`
}
