import { type DeviceMessage, encode, type LogItem, type RelayMessage, relayMessage } from '@antechamber/protocol'

/** A request of a device: every message that carries a number to answer to. */
export type Request = Extract<DeviceMessage, { readonly ref: number }>

export const frameOf = (message: RelayMessage): Uint8Array => encode(relayMessage, message)

/** Offset of `ref` in the frame of any message that has one first: behind the tag. */
const REF_AT = 1

/** Items framed once for all readers of a space, and addressed to each by {@link addressed}. */
export const itemsFrame = (head: number, items: readonly LogItem[]): Uint8Array =>
  frameOf({ type: 'items', ref: 0, head, items })

/** A copy of an items frame with the reader's own number in it. */
export function addressed(frame: Uint8Array, ref: number): Uint8Array {
  const copy = Buffer.allocUnsafe(frame.length)
  copy.set(frame)
  copy.writeUInt32BE(ref, REF_AT)
  return copy
}
