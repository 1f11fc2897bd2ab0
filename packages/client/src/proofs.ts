import type { Charter, Proofs, Seat } from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import { turnSubject, verifyTurn } from '@antechamber/sealing'
import { decoded } from './encoding.ts'

const rootsOf = ({ devices }: Seat): readonly string[] => devices.map(({ root }) => root)

/** The cryptographic answers that the core asks for, remembered: each signature is verified once. */
export function makeProofs(): Proofs {
  const verified = new Map<string, boolean>()
  const isSigned = (keys: readonly string[], subject: string, signature: string): boolean => {
    const name = `${keys.join(' ')} ${subject} ${signature}`
    const known = verified.get(name)
    if (known !== undefined) return known
    const holds = keys.some((key) => verifyTurn(decoded(key), decoded(subject), decoded(signature)))
    verified.set(name, holds)
    return holds
  }
  return {
    subject: (charter: Charter, purpose: string, exact: string): string =>
      toBase64Url(turnSubject(decoded(charter.dialogue), purpose, utf8(exact))),
    signed: (seat: Seat, subject: string, signature: string): boolean => isSigned(rootsOf(seat), subject, signature),
    vouched: (seat: Seat, subject: string, signature: string): boolean =>
      isSigned([seat.anchor, ...rootsOf(seat)], subject, signature),
  }
}
