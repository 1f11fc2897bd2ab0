import { env } from 'node:process'
import fc from 'fast-check'

/** How many malformed cases a door is given: enough to notice on every run, ten thousand with LONG=1. */
export const malformedCases = (quick: number): number => (env['LONG'] === '1' ? 10_000 : quick)

/** One thing that may happen to bytes on their way. `other` is what some of them mix in. */
type Harm = (bytes: Uint8Array, at: number, other: Uint8Array) => Uint8Array

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const HARMS: readonly Harm[] = [
  (bytes, at) => bytes.map((byte, i) => (i === at >> 3 ? byte ^ (1 << (at & 7)) : byte)),
  (bytes, at) => bytes.map((byte, i) => (i === at ? 0xff : byte)),
  (bytes, at) => bytes.slice(0, at),
  (bytes, at) => bytes.slice(at),
  (bytes, at, other) => join(bytes.slice(0, at), other, bytes.slice(at)),
  (bytes, at, other) => join(bytes.slice(0, at), other.slice(at)),
  (bytes, at) => join(bytes.slice(0, at), bytes),
  (bytes, _, other) => join(bytes, other),
]

/**
 * Bytes that are nearly one of the samples: turned bits, cuts, stretches that are put in, doubled or taken from another
 * sample, up to three times; and now and then any bytes at all. What comes may also happen to be good.
 */
export function damaged(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const noise = fc.uint8Array({ maxLength: 300 })
  const harm = fc.tuple(fc.constantFrom(...HARMS), fc.nat(), fc.oneof(noise, fc.constantFrom(...samples)))
  const harmed = fc
    .tuple(fc.constantFrom(...samples), fc.array(harm, { minLength: 1, maxLength: 3 }))
    .map(([sample, harms]) =>
      harms.reduce((bytes, [change, where, other]) => {
        const limit = change === HARMS[0] ? bytes.length * 8 : bytes.length
        return change(bytes, limit === 0 ? 0 : where % limit, other)
      }, sample),
    )
  return fc.oneof({ weight: 1, arbitrary: noise }, { weight: 5, arbitrary: harmed })
}
