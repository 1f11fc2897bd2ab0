import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { LOGIN_NONCE_BYTES, loginChallenge, PROTOCOL_VERSIONS, toBase64Url } from '@antechamber/protocol'

/** The version to speak with a device, or why there is none (WR3). */
export function pickVersion(offered: readonly number[]): number | 'client-too-old' | 'relay-too-old' {
  const common = PROTOCOL_VERSIONS.find((version) => offered.includes(version))
  if (common !== undefined) return common
  return offered.some((version) => version > PROTOCOL_VERSIONS[0]) ? 'relay-too-old' : 'client-too-old'
}

export const drawNonce = (): Uint8Array => new Uint8Array(randomBytes(LOGIN_NONCE_BYTES))

/** A key that nobody's signature fits: checking against it costs what checking against a known device's key costs. */
const NOBODYS_KEY = new Uint8Array(randomBytes(32))

export interface LoginProof {
  readonly space: Uint8Array
  readonly device: Uint8Array
  readonly nonce: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Whether a log-in is the device's own, for this relay and this connection (WR4).
 *
 * @param loginKey undefined for an unknown device: the same work is done, and the answer is no (WR5)
 */
export function isLogin(
  loginKey: Uint8Array | undefined,
  host: string,
  proof: LoginProof,
  relayNonce: Uint8Array,
): boolean {
  const challenge = loginChallenge(host, proof.space, proof.device, proof.nonce, relayNonce)
  return isSigned(loginKey ?? NOBODYS_KEY, challenge, proof.signature) && loginKey !== undefined
}

/** Whether this Ed25519 key has signed this message. */
export function isSigned(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) }, format: 'jwk' })
    return verify(null, message, key, signature)
  } catch {
    // Bytes that are no key at all, as a keeper may have put on the list: nobody can sign for those.
    return false
  }
}
