import { toBase64Url } from '@antechamber/protocol'
import { signingKeyFromSecret } from '@antechamber/sealing'
import { decoded } from './encoding.ts'
import type { DialogueRecord } from './records.ts'

/** As a dialogue was kept before there were recovery codes: the anchor was drawn, and its secret lay on the device. */
type WithAnchorSecret = Omit<DialogueRecord, 'anchor'> & { readonly anchorSecret: string }

/**
 * A dialogue's record, whichever version of the product wrote it. An anchor that was not made from a recovery code has
 * none: its secret would only help whoever takes the device.
 */
export function lifted(record: DialogueRecord | WithAnchorSecret): DialogueRecord {
  if (!('anchorSecret' in record)) return record
  const { anchorSecret, ...rest } = record
  return { ...rest, anchor: toBase64Url(signingKeyFromSecret(decoded(anchorSecret)).publicKey) }
}
