import { logLink, tagged } from '@antechamber/protocol'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { KEY_BYTES } from './secrets.ts'

/** SHA-256. */
export const hash = (bytes: Uint8Array): Uint8Array => sha256(bytes)

/** SHA-256 of `tagged(purpose, fields…)` (CH1). */
export const taggedHash = (purpose: string, ...fields: readonly Uint8Array[]): Uint8Array =>
  hash(tagged(purpose, ...fields))

/** 32 bytes of HKDF-SHA-256; `info` comes from `tagged`. */
export const deriveKey = (secret: Uint8Array, salt: Uint8Array | undefined, info: Uint8Array): Uint8Array =>
  hkdf(sha256, secret, salt, info, KEY_BYTES)

/**
 * The log hash after envelope `n`.
 *
 * @param previous log hash after n - 1; 32 zero bytes before the first
 * @param envelopeHash SHA-256 of the whole envelope, or the hash that withdrawn words left behind
 *
 * Source: docs/spec/log.md, rule LG4.
 */
export const logHashAfter = (...link: Parameters<typeof logLink>): Uint8Array => hash(logLink(...link))
