import { type Receipt, receiptPreimage } from '@antechamber/protocol'
import { verify } from './signing.ts'

/**
 * Whether the relay with this receipt key says that it has destroyed that (WR23). It proves what the relay has said, not that
 * it is so.
 */
export const verifyReceipt = (key: Uint8Array, receipt: Receipt, signature: Uint8Array): boolean =>
  verify(key, receiptPreimage(receipt), signature)
