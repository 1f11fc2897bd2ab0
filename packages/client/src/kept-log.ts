import {
  bytes,
  decode,
  encode,
  fixed,
  flag,
  HASH_BYTES,
  type LogItem,
  MAX_ENVELOPE_BYTES,
  optional,
  struct,
} from '@antechamber/protocol'
import { logName, numberOf } from './records.ts'
import type { Vault } from './vault.ts'

/** An envelope of a space's log as this device keeps it. `trusted`: its signature was verified before it was kept. */
export interface KeptEnvelope {
  readonly logEntry: LogItem
  readonly trusted: boolean
}

const keptItem = struct({
  trusted: flag,
  envelopeHash: fixed(HASH_BYTES),
  envelope: optional(bytes(MAX_ENVELOPE_BYTES)),
})

/** The stored record of an envelope. `space` in base64url. */
export const keptRecord = (space: string, { logEntry: { n, ...rest }, trusted }: KeptEnvelope) => ({
  name: logName(space, n),
  content: encode(keptItem, { trusted, ...rest }),
})

/** What this device has kept of a space's log, in order, up to the first record that cannot be read. */
export async function listKept(vault: Vault, space: string): Promise<readonly KeptEnvelope[]> {
  const kept: KeptEnvelope[] = []
  for (const { name, content } of await vault.list(`log/${space}/`)) {
    const read = decode(keptItem, content, 2 * MAX_ENVELOPE_BYTES)
    if (!read.ok) break
    const { trusted, envelopeHash, envelope } = read.value
    kept.push({ logEntry: { n: numberOf(name), envelopeHash, envelope }, trusted })
  }
  return kept
}
