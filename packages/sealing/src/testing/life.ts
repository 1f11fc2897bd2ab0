import { decodeEnvelope, type Grant, type SealingKeyRecord, toHex, utf8 } from '@antechamber/protocol'
import {
  type ContentKey,
  createHeader,
  exportContentKey,
  grantContentKey,
  type HeaderFacts,
  hash,
  importContentKey,
  isSealingKeyGood,
  logHashAfter,
  newContentKey,
  newSealingKey,
  newSigningKey,
  type OpenChapter,
  openEntry,
  openGrant,
  openHeader,
  type PreviousHead,
  type Random,
  type SealingKey,
  type SigningKey,
  sealEntry,
  sealingKeyRecord,
  verifyEntry,
  verifyHeader,
} from '../index.ts'
import { idOf, must, START, seeded } from './fixtures.ts'

/**
 * One person with one device; a further device of a seat counts as another with the same `seat`. `archive` is what a
 * modified client keeps of all that it should have deleted.
 */
export interface Person {
  readonly name: string
  readonly seat: string
  readonly device: Uint8Array
  readonly root: SigningKey
  keys: readonly SealingKey[]
  published: SealingKeyRecord
  readonly archive: { readonly keys: SealingKey[]; readonly contentKeys: ContentKey[] }
  /** What the device's store holds, by chapter. */
  readonly stored: Map<string, Uint8Array>
  /** What is in memory, by chapter. */
  readonly open: Map<string, OpenChapter>
  online: boolean
}

/** All that the relay has of a chapter, and for the judge of the test who is in it and what was said. */
export interface KeptChapter {
  readonly id: Uint8Array
  readonly share: Uint8Array
  readonly header: Uint8Array
  readonly facts: HeaderFacts
  readonly opener: Person
  readonly members: readonly Person[]
  readonly grants: ReadonlyMap<Person, Grant>
  readonly entries: { readonly envelope: Uint8Array; readonly by: Person; readonly text: string }[]
  /** The relay has deleted its share and its grants, or says so; honest devices their keys, once they are online. */
  isDestroyed: boolean
}

/** One space: the relay that keeps it, and everybody who was ever near it. */
export interface Life {
  readonly random: Random
  readonly dialogue: Uint8Array
  readonly space: Uint8Array
  readonly people: Person[]
  readonly chapters: KeptChapter[]
  members: readonly Person[]
  head: PreviousHead
  /** A number from 0 to below `limit`; small limits only. */
  readonly dice: (limit: number) => number
}

export const idText = (chapter: KeptChapter): string => toHex(chapter.id)
export const placeOf = (life: Life, chapter: Pick<KeptChapter, 'id'>) => ({
  dialogue: life.dialogue,
  space: life.space,
  chapter: chapter.id,
})
export const decoded = (bytes: Uint8Array) => must(decodeEnvelope(bytes))

async function newPerson(name: string, space: Uint8Array, random: Random, seat = name): Promise<Person> {
  const root = newSigningKey(random)
  const device = idOf(`${name}'s device`)
  const key = await newSealingKey(0, random)
  return {
    name,
    seat,
    device,
    root,
    keys: [key],
    published: sealingKeyRecord(root, space, device, key),
    archive: { keys: [key], contentKeys: [] },
    stored: new Map(),
    open: new Map(),
    online: true,
  }
}

/** A space with its first chapter, opened by the first of these people for the first two. */
export async function beginLife(seed: string, names: readonly string[]): Promise<Life> {
  const random = seeded(seed)
  const space = idOf('room')
  const people = []
  for (const name of names) people.push(await newPerson(name, space, random))
  const life: Life = {
    random,
    dialogue: idOf('dialogue'),
    space,
    people,
    chapters: [],
    members: people.slice(0, 2),
    head: START,
    dice: (limit) => {
      const [a, b] = random(2) as unknown as [number, number]
      return (a * 256 + b) % limit
    },
  }
  await openChapter(life, people[0] as Person)
  return life
}

function append(life: Life, envelope: Uint8Array): void {
  const n = life.head.n + 1
  life.head = { ...life.head, n, logHash: logHashAfter(life.head.logHash, n, hash(envelope)) }
}

/** Opens the next chapter for `life.members`, with a grant to each one's last published key. */
export async function openChapter(life: Life, opener: Person): Promise<void> {
  const { random, members } = life
  const [id, share] = [random(16), random(32)]
  const place = placeOf(life, { id })
  const contentKey = newContentKey(random)
  const snapshot = utf8(JSON.stringify(members.map(({ name }) => name)))
  const made = createHeader({
    place,
    share,
    contentKey,
    envelopeId: random(16),
    previous: life.head,
    snapshot,
    root: opener.root,
    random,
  })
  const grants = new Map<Person, Grant>()
  for (const member of members) {
    const { device, number: keyNumber, publicKey } = member.published
    if (!isSealingKeyGood(member.root.publicKey, life.space, member.published)) throw new Error('a bad key')
    grants.set(
      member,
      await grantContentKey({ place, facts: made.header, device, keyNumber, publicKey, random }, contentKey),
    )
  }
  const { envelope: header, header: facts } = made
  life.chapters.push({ id, share, header, facts, opener, members, grants, entries: [], isDestroyed: false })
  append(life, header)
  life.head = { ...life.head, headerHash: facts.headerHash }
  for (const member of members) if (member.online) await catchUp(life, member)
}

/** An honest device comes up to date: grants in order, then its next sealing key, then the old ones deleted. */
export async function catchUp(life: Life, person: Person): Promise<void> {
  for (const chapter of life.chapters) {
    const grant = chapter.grants.get(person)
    if (grant === undefined || chapter.isDestroyed || person.stored.has(idText(chapter))) continue
    const key = person.keys.find(({ number }) => number === grant.keyNumber)
    if (key === undefined) throw new Error(`${person.name} has deleted a key too early`)
    const place = { place: placeOf(life, chapter), facts: chapter.facts, device: person.device }
    const contentKey = must(await openGrant(place, grant, key))
    person.stored.set(idText(chapter), exportContentKey(contentKey))
    person.archive.contentKeys.push(contentKey)
    person.keys = person.keys.filter(({ number }) => number >= grant.keyNumber)
    await publishNext(life, person, grant.keyNumber)
  }
  deleteDestroyed(life, person)
  reload(life, person)
}

async function publishNext(life: Life, person: Person, opened: number): Promise<void> {
  if (person.published.number > opened) return
  const next = await newSealingKey(opened + 1, life.random)
  person.keys = [...person.keys, next]
  person.archive.keys.push(next)
  person.published = sealingKeyRecord(person.root, life.space, person.device, next)
}

/** All that is in memory is lost; what is stored, with the relay's shares, opens every chapter again. */
export function reload(life: Life, person: Person): void {
  person.open.clear()
  for (const chapter of life.chapters) {
    const bytes = person.stored.get(idText(chapter))
    if (bytes === undefined) continue
    const header = must(openHeader(decoded(chapter.header), life.dialogue, importContentKey(bytes), chapter.share))
    person.open.set(idText(chapter), must(verifyHeader(header, chapter.opener.root.publicKey)).chapter)
  }
}

/** All up to a chapter is destroyed: what makes it readable is deleted at the relay, and by the devices that are online. */
export function destroy(life: Life, upTo: KeptChapter): void {
  for (const chapter of life.chapters.slice(0, life.chapters.indexOf(upTo) + 1)) {
    chapter.isDestroyed = true
    // Whoever is away has stored their half, and nothing in memory: reading needs the relay.
    for (const person of life.people) person.open.delete(idText(chapter))
  }
  for (const person of life.members) if (person.online) deleteDestroyed(life, person)
}

/**
 * An honest device deletes its half of what was destroyed. Of its sealing keys only the newest is left, which no chapter
 * that was destroyed has been granted to: what was granted to the others has been opened, or is gone.
 */
function deleteDestroyed(life: Life, person: Person): void {
  const gone = life.chapters.filter(({ isDestroyed }) => isDestroyed).map(idText)
  if (gone.length === 0) return
  for (const id of gone) {
    person.stored.delete(id)
    person.open.delete(id)
  }
  person.keys = person.keys.filter(({ number }) => number >= person.published.number)
}

/** A seat gets one more device, with keys of its own; its first chapter is the one that admits it. */
export async function addDevice(life: Life, owner: Person, opener: Person): Promise<void> {
  const count = life.people.filter(({ seat }) => seat === owner.seat).length
  const device = await newPerson(`${owner.seat}'s device ${count + 1}`, life.space, life.random, owner.seat)
  life.people.push(device)
  life.members = [...life.members, device]
  await openChapter(life, opener)
}

/** A member says something in the current chapter. */
export function write(life: Life, by: Person): void {
  const chapter = life.chapters.at(-1) as KeptChapter
  const text = `${by.name} said thing ${life.head.n}`
  const fields = {
    device: by.device,
    counter: chapter.entries.filter((entry) => entry.by === by).length,
    entryId: life.random(16),
    seen: { n: life.head.n, logHash: life.head.logHash },
    kind: 1,
    body: utf8(text),
  }
  const open = by.open.get(idText(chapter)) as OpenChapter
  const envelope = must(sealEntry(open, by.root, fields, life.random(16), life.random))
  chapter.entries.push({ envelope, by, text })
  append(life, envelope)
}

/** What an honest member reads in a chapter, signatures checked. */
export function readChapter(person: Person, chapter: KeptChapter): readonly string[] {
  const open = person.open.get(idText(chapter))
  if (open === undefined) return []
  return chapter.entries.map(({ envelope, by }) => {
    const opened = must(openEntry(open, decoded(envelope)))
    return new TextDecoder().decode(must(verifyEntry(open, opened, by.root.publicKey)).body)
  })
}
