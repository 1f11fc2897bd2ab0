/** `content`, then zeros up to `length`. */
export function padTo(length: number, content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(length)
  padded.set(content)
  return padded
}

/** Padding is zeros and nothing else, so that nobody can hide anything in it. */
export const isAllZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)
