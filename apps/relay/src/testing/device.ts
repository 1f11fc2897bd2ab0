import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  type Access,
  ENTRY,
  type Envelope,
  encodeEnvelope,
  type Grant,
  HEADER,
  loginChallenge,
  SEALING_ENC_BYTES,
  SEALING_PUBLIC_BYTES,
  type SealingKeyRecord,
} from '@antechamber/protocol'

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
export const randomId = (): Uint8Array => random(16)

/** One person's device in one space. It seals nothing: to the relay all sealed bytes are alike. */
export interface Device {
  readonly device: Uint8Array
  readonly loginKey: Uint8Array
  sign(host: string, space: Uint8Array, deviceNonce: Uint8Array, relayNonce: Uint8Array): Uint8Array
  access(keeper?: boolean): Access
}

const rawPublic = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ type: 'spki', format: 'der' }).subarray(-32))

export function newDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const device = randomId()
  const loginKey = rawPublic(publicKey)
  return {
    device,
    loginKey,
    sign: (host, space, deviceNonce, relayNonce) =>
      new Uint8Array(sign(null, loginChallenge(host, space, device, deviceNonce, relayNonce), privateKey)),
    access: (keeper = false) => ({ device, loginKey, keeper }),
  }
}

/** An envelope of random bytes, as long as its size class. */
export const envelope = (
  kind: Envelope['kind'],
  space: Uint8Array,
  chapter: Uint8Array,
  length = 1024,
  id = randomId(),
): Uint8Array => encodeEnvelope({ kind, space, chapter, id, nonce: random(24), sealed: random(length - 75) })

export const entry = (space: Uint8Array, chapter: Uint8Array, length?: number): Uint8Array =>
  envelope(ENTRY, space, chapter, length)
export const header = (space: Uint8Array, chapter: Uint8Array, length?: number): Uint8Array =>
  envelope(HEADER, space, chapter, length)

export const grantFor = (device: Uint8Array): Grant => ({
  device,
  keyNumber: 0,
  enc: random(SEALING_ENC_BYTES),
  wrapped: random(48),
})

export const sealingKey = (device: Uint8Array, number = 0): SealingKeyRecord => ({
  device,
  number,
  publicKey: random(SEALING_PUBLIC_BYTES),
  signature: random(64),
})
