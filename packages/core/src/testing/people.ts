import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { Facts, Proofs } from '../activity.ts'
import type { SeatId, SideId } from '../ids.ts'
import type { Device, Role, Seat } from '../roster.ts'
import type { RoundKey, RoundSecret } from '../round-key.ts'
import type { WordsRef } from '../texts.ts'

export const NORTH = 'north' as SideId
export const SOUTH = 'south' as SideId

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** An id that looks drawn at random and is the same in every run. */
export const idOf = <T extends string = string>(word: string): T =>
  sha256(`id ${word}`).subarray(0, 16).toString('base64url') as T

const privateKeyOf = (name: string) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), sha256(`root ${name}`)]),
    format: 'der',
    type: 'pkcs8',
  })

const rootOf = (name: string): string => createPublicKey(privateKeyOf(name)).export({ format: 'jwk' }).x as string

/** Another device of somebody, or their anchor: signs as what it is named by. */
export const deviceNamed = (name: string): Device => ({ device: idOf(`device ${name}`), root: rootOf(name) })

/** Somebody with one device. Their seat is the same in every space. */
export interface Someone {
  readonly name: string
  readonly seat: Seat
}

export function someone(name: string, role: Role, side?: SideId): Someone {
  const seat: Seat = {
    id: idOf<SeatId>(`seat ${name}`),
    role,
    ...(side && { side }),
    name,
    anchor: rootOf(`anchor of ${name}`),
    devices: [deviceNamed(name)],
  }
  return { name, seat }
}

export const ada = someone('Ada', 'participant', NORTH)
export const ben = someone('Ben', 'participant', NORTH)
export const chi = someone('Chi', 'participant', SOUTH)
export const dov = someone('Dov', 'participant', SOUTH)
export const fay = someone('Fay', 'facilitator')

/** Signs as this person's device would. */
export const signAs = ({ name }: Pick<Someone, 'name'>, subject: string): string =>
  sign(null, Buffer.from(subject), privateKeyOf(name)).toString('base64url')

/** What signs as this person's anchor. */
export const anchorOf = ({ name }: Someone): Pick<Someone, 'name'> => ({ name: `anchor of ${name}` })

const said = new Map<WordsRef, string>()

/** What words are named by in an event. */
export function say(words: string): WordsRef {
  const ref = sha256(`words ${words}`).toString('base64url') as WordsRef
  said.set(ref, words)
  return ref
}

/** The words that an event names, if somebody has said them. */
export const wordsNamed = (ref: WordsRef): string | undefined => said.get(ref)

const KEY = 'KEY-'
const keyOf = (secret: RoundSecret): RoundKey =>
  `${KEY}${sha256(secret).toString('base64url')}`.padEnd(1622, '-') as RoundKey

/** A round's key and what opens it, the same for the same word. Nothing is sealed to it: no words are here. */
export function roundKeyFor(word: string): { readonly key: RoundKey; readonly secret: RoundSecret } {
  const secret = sha256(`round ${word}`).toString('base64url') as RoundSecret
  return { key: keyOf(secret), secret }
}

/** What this person's shell tells the core; each id is drawn once. */
export function factsOf(person: Someone): Facts {
  let drawn = 0
  return {
    newId: () => idOf(`${person.name} ${drawn++}`),
    sign: (subject) => signAs(person, subject),
    say,
    roundKey: () => roundKeyFor(`${person.name} ${drawn++}`),
  }
}

/** Real hashes and real signatures, verified once each. */
export function makeProofs(): Proofs {
  const verified = new Map<string, boolean>()
  const verifyOnce = (root: string, subject: string, signature: string): boolean => {
    const key = `${root} ${subject} ${signature}`
    const known = verified.get(key)
    if (known !== undefined) return known
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: root }, format: 'jwk' })
    const holds = verify(null, Buffer.from(subject), publicKey, Buffer.from(signature, 'base64url'))
    verified.set(key, holds)
    return holds
  }
  return {
    subject: (charter, purpose, exact) => sha256(`${charter.dialogue} ${purpose} ${exact}`).toString('base64url'),
    canSealTo: (key) => key.startsWith(KEY),
    opens: (secret, key) => key === keyOf(secret),
    signed: (seat, subject, signature) => seat.devices.some(({ root }) => verifyOnce(root, subject, signature)),
    vouched: ({ anchor, devices }, subject, signature) =>
      [anchor, ...devices.map(({ root }) => root)].some((key) => verifyOnce(key, subject, signature)),
  }
}
