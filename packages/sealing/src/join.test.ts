import { concat, MAX_JOIN_BYTES, tagged, toHex, utf8 } from '@antechamber/protocol'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newLinkInvitation, sealRecord } from './invitation.ts'
import { JOIN_OVERHEAD, type JoinFault, openJoin, sealJoin } from './join.ts'
import { newSealingKey } from './sealing-key.ts'
import { codeOf, flipBit, idOf, must, runs, seeded } from './testing/fixtures.ts'

const random = seeded('joins')
const invitation = newLinkInvitation(random)
const record = sealRecord(invitation, utf8('welcome'), random)
const joinKey = await newSealingKey(0, random)
const place = { invitation, dialogue: idOf('dialogue'), record }
const join = utf8('Ben; root key; anchor; keys for two spaces')
const posted = await sealJoin({ ...place, joinPublicKey: joinKey.publicKey, random }, join)

/** The MAC as the specification writes it, for a joiner with a modified client. */
const authenticate = (ct: Uint8Array): Uint8Array =>
  concat(
    ct,
    hmac(
      sha256,
      hkdf(sha256, invitation.secret, undefined, tagged('join-mac', invitation.id), 32),
      tagged('join-mac', place.dialogue, invitation.id, sha256(record), sha256(ct)),
    ),
  )

test('[IN4] a join opens with the invitation’s own key, and shows the relay nothing', async () => {
  expect(must(await openJoin({ ...place, joinKey }, posted))).toEqual(join)
  expect(posted.length).toBe(join.length + JOIN_OVERHEAD)
  expect(toHex(posted)).not.toContain(toHex(utf8('Ben')))
})

test('[IN4] is laid out as the specification says', () => {
  expect(toHex(authenticate(posted.slice(0, -32)))).toBe(toHex(posted))
})

describe('each fault, and the only way to it', () => {
  // A code that is added to JoinFault and not here does not compile.
  const faults: Record<JoinFault['code'], () => Promise<unknown>> = {
    malformed: () => openJoin({ ...place, joinKey }, posted.subarray(0, JOIN_OVERHEAD - 1)),
    'bad-mac': () => openJoin({ ...place, joinKey }, posted.subarray(0, posted.length - 1)),
    unreadable: async () => openJoin({ ...place, joinKey: await newSealingKey(0, random) }, posted),
  }
  test.each(Object.keys(faults) as JoinFault['code'][])('[IN4] %s', async (code) => {
    expect(await faults[code]()).toMatchObject({ ok: false, error: { code } })
  })
})

test('[IN4] without the invitation’s secret nobody makes a join, though the relay knows id and key', async () => {
  const eve = { ...invitation, secret: random(32) }
  const forged = await sealJoin({ ...place, invitation: eve, joinPublicKey: joinKey.publicKey }, join)
  expect(codeOf(await openJoin({ ...place, joinKey }, forged))).toBe('bad-mac')
})

test('[IN4] is no join of another dialogue, invitation or record', async () => {
  const otherRecord = sealRecord(invitation, utf8('welcome'), random)
  expect(codeOf(await openJoin({ ...place, joinKey, dialogue: idOf('another') }, posted))).toBe('bad-mac')
  expect(codeOf(await openJoin({ ...place, joinKey, record: otherRecord }, posted))).toBe('bad-mac')
  const other = newLinkInvitation(random)
  expect(codeOf(await openJoin({ ...place, joinKey, invitation: other }, posted))).toBe('bad-mac')
  expect(codeOf(await openJoin({ ...place, joinKey, invitation: { ...invitation, id: other.id } }, posted))).toBe(
    'bad-mac',
  )
})

test('[IN4] every bit turned fails: by the MAC, or inside it for somebody who holds the secret', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(posted.length * 8 - 1), fc.nat((posted.length - 32) * 8 - 1), async (bit, inner) => {
      expect(codeOf(await openJoin({ ...place, joinKey }, flipBit(posted, bit)))).toBe('bad-mac')
      const changed = authenticate(flipBit(posted.slice(0, -32), inner))
      expect(codeOf(await openJoin({ ...place, joinKey }, changed))).toBe('unreadable')
    }),
    { numRuns: runs(12) },
  )
})

test('[IN4] any bytes are refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 1300 }), async (bytes) => {
      const code = codeOf(await openJoin({ ...place, joinKey }, bytes))
      expect(code).toBe(bytes.length < JOIN_OVERHEAD ? 'malformed' : 'bad-mac')
    }),
    { numRuns: runs(30) },
  )
  expect(codeOf(await openJoin({ ...place, joinKey }, new Uint8Array(MAX_JOIN_BYTES + 1)))).toBe('malformed')
})

test('a join that the relay would refuse is our own mistake, and loud', async () => {
  const tooLong = new Uint8Array(MAX_JOIN_BYTES - JOIN_OVERHEAD + 1)
  await expect(sealJoin({ ...place, joinPublicKey: joinKey.publicKey }, tooLong)).rejects.toThrow(RangeError)
})
