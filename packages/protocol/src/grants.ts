import { type Carried, fixed, flag, struct, u32 } from './codec.ts'
import { id, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './envelope.ts'
import { SEALING_ENC_BYTES, SEALING_PUBLIC_BYTES } from './limits.ts'

/** A chapter's content key, wrapped for one device: HPKE `enc`, then the 32-byte key and its 16-byte tag (CH8). */
export const grantCodec = struct({
  device: id,
  keyNumber: u32,
  enc: fixed(SEALING_ENC_BYTES),
  wrapped: fixed(48),
})
export type Grant = Carried<typeof grantCodec>

/** A device's sealing key for one space, numbered and signed by its root key, which the relay does not know (CH9). */
export const sealingKeyCodec = struct({
  device: id,
  number: u32,
  publicKey: fixed(SEALING_PUBLIC_BYTES),
  signature: fixed(SIGNATURE_BYTES),
})
export type SealingKeyRecord = Carried<typeof sealingKeyCodec>

/** A device that may log in to a space. A keeper's batches may change this list. */
export const accessCodec = struct({
  device: id,
  loginKey: fixed(PUBLIC_KEY_BYTES),
  keeper: flag,
})
export type Access = Carried<typeof accessCodec>
