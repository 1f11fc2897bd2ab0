import { type Codec, decode, MAX_MESSAGE_BYTES } from '@antechamber/protocol'
import { StorageError } from './ports.ts'

/** What this relay itself has written. Throws {@link StorageError} when it is something else. */
export function storedAs<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const value = decode(codec, bytes, MAX_MESSAGE_BYTES)
  if (!value.ok) throw new StorageError('a stored record does not decode')
  return value.value
}
