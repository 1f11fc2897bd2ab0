import {
  type Charter,
  type Proofs,
  type RoundKey,
  type RoundSecret,
  roundSecretShape,
  type Seat,
} from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import { isSealingPublicKey, roundKeyOf, turnSubject, verifyTurn } from '@antechamber/sealing'
import { decoded } from './encoding.ts'

/** The core's {@link Proofs}, which answer at once, and a way to have what takes longer worked out before. */
export interface ReadyProofs extends Proofs {
  /** Works out the keys of these secrets; the core must meet no others. Costs about 5 ms for each, once. */
  readonly ready: (secrets: readonly RoundSecret[]) => Promise<void>
}

const rootsOf = ({ devices }: Seat): readonly string[] => devices.map(({ root }) => root)

/** The cryptographic answers that the core asks for, remembered: each signature is verified once. */
export function makeProofs(): ReadyProofs {
  const verified = new Map<string, boolean>()
  const usable = new Map<RoundKey, boolean>()
  const keys = new Map<RoundSecret, RoundKey | undefined>()
  const isSigned = (roots: readonly string[], subject: string, signature: string): boolean => {
    const name = `${roots.join(' ')} ${subject} ${signature}`
    const known = verified.get(name)
    if (known !== undefined) return known
    const holds = roots.some((root) => verifyTurn(decoded(root), decoded(subject), decoded(signature)))
    verified.set(name, holds)
    return holds
  }
  return {
    subject: (charter: Charter, purpose: string, exact: string): string =>
      toBase64Url(turnSubject(decoded(charter.dialogue), purpose, utf8(exact))),
    signed: (seat: Seat, subject: string, signature: string): boolean => isSigned(rootsOf(seat), subject, signature),
    vouched: (seat: Seat, subject: string, signature: string): boolean =>
      isSigned([seat.anchor, ...rootsOf(seat)], subject, signature),
    canSealTo: (key: RoundKey): boolean => {
      const holds = usable.get(key) ?? isSealingPublicKey(decoded(key))
      usable.set(key, holds)
      return holds
    },
    opens: (secret: RoundSecret, key: RoundKey): boolean => {
      if (!keys.has(secret)) throw new Error('a secret was not made ready')
      return keys.get(secret) === key
    },
    ready: async (secrets: readonly RoundSecret[]): Promise<void> => {
      for (const secret of secrets) if (!keys.has(secret)) keys.set(secret, await publicKeyOf(secret))
    },
  }
}

/** Undefined for a text that is no 32 bytes: it opens nothing. */
async function publicKeyOf(secret: RoundSecret): Promise<RoundKey | undefined> {
  const bytes = decoded(secret)
  return bytes.length === SECRET_BYTES ? (toBase64Url((await roundKeyOf(bytes)).publicKey) as RoundKey) : undefined
}
const SECRET_BYTES = 32

/** Events that may hold what opens a round; for no other is anything worked out, whatever a member's device sends. */
const WITH_SECRETS = ['round.closed', 'round.key-kept']

/** What an event has that might open a round. */
export function secretsIn(event: unknown): readonly RoundSecret[] {
  if (typeof event !== 'object' || event === null) return []
  const { type, secret } = event as { readonly type?: unknown; readonly secret?: unknown }
  const read = roundSecretShape.read(secret, '')
  return WITH_SECRETS.includes(String(type)) && read.ok ? [read.value] : []
}
