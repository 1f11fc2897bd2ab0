import { utf8 } from './bytes.ts'
import { encode, u32, u64 } from './codec.ts'
import { ENTRY, type Envelope, HASH_BYTES, WORDS } from './envelope.ts'
import type { Access } from './grants.ts'
import { tagged } from './tagged.ts'

/** The log hash of an empty log (LG4). */
export const EMPTY_LOG_HASH = new Uint8Array(HASH_BYTES)

/**
 * What is hashed with SHA-256 to give the log hash after envelope `n` (LG4). Words are chained under a name of their
 * own: of all envelopes they alone can be taken out, and nothing else that is missing can pass for them (LG12).
 *
 * @param previous log hash after n - 1
 * @param envelopeHash SHA-256 of the whole envelope; for words that were withdrawn the hash that they left behind
 */
export const logLink = (
  previous: Uint8Array,
  n: number,
  envelopeHash: Uint8Array,
  kind: Envelope['kind'] = ENTRY,
): Uint8Array => tagged(kind === WORDS ? 'log-words' : 'log', previous, encode(u64, n), envelopeHash)

/**
 * What is hashed with SHA-256 to give the id of an envelope of words, of which the first 16 bytes are taken: whoever
 * shows the secret has sent it, and may have it withdrawn (LG13).
 *
 * @param secret 32 bytes, another for each envelope
 */
export const withdrawable = (secret: Uint8Array): Uint8Array => tagged('withdrawable', secret)

/**
 * What is hashed with SHA-256 to give what the relay keeps of the seat that keeps a space alone (WR28): it cannot tell
 * spaces by it, and what was shown once fits no more when the seat's devices have changed.
 *
 * @param anchor the seat's public key of that name
 * @param revision how often the seat's devices have changed in this space
 */
export const wayBackOf = (space: Uint8Array, anchor: Uint8Array, revision: number): Uint8Array =>
  tagged('way-back', space, anchor, encode(u32, revision))

/** What that seat's anchor signs, so that the relay lets one device in as a keeper (WR28). */
export const rescuePermit = (
  space: Uint8Array,
  revision: number,
  { device, loginKey }: Pick<Access, 'device' | 'loginKey'>,
): Uint8Array => tagged('rescue', space, encode(u32, revision), device, loginKey)

/**
 * What a device signs with its log-in key to enter a space (WR4).
 *
 * @param host the relay's public host, with its port where it is not the scheme's own: a signature for one relay is of
 *   no use at another
 */
export const loginChallenge = (
  host: string,
  space: Uint8Array,
  device: Uint8Array,
  deviceNonce: Uint8Array,
  relayNonce: Uint8Array,
): Uint8Array => tagged('login', utf8(host), space, device, deviceNonce, relayNonce)
