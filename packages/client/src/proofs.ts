import type { Charter, Proofs, Seat } from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import { turnSubject, verifyTurn } from '@antechamber/sealing'
import { decoded } from './encoding.ts'

/** The cryptographic answers that the core asks for, remembered: each signature is verified once. */
export function makeProofs(): Proofs {
  const verified = new Map<string, boolean>()
  return {
    subject: (charter: Charter, purpose: string, exact: string): string =>
      toBase64Url(turnSubject(decoded(charter.dialogue), purpose, utf8(exact))),
    signed: (seat: Seat, subject: string, signature: string): boolean => {
      const key = `${seat.devices.map(({ root }) => root).join(' ')} ${subject} ${signature}`
      const known = verified.get(key)
      if (known !== undefined) return known
      const holds = seat.devices.some(({ root }) => verifyTurn(decoded(root), decoded(subject), decoded(signature)))
      verified.set(key, holds)
      return holds
    },
  }
}
