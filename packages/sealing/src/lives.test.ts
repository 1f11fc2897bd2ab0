import { env } from 'node:process'
import { describe, expect, test } from 'vitest'
import { newContentKey } from './chapter.ts'
import { openGrant } from './grant.ts'
import { openHeader } from './header.ts'
import { attack, isClosedTo } from './testing/coalition.ts'
import { codeOf, must, seeded } from './testing/fixtures.ts'
import {
  beginLife,
  decoded,
  type KeptChapter,
  openChapter,
  type Person,
  placeOf,
  readChapter,
  write,
} from './testing/life.ts'
import { HAPPENINGS, liveOne } from './testing/lives.ts'

const LONG = env.LONG === '1'
const STEPS = LONG ? 500 : 200
/** Pairs of grant and sealing key tried after each step; all of them in a long run. */
const GRANT_TRIES = LONG ? Number.POSITIVE_INFINITY : 2
const SEEDS = LONG ? ['1', '2', '3'] : ['1']
describe('random lives of a room', () => {
  test.each(SEEDS)(
    '[CH10] [CH12] [CH13] [DX7] life %s: nobody outside a chapter reads it, whatever keys they kept; nobody one that was destroyed',
    async (seed) => {
      const { seen, sums, life } = await liveOne(seed, STEPS, GRANT_TRIES)
      for (const what of HAPPENINGS) expect([what, seen.get(what) ?? 0]).not.toEqual([what, 0])
      expect(sums.headers).toBeGreaterThan(STEPS)
      expect(sums.entries).toBeGreaterThan(STEPS)
      expect(sums.grants).toBeGreaterThan(STEPS)
      expect(sums.stores).toBeGreaterThan(STEPS)
      const entries = life.chapters.flatMap((chapter) => chapter.entries)
      expect(entries.length).toBeGreaterThan(STEPS / 4)
    },
  )
})

describe('a removal, step by step', () => {
  async function withBenRemoved() {
    const life = await beginLife('removal', ['Fay', 'Ada', 'Ben', 'Dov'])
    const [fay, ada, ben, dov] = life.people as [Person, Person, Person, Person]
    life.members = [fay, ada, ben]
    await openChapter(life, fay)
    write(life, ben)
    life.members = [fay, ada]
    await openChapter(life, fay)
    write(life, ada)
    return { life, fay, ada, ben, dov, before: life.chapters[1] as KeptChapter, after: life.chapters[2] as KeptChapter }
  }

  test('[CH12] Ben keeps what he has read and gets nothing after, with the relay’s help and a modified client', async () => {
    const { life, ada, ben, before, after } = await withBenRemoved()
    expect(readChapter(ben, before)).toEqual(before.entries.map(({ text }) => text))
    expect(readChapter(ada, after)).toEqual(after.entries.map(({ text }) => text))
    expect(after.grants.has(ben)).toBe(false)
    const attempts = await attack(life, { people: [ben], grantTries: 1000, tried: new Set() })
    expect(attempts.leaks).toEqual([])
    expect(attempts.grants).toBeGreaterThan(3)
  })

  test('[CH12] the relay alone has shares, headers, grants and keys of nobody, and reads nothing', async () => {
    const { life } = await withBenRemoved()
    const random = seeded('the relay guesses')
    for (const chapter of life.chapters) {
      const guess = openHeader(decoded(chapter.header), life.dialogue, newContentKey(random), chapter.share)
      expect(codeOf(guess)).toBe('wrong-key')
    }
  })

  test('[CH12] [CH13] after Ben is re-added, he reads on from there, and Dov is still outside', async () => {
    const { life, fay, ada, ben, dov, after } = await withBenRemoved()
    life.members = [fay, ada, ben]
    await openChapter(life, fay)
    write(life, ada)
    const now = life.chapters.at(-1) as KeptChapter
    expect(readChapter(ben, now)).toEqual(now.entries.map(({ text }) => text))
    expect(isClosedTo({ people: [ben], grantTries: 0, tried: new Set() }, after)).toBe(true)
    for (const people of [[ben], [dov]])
      expect((await attack(life, { people, grantTries: 1000, tried: new Set() })).leaks).toEqual([])
  })

  test('[CH10] a device seized later cannot open what was granted to keys it has deleted', async () => {
    const { life, ada, before } = await withBenRemoved()
    const grant = before.grants.get(ada)
    const place = { place: placeOf(life, before), facts: before.facts, device: ada.device }
    expect(ada.keys.length).toBe(2)
    for (const key of ada.keys) {
      const opened = await openGrant(place, grant as never, { ...key, number: grant?.keyNumber ?? -1 })
      expect(codeOf(opened)).toBe('unreadable')
    }
    const archived = ada.archive.keys.find(({ number }) => number === grant?.keyNumber)
    must(await openGrant(place, grant as never, archived as never))
  })

  test('[CH6] a relay that hands out another chapter’s share is found out, and reads nothing by it', async () => {
    const { life, ada, before, after } = await withBenRemoved()
    const contentKey = ada.archive.contentKeys.at(-1) as never
    expect(codeOf(openHeader(decoded(after.header), life.dialogue, contentKey, before.share))).toBe('wrong-share')
  })
})
