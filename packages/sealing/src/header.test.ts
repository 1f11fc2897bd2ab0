import { HEADER_SIZES, toHex, utf8 } from '@antechamber/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportContentKey, importContentKey, newContentKey } from './chapter.ts'
import { openEntry } from './entry.ts'
import { hash } from './hashing.ts'
import { createHeader, type HeaderFault, MAX_SNAPSHOT_BYTES, openHeader, readHeader, verifyHeader } from './header.ts'
import { newSigningKey } from './signing.ts'
import {
  codeOf,
  flipBit,
  idOf,
  must,
  openFirstChapter,
  read,
  reopen,
  runs,
  START,
  sealOne,
  seeded,
} from './testing/fixtures.ts'
import { type ForgedHeader, forgeHeader } from './testing/forge.ts'

const made = openFirstChapter()
const { ada, place, share, contentKey, snapshot, decoded, envelope } = made
const random = seeded('headers')
const ben = newSigningKey(random)
const CLEAR = { start: 75, fields: 168, signature: 64 }

const forged = (change: Partial<ForgedHeader> = {}) =>
  read(
    forgeHeader({
      keys: { ...place, ck: exportContentKey(contentKey), share },
      secret: ada.secret,
      envelopeId: made.envelopeId,
      nonce: decoded.nonce,
      previous: START.headerHash,
      n: START.n,
      logHash: START.logHash,
      snapshot,
      size: 1024,
      ...change,
    }),
  )

const reopenAs = (changed: typeof decoded) => openHeader(changed, place.dialogue, contentKey, share)

test('[CH5] what was made opens, verifies, and gives the same chapter', () => {
  const header = must(verifyHeader(reopen(made), ada.publicKey))
  expect(header.snapshot).toEqual(snapshot)
  expect(header.facts).toEqual(made.header)
  expect(must(readHeader(decoded))).toEqual(made.header)
  const entry = read(sealOne(made.chapter, ada, random))
  expect(openEntry(header.chapter, entry)).toEqual(openEntry(made.chapter, entry))
  expect(header.facts).toMatchObject({ previous: START.headerHash, n: 0, logHash: START.logHash })
})

test('[CH5] is laid out byte for byte as the specification says', () => {
  expect(toHex(forged().sealed)).toBe(toHex(decoded.sealed))
})

test('[CH5] fills the smallest size class that holds its snapshot', () => {
  const lengths = [1024 - 327, 1024 - 326, MAX_SNAPSHOT_BYTES]
  const sizes = lengths.map((length) => {
    const long = createHeader({ ...made, previous: START, root: ada, snapshot: new Uint8Array(length) })
    const opened = must(openHeader(read(long.envelope), place.dialogue, contentKey, share))
    expect(opened.claimedSnapshot.length).toBe(length)
    return long.envelope.length
  })
  expect(sizes).toEqual([1024, 2048, HEADER_SIZES.at(-1)])
  const tooLong = new Uint8Array(MAX_SNAPSHOT_BYTES + 1)
  expect(() => createHeader({ ...made, previous: START, root: ada, snapshot: tooLong })).toThrow(RangeError)
})

test('[CH2] neither half alone opens a chapter, nor the other half’s place', () => {
  const otherShare = random(32)
  const otherKey = newContentKey(random)
  expect(codeOf(openHeader(decoded, place.dialogue, contentKey, otherShare))).toBe('wrong-share')
  expect(codeOf(openHeader(decoded, place.dialogue, otherKey, share))).toBe('wrong-key')
  expect(codeOf(openHeader(decoded, place.dialogue, importContentKey(share), exportContentKey(contentKey)))).toBe(
    'wrong-key',
  )
  expect(codeOf(openHeader(decoded, idOf('another'), contentKey, share))).toBe('wrong-share')
})

test('[CH2] keys do not show when printed, spread or turned into JSON', () => {
  const ck = toHex(exportContentKey(contentKey))
  for (const shown of [JSON.stringify(contentKey), String(contentKey), JSON.stringify(made.chapter.key)])
    expect(shown).not.toContain(ck.slice(0, 8))
  expect(Object.keys(contentKey)).toEqual([])
  expect({ ...made.chapter.key }).toEqual({})
})

describe('each fault, and the only way to it', () => {
  // A code that is added to HeaderFault and not here does not compile.
  const faults: Record<HeaderFault['code'], () => unknown> = {
    malformed: () => reopenAs({ ...decoded, sealed: decoded.sealed.subarray(0, 231) }),
    'wrong-key': () => openHeader(decoded, place.dialogue, newContentKey(random), share),
    'wrong-share': () => openHeader(decoded, place.dialogue, contentKey, new Uint8Array(32)),
    unreadable: () => reopenAs({ ...decoded, nonce: new Uint8Array(24) }),
    'snapshot-mismatch': () => reopenAs(forged({ claimedSnapshot: utf8('another roster') })),
  }
  test.each(Object.keys(faults) as HeaderFault['code'][])('[CH5] %s', (code) => {
    expect(faults[code]()).toMatchObject({ ok: false, error: { code } })
  })
})

test('[CH5] malformed names the field, and an entry is no header', () => {
  const cut = { ...decoded, sealed: decoded.sealed.subarray(0, 100) }
  expect(readHeader(cut)).toEqual({ ok: false, error: { code: 'malformed', field: 'sealed.commitCk' } })
  const entry = read(sealOne(made.chapter, ada, random))
  expect(readHeader(entry)).toEqual({ ok: false, error: { code: 'malformed', field: 'kind' } })
  expect(reopenAs(entry)).toEqual({ ok: false, error: { code: 'malformed', field: 'kind' } })
})

test('[CH5] a member who seals a snapshot badly is refused, not crashed on', () => {
  expect(reopenAs(forged({ filler: 1 }))).toEqual({ ok: false, error: { code: 'malformed', field: 'padding' } })
  expect(reopenAs(forged({ inside: new Uint8Array(1024 - 323).fill(255) }))).toEqual({
    ok: false,
    error: { code: 'malformed', field: 'snapshot' },
  })
})

test('[CH6] a wrong share is told apart from a wrong key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      expect(codeOf(openHeader(decoded, place.dialogue, contentKey, bytes))).toBe('wrong-share')
      expect(codeOf(openHeader(decoded, place.dialogue, importContentKey(bytes), share))).toBe('wrong-key')
    }),
    { numRuns: runs(30) },
  )
})

test('[CH5] every bit turned is refused with a code', () => {
  const expected = (byte: number): string[] => {
    if (byte < CLEAR.start) return ['unreadable']
    if (byte < CLEAR.start + CLEAR.fields) return ['unreadable', 'wrong-key', 'wrong-share', 'malformed']
    return byte < CLEAR.start + CLEAR.fields + CLEAR.signature ? ['bad-signature'] : ['unreadable']
  }
  fc.assert(
    fc.property(fc.integer({ min: 35 * 8, max: envelope.length * 8 - 1 }), (bit) => {
      const opened = reopenAs(read(flipBit(envelope, bit)))
      const code = opened.ok ? codeOf(verifyHeader(opened.value, ada.publicKey)) : opened.error.code
      expect(expected(Math.floor(bit / 8))).toContain(code)
    }),
    { numRuns: runs(120) },
  )
})

test('[CH5] every cut is refused with a code', () => {
  fc.assert(
    fc.property(fc.nat(decoded.sealed.length - 1), (length) => {
      const cut = { ...decoded, sealed: decoded.sealed.subarray(0, length) }
      expect(codeOf(reopenAs(cut))).toBe(length < 232 ? 'malformed' : 'unreadable')
    }),
    { numRuns: runs(60) },
  )
})

test('[CH5] does not open in another space or chapter, even for who holds both keys', () => {
  for (const moved of [{ space: idOf('panel') }, { chapter: idOf('chapter two') }])
    expect(codeOf(reopenAs({ ...decoded, ...moved }))).toBe('wrong-key')
  expect(codeOf(reopenAs({ ...decoded, id: idOf('other') }))).toBe('unreadable')
})

describe('the signature', () => {
  test('[CH5] of a member who is not the opener is bad', () => {
    const header = must(reopenAs(forged({ secret: ben.secret })))
    expect(codeOf(verifyHeader(header, ada.publicKey))).toBe('bad-signature')
    expect(verifyHeader(header, ben.publicKey).ok).toBe(true)
  })

  test('[CH5] covers place in the log, keys and snapshot', () => {
    const signature = decoded.sealed.slice(168, 232)
    const changes: Partial<ForgedHeader>[] = [
      { previous: hash(utf8('x')) },
      { n: 1 },
      { logHash: hash(utf8('x')) },
      { snapshot: utf8('a roster with one more in it, whom nobody admitted') },
      { keys: { ...place, ck: random(32), share } },
      { keys: { ...place, ck: exportContentKey(contentKey), share: random(32) } },
    ]
    for (const change of changes) {
      const changed = forged(change)
      const sealed = Uint8Array.from(changed.sealed)
      sealed.set(signature, 168)
      const keys = change.keys ?? { ck: exportContentKey(contentKey), share }
      const opened = must(openHeader({ ...changed, sealed }, place.dialogue, importContentKey(keys.ck), keys.share))
      expect(codeOf(verifyHeader(opened, ada.publicKey))).toBe('bad-signature')
    }
  })
})
