import { err, ok } from '@antechamber/core'
import type { Shape } from '@antechamber/core/shape'
import { fromBase64Url, fromUtf8 } from '@antechamber/protocol'

/** Canonical base64url of exactly `length` bytes: what has passed it fits wherever bytes of that length are wanted. */
export const base64url = <T extends string = string>(length: number, expected: string): Shape<T> => ({
  read: (value, field) =>
    typeof value === 'string' && value.length <= 2 * length && fromBase64Url(value)?.length === length
      ? ok(value as T)
      : err({ code: 'bad-shape', field, expected }),
})

/** The bytes of base64url that this device made or that a shape has checked; empty for anything else, which fits nowhere. */
export const decoded = (base64url: string): Uint8Array => fromBase64Url(base64url) ?? new Uint8Array(0)

/** Nothing of ours is as deep; what reads it is recursive, and a stack has an end. */
const MAX_JSON_DEPTH = 32

/** Parsed JSON of UTF-8 bytes from another device, or undefined, which no shape takes. Also for what is nested too deep. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes) ?? ''
  try {
    return depthOf(text) > MAX_JSON_DEPTH ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How deep brackets are nested in a text, outside of strings. Cost: one look at each character, whatever they are. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (isInString) {
      if (letter === '\\') at += 1
      else if (letter === '"') isInString = false
    } else if (letter === '"') isInString = true
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth)
    else if (letter === ']' || letter === '}') depth -= 1
  }
  return deepest
}
