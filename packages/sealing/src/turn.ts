import { tagged, utf8 } from '@antechamber/protocol'
import { taggedHash } from './hashing.ts'
import { type SigningKey, sign, verify } from './signing.ts'

/**
 * The hash that people of a side sign to say yes to an exact thing.
 *
 * @param purpose a short ASCII word for the kind of thing, such as `release`: a yes to one is never a yes to another
 * @param exact the thing itself, byte for byte
 *
 * Source: docs/spec/chapters.md, rule CH15.
 */
export const turnSubject = (dialogue: Uint8Array, purpose: string, exact: Uint8Array): Uint8Array =>
  taggedHash('turn-subject', dialogue, utf8(purpose), exact)

/** A person's yes, 64 bytes, with their root key. */
export const signTurn = (root: SigningKey, subject: Uint8Array): Uint8Array => sign(root, tagged('turn', subject))

/** Whether this person said yes to this subject. Strict, as {@link verify}. */
export const verifyTurn = (rootPublic: Uint8Array, subject: Uint8Array, signature: Uint8Array): boolean =>
  verify(rootPublic, tagged('turn', subject), signature)
