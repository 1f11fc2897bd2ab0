import { importContentKey, openEntry, openGrant, openHeader } from '../index.ts'
import { decoded, type KeptChapter, type Life, type Person, placeOf } from './life.ts'

/**
 * The relay and some people with modified clients, who keep every key they ever had and try everything on every chapter
 * that none of them was ever a member of, or that was destroyed: then the relay has kept nothing of it but the envelopes.
 * Nothing is tried twice: `tried` remembers.
 */
export interface Coalition {
  readonly people: readonly Person[]
  /** How many pairs of grant and sealing key to try at most in one attack. */
  readonly grantTries: number
  readonly tried: Set<string>
}

/** How much was tried, and what was got at: `leaks` must stay empty. */
export interface Attempts {
  headers: number
  entries: number
  grants: number
  readonly leaks: string[]
}

export const isClosedTo = (coalition: Coalition, chapter: KeptChapter): boolean =>
  chapter.isDestroyed || !coalition.people.some((person) => chapter.members.includes(person))

export async function attack(life: Life, coalition: Coalition): Promise<Attempts> {
  const attempts: Attempts = { headers: 0, entries: 0, grants: 0, leaks: [] }
  for (const [i, chapter] of life.chapters.entries()) {
    if (!isClosedTo(coalition, chapter)) continue
    for (const person of coalition.people) {
      tryContentKeys(life, coalition, person, i, attempts)
      tryChapterKeys(coalition, person, chapter, attempts)
      await tryGrants(life, coalition, person, i, attempts)
    }
  }
  return attempts
}

/** True the first time. */
function isNew(coalition: Pick<Coalition, 'tried'>, ...parts: readonly (string | number)[]): boolean {
  const name = parts.join('/')
  if (coalition.tried.has(name)) return false
  coalition.tried.add(name)
  return true
}

/** Every content key they ever had, with the chapter's share and those of its neighbours. */
function tryContentKeys(life: Life, coalition: Coalition, person: Person, i: number, attempts: Attempts): void {
  const chapter = life.chapters[i] as KeptChapter
  for (const [k, contentKey] of person.archive.contentKeys.entries()) {
    if (!isNew(coalition, 'content key', i, chapter.isDestroyed ? 'destroyed' : '', person.name, k)) continue
    // A member has kept the content key of a destroyed chapter: what is missing is the share.
    const isHalf = chapter.isDestroyed && chapter.members.includes(person)
    for (const { share, isDestroyed } of life.chapters.slice(Math.max(0, i - 1), i + 2)) {
      if (isDestroyed) continue
      attempts.headers++
      const opened = openHeader(decoded(chapter.header), life.dialogue, contentKey, share)
      const isClosed =
        !opened.ok && (opened.error.code === 'wrong-key' || (isHalf && opened.error.code === 'wrong-share'))
      if (!isClosed) attempts.leaks.push(`${i}: a content key`)
    }
  }
}

/** Every chapter key they have in memory, put into the place of the right one. */
function tryChapterKeys(coalition: Coalition, person: Person, chapter: KeptChapter, attempts: Attempts): void {
  for (const [name, { key }] of person.open) {
    for (const [e, { envelope }] of chapter.entries.entries()) {
      const header = chapter.facts.headerHash
      if (!isNew(coalition, 'chapter key', header.join(), e, person.name, name)) continue
      attempts.entries++
      const { space, chapter: id } = decoded(envelope)
      const pretended = { place: { dialogue: id, space, chapter: id }, headerHash: header, key }
      if (openEntry(pretended, decoded(envelope)).ok) attempts.leaks.push('an entry')
    }
  }
}

/** Every grant of the chapter with every sealing key, each under the name and number that the grant was made for. */
async function tryGrants(
  life: Life,
  coalition: Coalition,
  person: Person,
  i: number,
  attempts: Attempts,
): Promise<void> {
  const chapter = life.chapters[i] as KeptChapter
  if (chapter.isDestroyed) return
  for (const key of person.archive.keys) {
    for (const [owner, grant] of chapter.grants) {
      if (attempts.grants >= coalition.grantTries) return
      if (!isNew(coalition, 'grant', i, owner.name, person.name, key.number)) continue
      attempts.grants++
      const place = { place: placeOf(life, chapter), facts: chapter.facts, device: owner.device }
      const opened = await openGrant(place, grant, { ...key, number: grant.keyNumber })
      if (opened.ok) attempts.leaks.push(`${i}: the grant of ${owner.name}`)
    }
  }
}

/**
 * A relay that only says that it has destroyed, and has kept every share and grant, with what is in the stores of these
 * people's devices now: content keys and sealing keys. Nothing is tried twice.
 */
export async function attackStores(
  life: Life,
  people: readonly Person[],
  tried: Set<string>,
): Promise<Omit<Attempts, 'entries'>> {
  const attempts = { headers: 0, grants: 0, leaks: [] as string[] }
  for (const [i, chapter] of life.chapters.entries()) {
    if (!chapter.isDestroyed) continue
    for (const person of people) {
      for (const [id, stored] of person.stored) {
        if (!isNew({ tried }, 'stored', i, person.name, id)) continue
        attempts.headers++
        const opened = openHeader(decoded(chapter.header), life.dialogue, importContentKey(stored), chapter.share)
        if (opened.ok) attempts.leaks.push(`${i}: what ${person.name} stores`)
      }
      const grant = chapter.grants.get(person)
      for (const key of grant ? person.keys : []) {
        if (!grant || !isNew({ tried }, 'stored key', i, person.name, key.number)) continue
        attempts.grants++
        const place = { place: placeOf(life, chapter), facts: chapter.facts, device: person.device }
        const opened = await openGrant(place, grant, { ...key, number: grant.keyNumber })
        if (opened.ok) attempts.leaks.push(`${i}: a sealing key of ${person.name}`)
      }
    }
  }
  return attempts
}
