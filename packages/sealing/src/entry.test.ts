import { ENTRY_SIZES, toHex, utf8 } from '@antechamber/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportContentKey } from './chapter.ts'
import {
  type EntryFault,
  type EntryFields,
  MAX_ENTRY_BODY_BYTES,
  openEntry,
  sealEntry,
  unsafeTrustStoredEntry,
  verifyEntry,
} from './entry.ts'
import { createHeader } from './header.ts'
import { newSigningKey } from './signing.ts'
import {
  codeOf,
  entryFields,
  flipBit,
  idOf,
  must,
  openFirstChapter,
  read,
  runs,
  sealOne,
  seeded,
} from './testing/fixtures.ts'
import { type ForgedEntry, forgeEntry } from './testing/forge.ts'

const room = openFirstChapter()
const { ada, chapter, place } = room
const random = seeded('entries')
const ben = newSigningKey(random)
const sealed = sealOne(chapter, ada, random)

/** The same entry as `forge` would make it, with what a modified client changes. */
const forged = (change: Partial<ForgedEntry> = {}): Uint8Array => {
  const { seen, ...fields } = entryFields()
  return forgeEntry({
    keys: { ...place, ck: exportContentKey(room.contentKey), share: room.share },
    headerHash: chapter.headerHash,
    secret: ada.secret,
    envelopeId: idOf('envelope'),
    nonce: new Uint8Array(24).fill(9),
    ...fields,
    ...seen,
    size: 1024,
    ...change,
  })
}

/** Another chapter of the same or another space, by the same device, under the same keys. */
const elsewhere = (change: { space?: string; chapter?: string; snapshot?: string }) =>
  createHeader({
    place: {
      dialogue: place.dialogue,
      space: change.space === undefined ? place.space : idOf(change.space),
      chapter: change.chapter === undefined ? place.chapter : idOf(change.chapter),
    },
    share: room.share,
    contentKey: room.contentKey,
    envelopeId: idOf('header'),
    previous: { headerHash: new Uint8Array(32), n: 0, logHash: new Uint8Array(32) },
    snapshot: utf8(change.snapshot ?? 'another roster'),
    root: ada,
    random,
  }).chapter

test('[LG5] what was sealed opens, verifies and is what it was', () => {
  const opened = must(openEntry(chapter, read(sealed)))
  expect(opened.claimed).toEqual(entryFields())
  expect(must(verifyEntry(chapter, opened, ada.publicKey))).toEqual(entryFields())
  expect(unsafeTrustStoredEntry(opened)).toEqual(entryFields())
})

test('[LG5] is laid out byte for byte as the specification says', () => {
  const made = must(sealEntry(chapter, ada, entryFields(), idOf('envelope'), () => new Uint8Array(24).fill(9)))
  expect(toHex(made)).toBe(toHex(forged()))
})

test('[LG5] [LG2] fills the smallest size class that holds it, and tells when none does', () => {
  const overhead = 75 + 16 + 145
  const cases = ENTRY_SIZES.flatMap((size) => [
    [size - overhead, size],
    [size - overhead + 1, 2 * size],
  ]) as [number, number][]
  for (const [length, size] of cases.slice(0, -1)) {
    const made = sealOne(chapter, ada, random, { body: new Uint8Array(length) })
    expect(made.length).toBe(size)
    expect(must(openEntry(chapter, read(made))).claimed.body.length).toBe(length)
  }
  const body = new Uint8Array(MAX_ENTRY_BODY_BYTES + 1)
  expect(sealEntry(chapter, ada, entryFields({ body }), random(16), random)).toEqual({
    ok: false,
    error: { code: 'too-large', bytes: MAX_ENTRY_BODY_BYTES + 1, limit: MAX_ENTRY_BODY_BYTES },
  })
})

test('[LG5] no two seals of the same entry are alike, and no plaintext shows', () => {
  const again = sealOne(chapter, ada, random)
  expect(toHex(again)).not.toBe(toHex(sealed))
  for (const plain of [utf8('afraid to be the first'), idOf('ada phone'), idOf('entry one'), ada.publicKey])
    expect(toHex(sealed)).not.toContain(toHex(plain))
})

describe('each fault, and the only way to it', () => {
  // A code that is added to EntryFault and not here does not compile.
  const faults: Record<EntryFault['code'], () => unknown> = {
    late: () => openEntry(elsewhere({ chapter: 'chapter two' }), read(sealed)),
    unreadable: () => openEntry(elsewhere({}), read(sealed)),
    malformed: () => openEntry(chapter, read(forged({ filler: 1 }))),
  }
  test.each(Object.keys(faults) as EntryFault['code'][])('[LG5] [LG10] %s', (code) => {
    expect(faults[code]()).toMatchObject({ ok: false, error: { code } })
    expect(faults[code]()).toEqual(faults[code]())
  })
})

test('[LG7] an entry under another chapter than this one is late, before anything else is looked at', () => {
  const late = read(sealOne(elsewhere({ chapter: 'chapter zero' }), ada, random))
  expect(codeOf(openEntry(chapter, late))).toBe('late')
  expect(codeOf(openEntry(chapter, { ...late, sealed: new Uint8Array(900) }))).toBe('late')
})

test('[LG5] does not open under another header, space, envelope id, nonce or kind', () => {
  const envelope = read(sealed)
  expect(codeOf(openEntry(elsewhere({ snapshot: 'changed' }), envelope))).toBe('unreadable')
  expect(codeOf(openEntry(elsewhere({ space: 'panel' }), envelope))).toBe('unreadable')
  expect(codeOf(openEntry(elsewhere({ space: 'panel' }), { ...envelope, space: idOf('panel') }))).toBe('unreadable')
  expect(codeOf(openEntry(elsewhere({ chapter: 'two' }), { ...envelope, chapter: idOf('two') }))).toBe('unreadable')
  expect(codeOf(openEntry(chapter, { ...envelope, id: idOf('other') }))).toBe('unreadable')
  expect(codeOf(openEntry(chapter, { ...envelope, nonce: new Uint8Array(24) }))).toBe('unreadable')
  expect(codeOf(openEntry(chapter, { ...envelope, kind: 2 }))).toBe('malformed')
})

test('[LG5] every bit turned in id, nonce or sealed bytes makes it unreadable, every cut too', () => {
  const damage = fc.property(fc.integer({ min: 35 * 8, max: sealed.length * 8 - 1 }), (bit) => {
    expect(codeOf(openEntry(chapter, read(flipBit(sealed, bit))))).toBe('unreadable')
  })
  fc.assert(damage, { numRuns: runs(120) })
  const envelope = read(sealed)
  fc.assert(
    fc.property(fc.nat(envelope.sealed.length - 1), (length) => {
      const cut = { ...envelope, sealed: envelope.sealed.subarray(0, length) }
      expect(codeOf(openEntry(chapter, cut))).toBe('unreadable')
    }),
    { numRuns: runs(60) },
  )
})

test('[LG5] what a member seals without keeping to the layout is malformed, never a crash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1024 - 91, maxLength: 1024 - 91 }), (inside) => {
      expect(codeOf(openEntry(chapter, read(forged({ inside }))))).toBe('malformed')
    }),
    { numRuns: runs(60) },
  )
  expect(openEntry(chapter, read(forged({ inside: new Uint8Array(2048 - 91), size: 2048 }))).ok).toBe(true)
  expect(codeOf(openEntry(chapter, read(forged({ filler: 1 }))))).toBe('malformed')
})

describe('[LG6] the signature', () => {
  test('[LG6] of another device is bad, though every member can seal', () => {
    const opened = must(openEntry(chapter, read(forged({ secret: ben.secret }))))
    expect(codeOf(verifyEntry(chapter, opened, ada.publicKey))).toBe('bad-signature')
    expect(verifyEntry(chapter, opened, ben.publicKey).ok).toBe(true)
  })

  test('[LG6] holds for each field: a member who opens and seals again with one changed is found out', () => {
    const { signature } = must(openEntry(chapter, read(sealed)))
    const changes: Record<Exclude<keyof EntryFields, 'seen'> | 'n' | 'logHash', Partial<ForgedEntry>> = {
      device: { device: idOf('ben phone') },
      counter: { counter: 1 },
      entryId: { entryId: idOf('entry two') },
      n: { n: 2 },
      logHash: { logHash: new Uint8Array(32) },
      kind: { kind: 8 },
      body: { body: utf8('We were never afraid.') },
    }
    expect(verifyEntry(chapter, must(openEntry(chapter, read(forged({ signature })))), ada.publicKey).ok).toBe(true)
    for (const change of Object.values(changes)) {
      const opened = must(openEntry(chapter, read(forged({ ...change, signature }))))
      expect(codeOf(verifyEntry(chapter, opened, ada.publicKey))).toBe('bad-signature')
    }
  })

  test('[LG6] does not hold in another chapter, space or under another header: nothing is replayed', () => {
    const opened = must(openEntry(chapter, read(sealed)))
    for (const other of [{ chapter: 'chapter two' }, { space: 'panel' }, { snapshot: 'changed' }])
      expect(codeOf(verifyEntry(elsewhere(other), opened, ada.publicKey))).toBe('bad-signature')
  })

  test('[LG6] an entry of one body cannot be read as one of another kind and body', () => {
    const a = entryFields({ kind: 0, body: Uint8Array.of(1, 2) })
    const opened = must(openEntry(chapter, read(sealOne(chapter, ada, random, a))))
    const shifted = { ...opened, claimed: { ...a, kind: 1, body: Uint8Array.of(2) } }
    expect(codeOf(verifyEntry(chapter, shifted, ada.publicKey))).toBe('bad-signature')
  })
})

test('[LG8] the author’s place in the log is signed: the relay cannot move it', () => {
  const seen = { n: 41, logHash: random(32) }
  const opened = must(openEntry(chapter, read(sealOne(chapter, ada, random, { seen }))))
  expect(must(verifyEntry(chapter, opened, ada.publicKey)).seen).toEqual(seen)
  const moved = { ...opened, claimed: { ...opened.claimed, seen: { ...seen, n: 40 } } }
  expect(codeOf(verifyEntry(chapter, moved, ada.publicKey))).toBe('bad-signature')
})

test('any fields come back as they went in', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const fields = fc.record({
    device: bytes(16),
    counter: fc.nat(2 ** 32 - 1),
    entryId: bytes(16),
    seen: fc.record({ n: fc.maxSafeNat(), logHash: bytes(32) }),
    kind: fc.nat(255),
    body: fc.uint8Array({ maxLength: 3000 }),
  })
  fc.assert(
    fc.property(fields, (change) => {
      const opened = must(openEntry(chapter, read(sealOne(chapter, ada, random, change))))
      expect(must(verifyEntry(chapter, opened, ada.publicKey))).toEqual(change)
    }),
    { numRuns: runs(20) },
  )
})
