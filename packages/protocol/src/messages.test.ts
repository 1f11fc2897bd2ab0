import { env } from 'node:process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AnyCodec, type Codec, decode, encode } from './codec.ts'
import { codeFromNumber, codeNumber, RELAY_CODES } from './codes.ts'
import { deskBody, invitationBody, joinBody, openSpaceBody, refusalBody } from './doors.ts'
import { accessCodec, grantCodec, sealingKeyCodec } from './grants.ts'
import { MAX_DEVICES_PER_SPACE, MAX_MESSAGE_BYTES } from './limits.ts'
import { deviceMessage, logItem, relayMessage } from './messages.ts'

/** Ten thousand malformed cases a format with LONG=1. */
const RUNS = env['LONG'] === '1' ? 10_000 : 300

const sized = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const id = sized(16)
const hash = sized(32)
const ref = fc.nat(2 ** 32 - 1)
const n = fc.maxSafeNat()
const blob = fc.uint8Array({ maxLength: 60 })
const few = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3 })
const type = <const T extends string>(name: T) => fc.constant(name)
/** Long values of one byte: their length is what matters. */
const filled = (length: number) => fc.nat(255).map((byte) => new Uint8Array(length).fill(byte))

const grant = fc.record({ device: id, keyNumber: ref, enc: filled(1120), wrapped: filled(48) })
const key = fc.record({ device: id, number: ref, publicKey: filled(1216), signature: filled(64) })
const access = fc.record({ device: id, loginKey: hash, keeper: fc.boolean() })
const item = fc.record({ n, envelope: fc.option(blob, { nil: undefined }), envelopeHash: hash })

const batch = {
  ref,
  head: n,
  headHash: hash,
  header: blob,
  grants: few(grant),
  admit: few(access),
  remove: few(id),
  keys: few(key),
}

const fromDevice = fc.oneof(
  fc.record({ type: type('hello'), versions: few(fc.nat(255)) }),
  fc.record({ type: type('login'), space: id, device: id, nonce: hash, signature: sized(64) }),
  fc.record({ type: type('append'), ref, envelope: blob }),
  fc.record({ type: type('reserve'), ref }),
  fc.record({ type: type('batch'), ...batch }),
  fc.record({ type: type('set-way-back'), ref, wayBack: fc.option(hash, { nil: undefined }) }),
  fc.record({ type: type('rescue'), ...batch, anchor: hash, revision: ref, permit: sized(64) }),
  fc.record({ type: type('tail'), ref, after: n }),
  fc.record({ type: type('publish-key'), ref, key }),
  fc.record({ type: type('keys'), ref }),
  fc.record({ type: type('grant'), ref, chapter: id }),
  fc.record({ type: type('invite'), ref, invitation: id, expiresAt: n, ticketHash: hash, record: blob }),
  fc.record({ type: type('close-invitation'), ref, invitation: id, state: fc.nat(255) }),
  fc.record({ type: type('joins'), ref, invitation: id }),
  fc.record({ type: type('ping'), ref }),
  fc.record({ type: type('withdraw'), ref, secret: hash }),
  fc.record({ type: type('destroy'), ref, chapter: id }),
  fc.record({ type: type('regrant'), ref, chapter: id, grant }),
  fc.record({ type: type('regrants'), ref, device: id, after: n }),
  fc.record({ type: type('regranted'), ref, chapter: id }),
  fc.record({ type: type('drop-regrants'), ref, chapter: id }),
  fc.record({ type: type('chapter'), ref, chapter: id, after: n }),
)
const fromRelay = fc.oneof(
  fc.record({ type: type('welcome'), version: fc.nat(255), nonce: hash }),
  fc.record({ type: type('entered'), head: n, headHash: hash, now: n, since: n }),
  fc.record({ type: type('refused'), ref, code: fc.nat(65535), retryAfterMs: ref }),
  fc.record({ type: type('done'), ref }),
  fc.record({ type: type('appended'), ref, n }),
  fc.record({ type: type('reserved'), ref, chapter: id, share: hash }),
  fc.record({ type: type('items'), ref, head: n, items: few(item) }),
  fc.record({ type: type('keys'), ref, keys: few(key) }),
  fc.record({ type: type('granted'), ref, share: hash, grant: fc.option(grant, { nil: undefined }) }),
  fc.record({ type: type('joins'), ref, joins: few(blob) }),
  fc.record({ type: type('joined'), invitation: id }),
  fc.record({
    type: type('regrants'),
    ref,
    chapters: few(fc.record({ chapter: id, first: n, givers: fc.nat(255), mine: fc.boolean() })),
  }),
  fc.record({ type: type('regranted'), ref, share: hash, grants: few(grant) }),
  fc.record({ type: type('chapter'), ref, first: n, next: fc.option(n, { nil: undefined }), items: few(item) }),
)
const opening = fc.record({
  permit: fc.oneof(
    fc.record({ type: type('desk'), secret: hash }),
    fc.record({ type: type('invitation'), invitation: id, ticket: hash }),
  ),
  space: id,
  device: id,
  loginKey: hash,
  retainUntil: n,
})

/** Each format with values of it. */
const FORMATS: readonly (readonly [string, AnyCodec, fc.Arbitrary<unknown>])[] = [
  ['device message', deviceMessage, fromDevice],
  ['relay message', relayMessage, fromRelay],
  ['log item', logItem, item],
  ['grant', grantCodec, grant],
  ['sealing key', sealingKeyCodec, key],
  ['access', accessCodec, access],
  ['desk body', deskBody, fc.record({ secret: hash })],
  ['space body', openSpaceBody, opening],
  ['invitation body', invitationBody, fc.record({ state: fc.nat(255), expiresAt: n, record: blob })],
  ['join body', joinBody, fc.record({ ticket: hash, join: blob })],
  ['refusal body', refusalBody, fc.record({ code: fc.nat(255), retryAfterMs: n })],
]

test.each(FORMATS)('[WR2] a %s goes there and back, and what is cut or lengthened is refused', (_, any, values) => {
  const codec = any as Codec<unknown>
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, where) => {
      const bytes = encode(codec, value)
      expect(decode(codec, bytes, MAX_MESSAGE_BYTES)).toEqual({ ok: true, value })
      const cut = decode(codec, bytes.subarray(0, Math.floor(where * bytes.length)), MAX_MESSAGE_BYTES)
      expect(cut.ok || cut.error.code).toBe('truncated')
      const longer = decode(codec, Uint8Array.of(...bytes, 0), MAX_MESSAGE_BYTES)
      expect(longer.ok || longer.error.code).toBe('trailing')
    }),
  )
})

test.each(FORMATS)('[WR2] any bytes are a %s or a fault, and never an exception', (_, any, values) => {
  const codec = any as Codec<unknown>
  const changed = fc.tuple(values, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
    const bytes = Uint8Array.from(encode(codec, value))
    bytes[at % bytes.length] = byte
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), changed), (bytes) => {
      const value = decode(codec, bytes, MAX_MESSAGE_BYTES)
      if (value.ok) expect(encode(codec, value.value)).toEqual(bytes)
      else expect(value.error.code).toMatch(/^(truncated|trailing|bad-value)$/)
    }),
    { numRuns: RUNS },
  )
})

test('the largest batch that a space can need fits into one message', () => {
  const each = <T>(value: T) => Array.from({ length: MAX_DEVICES_PER_SPACE }, () => value)
  const device = new Uint8Array(16)
  const largest = encode(deviceMessage, {
    type: 'batch',
    ref: 1,
    head: 0,
    headHash: new Uint8Array(32),
    header: new Uint8Array(256 * 1024),
    grants: each({ device, keyNumber: 0, enc: new Uint8Array(1120), wrapped: new Uint8Array(48) }),
    admit: each({ device, loginKey: new Uint8Array(32), keeper: false }),
    remove: each(device),
    keys: each({ device, number: 0, publicKey: new Uint8Array(1216), signature: new Uint8Array(64) }),
  })
  expect(largest.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
})

test('[WR1] every code has a number of its own, and other numbers have no meaning', () => {
  const numbers = RELAY_CODES.map(codeNumber)
  expect(numbers).toEqual(RELAY_CODES.map((_, i) => i + 1))
  for (const code of RELAY_CODES) expect(codeFromNumber(codeNumber(code))).toEqual({ ok: true, value: code })
  for (const number of [0, -1, 1.5, RELAY_CODES.length + 1]) expect(codeFromNumber(number).ok).toBe(false)
})
