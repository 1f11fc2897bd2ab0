import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'

/** RFC 9180 with X-Wing, HKDF-SHA-256 and AES-256-GCM. */
export const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

/** The key pair of a 32-byte X-Wing seed. */
export const keyPairFromSeed = (seed: Uint8Array): Promise<CryptoKeyPair> =>
  new XWing().generateKeyPairDerand(new Uint8Array(seed))
