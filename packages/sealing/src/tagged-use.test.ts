import { equalBytes, tagged } from '@antechamber/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newSigningKey, sign, verify } from './signing.ts'
import { runs, seeded } from './testing/fixtures.ts'
import { turnSubject } from './turn.ts'

const fields = fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 4 })
const purpose = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', '-') })
const same = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((field, i) => equalBytes(field, b[i] as Uint8Array))

describe('what is signed', () => {
  test('[CH1] two different lists of fields, or purposes, never give the same bytes', () => {
    fc.assert(
      fc.property(purpose, fields, purpose, fields, (p, a, q, b) => {
        expect(equalBytes(tagged(p, ...a), tagged(q, ...b))).toBe(p === q && same(a, b))
      }),
      { numRuns: runs(500) },
    )
  })

  test('[CH1] bytes moved from one field to the next are another message', () => {
    const key = newSigningKey(seeded('tagged'))
    const signature = sign(key, tagged('entry', Uint8Array.of(1, 2), Uint8Array.of(3)))
    expect(verify(key.publicKey, tagged('entry', Uint8Array.of(1, 2), Uint8Array.of(3)), signature)).toBe(true)
    expect(verify(key.publicKey, tagged('entry', Uint8Array.of(1), Uint8Array.of(2, 3)), signature)).toBe(false)
    expect(verify(key.publicKey, tagged('header', Uint8Array.of(1, 2), Uint8Array.of(3)), signature)).toBe(false)
    const subject = (word: string, thing: number[]) => turnSubject(new Uint8Array(16), word, Uint8Array.from(thing))
    expect(equalBytes(subject('a', [98, 99]), subject('ab', [99]))).toBe(false)
  })
})
