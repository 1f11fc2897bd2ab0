/** Draws `length` random bytes. Sources draw nothing by themselves, so that tests and vectors can choose. */
export type Random = (length: number) => Uint8Array

/** The platform's own randomness (WebCrypto). `length` at most 65,536. */
export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length))
