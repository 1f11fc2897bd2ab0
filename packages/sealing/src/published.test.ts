import { fromHex, toHex, utf8 } from '@antechamber/protocol'
import { AeadId, Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { describe, expect, test } from 'vitest'
import hpke from '../../../vectors/published/hpke.json' with { type: 'json' }
import primitives from '../../../vectors/published/primitives.json' with { type: 'json' }
import xwing from '../../../vectors/published/x-wing.json' with { type: 'json' }
import { open, seal } from './aead.ts'
import { deriveKey } from './hashing.ts'
import { keyPairFromSeed, suite } from './hpke-suite.ts'
import { sign, signingKeyFromSecret, verify } from './signing.ts'

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(fromHex(text) as Uint8Array)
const shown = (bytes: ArrayBuffer | Uint8Array): string => toHex(new Uint8Array(bytes))

type Bytes = ArrayBufferLike | ArrayBufferView
const view = (bytes: Bytes): Uint8Array =>
  ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes)

/** What the second HPKE vector uses, which is not among what @hpke/core brings and we do not ship. */
const ChaCha20Poly1305 = {
  id: AeadId.Chacha20Poly1305,
  keySize: 32,
  nonceSize: 12,
  tagSize: 16,
  createEncryptionContext: (key: Bytes) => {
    const cipher = (nonce: Bytes, additional: Bytes) => chacha20poly1305(view(key), view(nonce), view(additional))
    return {
      seal: async (iv: Bytes, text: Bytes, aad: Bytes) => Uint8Array.from(cipher(iv, aad).encrypt(view(text))).buffer,
      open: async (iv: Bytes, text: Bytes, aad: Bytes) => Uint8Array.from(cipher(iv, aad).decrypt(view(text))).buffer,
    }
  },
}

test.each(xwing.vectors)('[CH8] X-Wing draft: seed $sk', async (vector) => {
  const pair = await keyPairFromSeed(hex(vector.sk))
  const pk = shown(await suite.kem.serializePublicKey(pair.publicKey))
  expect(pk.startsWith(vector.pkStart) && pk.endsWith(vector.pkEnd)).toBe(true)
  const sent = await suite.kem.encap({ recipientPublicKey: pair.publicKey, ekm: hex(vector.eseed) })
  const ct = shown(sent.enc)
  expect(ct.startsWith(vector.ctStart) && ct.endsWith(vector.ctEnd)).toBe(true)
  expect(shown(sent.sharedSecret)).toBe(vector.ss)
  const received = await suite.kem.decap({ recipientKey: pair.privateKey, enc: sent.enc })
  expect(shown(received)).toBe(vector.ss)
})

describe.each(hpke.vectors)('$source', (vector) => {
  const isXWing = vector.ikmE !== undefined
  const kem = isXWing ? new XWing() : new DhkemX25519HkdfSha256()
  const tried = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: isXWing ? ChaCha20Poly1305 : new Aes128Gcm() })

  async function contexts() {
    const privateKey = await kem.deserializePrivateKey(hex(vector.skRm))
    const info = hex(vector.info)
    const publicKey = isXWing
      ? (await keyPairFromSeed(hex(vector.skRm))).publicKey
      : await kem.deserializePublicKey(hex(vector.pkRm))
    const ekm = isXWing
      ? hex(vector.ikmE as string)
      : {
          privateKey: await kem.deserializePrivateKey(hex(vector.skEm as string)),
          publicKey: await kem.deserializePublicKey(hex(vector.enc)),
        }
    const sender = await tried.createSenderContext({ recipientPublicKey: publicKey, info, ekm })
    expect(shown(await kem.serializePublicKey(publicKey)).startsWith(vector.pkRm)).toBe(true)
    const receiver = await tried.createRecipientContext({ recipientKey: privateKey, enc: sender.enc, info })
    return { sender, receiver }
  }

  test('[CH8] encapsulation, key schedule, seals and exports are those published', async () => {
    const { sender, receiver } = await contexts()
    expect(shown(sender.enc).startsWith(vector.enc)).toBe(true)
    for (const { aad, ct } of vector.encryptions) {
      expect(shown(await sender.seal(hex(vector.pt), hex(aad)))).toBe(ct)
      expect(shown(await receiver.open(hex(ct), hex(aad)))).toBe(vector.pt)
    }
    for (const { context, value } of vector.exports) expect(shown(await sender.export(hex(context), 32))).toBe(value)
  })
})

test.each(primitives.ed25519.vectors)('[LG11] RFC 8032: message $message', (vector) => {
  const key = signingKeyFromSecret(hex(vector.secret))
  expect(shown(key.publicKey)).toBe(vector.publicKey)
  expect(shown(sign(key, hex(vector.message)))).toBe(vector.signature)
  expect(verify(key.publicKey, hex(vector.message), hex(vector.signature))).toBe(true)
})

test('[LG5] XChaCha20-Poly1305, draft-irtf-cfrg-xchacha', () => {
  const { key, nonce, additional, text, ciphertext } = primitives.xchacha20poly1305
  const [k, n, a] = [hex(key), hex(nonce), hex(additional)]
  expect(shown(seal(k, n, a, utf8(text)))).toBe(ciphertext)
  expect(open(k, n, a, hex(ciphertext))).toEqual(utf8(text))
})

test('[CH2] HKDF-SHA-256, RFC 5869', () => {
  const { secret, salt, info, key } = primitives.hkdf
  expect(shown(deriveKey(hex(secret), hex(salt), hex(info)))).toBe(key)
})
