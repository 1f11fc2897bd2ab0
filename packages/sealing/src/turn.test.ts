import { utf8 } from '@antechamber/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newSigningKey, sign } from './signing.ts'
import { flipBit, idOf, runs, seeded } from './testing/fixtures.ts'
import { signTurn, turnSubject, verifyTurn } from './turn.ts'

const random = seeded('turns')
const chi = newSigningKey(random)
const dov = newSigningKey(random)
const line = utf8('Both sides would welcome a joint record of the wells.')
const subject = turnSubject(idOf('dialogue'), 'release', line)
const yes = signTurn(chi, subject)

test('[CH15] a yes is this person’s, to this exact thing, for this purpose, in this dialogue', () => {
  expect(verifyTurn(chi.publicKey, subject, yes)).toBe(true)
  expect(verifyTurn(dov.publicKey, subject, yes)).toBe(false)
  expect(verifyTurn(chi.publicKey, turnSubject(idOf('another'), 'release', line), yes)).toBe(false)
  expect(verifyTurn(chi.publicKey, turnSubject(idOf('dialogue'), 'destroy', line), yes)).toBe(false)
  const changed = utf8('Both sides would welcome a joint record of the wells')
  expect(verifyTurn(chi.publicKey, turnSubject(idOf('dialogue'), 'release', changed), yes)).toBe(false)
})

test('[CH15] nothing else that a root key signs is a yes, not even the subject itself', () => {
  expect(verifyTurn(chi.publicKey, subject, sign(chi, subject))).toBe(false)
  expect(verifyTurn(chi.publicKey, subject, new Uint8Array(0))).toBe(false)
})

test('[CH15] every bit turned is refused', () => {
  fc.assert(
    fc.property(fc.nat(511), (bit) => !verifyTurn(chi.publicKey, subject, flipBit(yes, bit))),
    { numRuns: runs(20) },
  )
})
