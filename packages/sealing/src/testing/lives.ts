import { expect } from 'vitest'
import { type Attempts, attack, attackStores, type Coalition } from './coalition.ts'
import {
  addDevice,
  beginLife,
  catchUp,
  destroy,
  idText,
  type KeptChapter,
  type Life,
  openChapter,
  type Person,
  readChapter,
  reload,
  write,
} from './life.ts'

const NAMES = ['Fay', 'Ada', 'Ben', 'Chi', 'Dov', 'Gil']
/** A seat has at most three devices, and a life not so many that it takes long. */
const MAX_DEVICES = 3
const MAX_PEOPLE = 8
export const HAPPENINGS = [
  'admit',
  'second device',
  'remove',
  'rotate',
  'offline',
  'late grant',
  'reload',
  'destroy',
  'write',
] as const

const pick = <T>(life: Life, from: readonly T[]): T => from[life.dice(from.length)] as T

/** Something happens. Fay opens the chapters that change the roster; she stays, and stays online. */
async function step(life: Life): Promise<string> {
  const [fay, ...others] = life.people as [Person, ...Person[]]
  const outside = others.filter((person) => !life.members.includes(person))
  const inside = others.filter((person) => life.members.includes(person))
  const throwOf = life.dice(20)
  if (throwOf === 0 && outside.length > 0) {
    life.members = [...life.members, pick(life, outside)]
    await openChapter(life, fay)
    return 'admit'
  }
  if (throwOf === 1 && inside.length > 1) {
    // With all their devices.
    const gone = pick(life, inside)
    life.members = life.members.filter(({ seat }) => seat !== gone.seat || seat === fay.seat)
    if (gone.seat === fay.seat) life.members = life.members.filter((person) => person !== gone)
    await openChapter(life, fay)
    return 'remove'
  }
  const owners = life.members.filter(({ seat }) => life.people.filter((one) => one.seat === seat).length < MAX_DEVICES)
  if (throwOf === 9 && owners.length > 0 && life.people.length < MAX_PEOPLE) {
    await addDevice(life, pick(life, owners), fay)
    return 'second device'
  }
  if (throwOf === 2) {
    await openChapter(
      life,
      pick(
        life,
        life.members.filter(({ online }) => online),
      ),
    )
    return 'rotate'
  }
  if (throwOf <= 5 && inside.length > 0) {
    const person = pick(life, inside)
    person.online = !person.online
    if (person.online) await catchUp(life, person)
    return person.online ? 'late grant' : 'offline'
  }
  const old = life.chapters.slice(0, -1).filter(({ isDestroyed }) => !isDestroyed)
  if (throwOf === 8 && old.length > 0) {
    destroy(life, pick(life, old))
    return 'destroy'
  }
  const person = pick(
    life,
    life.members.filter(({ online }) => online),
  )
  if (throwOf <= 7) reload(life, person)
  else write(life, person)
  return throwOf <= 7 ? 'reload' : 'write'
}

/** Who is in the room and online reads all of the current chapter, and nothing of those before they came. */
function checkReaders(life: Life): void {
  const current = life.chapters.at(-1) as KeptChapter
  const last = current.entries.slice(-1).map(({ text }) => text)
  for (const person of life.members.filter(({ online }) => online)) {
    expect(readChapter(person, { ...current, entries: current.entries.slice(-1) })).toEqual(last)
    for (const chapter of life.chapters)
      expect(person.stored.has(idText(chapter))).toBe(!chapter.isDestroyed && chapter.members.includes(person))
  }
}

/**
 * Destroyed chapters are gone from the stores of all who have been online since: a relay that has kept everything, and
 * has their devices, reads nothing of them.
 */
async function checkStores(life: Life, tried: Set<string>): Promise<number> {
  const { leaks, headers, grants } = await attackStores(
    life,
    life.members.filter(({ online }) => online),
    tried,
  )
  expect(leaks).toEqual([])
  return headers + grants
}

/** How often what happened, and how much was tried against it. */
export interface LivedLife {
  readonly seen: ReadonlyMap<string, number>
  /** `stores`: tries of a relay that has kept all, with what is in the stores of honest devices. */
  readonly sums: Omit<Attempts, 'leaks'> & { readonly stores: number }
  readonly life: Life
}

/**
 * One life of a room, in which after every step whoever is outside, and the newest member alone, and for what was
 * destroyed everybody, try with the relay's help to read what is not theirs.
 *
 * @param grantTries pairs of grant and sealing key that a coalition tries after each step; a try costs about 7 ms
 */
export async function liveOne(seed: string, steps: number, grantTries: number): Promise<LivedLife> {
  const life = await beginLife(`life ${seed}`, NAMES)
  const outside = new Set<string>()
  const together: Coalition = { people: life.people, grantTries: 0, tried: new Set() }
  const alone = new Map<Person, Coalition>()
  const seen = new Map<string, number>()
  const sums = { headers: 0, entries: 0, grants: 0, stores: 0 }
  const triedOnStores = new Set<string>()
  for (let i = 0; i < steps; i++) {
    const what = await step(life)
    seen.set(what, (seen.get(what) ?? 0) + 1)
    checkReaders(life)
    sums.stores += await checkStores(life, triedOnStores)
    const gone = life.people.filter((person) => !life.members.includes(person))
    const last = life.members.at(-1) as Person
    const newest = alone.get(last) ?? { people: [last], grantTries, tried: new Set<string>() }
    alone.set(last, newest)
    for (const coalition of [{ people: gone, grantTries, tried: outside }, newest, together]) {
      const attempts = await attack(life, coalition)
      expect(attempts.leaks).toEqual([])
      sums.headers += attempts.headers
      sums.entries += attempts.entries
      sums.grants += attempts.grants
    }
  }
  return { seen, sums, life }
}
