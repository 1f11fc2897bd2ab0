import { fromBase64Url, fromUtf8 } from '@antechamber/protocol'

/** The bytes of base64url that this device made or that a shape has checked; empty for anything else, which fits nowhere. */
export const decoded = (base64url: string): Uint8Array => fromBase64Url(base64url) ?? new Uint8Array(0)

/** Parsed JSON of UTF-8 bytes from another device, or undefined, which no shape takes. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '')
  } catch {
    return undefined
  }
}
