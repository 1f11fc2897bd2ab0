import type { World } from '../../activity.ts'
import { seatOf } from '../../roster.ts'
import { CHARTER, FAY, RENAMINGS, SEATS } from './cast.ts'
import { CAUCUS, type Engine, OUTBOX, OWN, PANEL, type Part, ROOM, SPACES, type Write } from './engine.ts'
import type { Ledgers } from './ledger.ts'

/** The whole dialogue: each space as all who have read its log have it, in the order of SPACES. */
export type Table = readonly Part[]

const part = (table: Table, at: number): Part => table[at] as Part

/**
 * Numbers of 53 bits stand for tables, by sums of what each place has: among a million tables, two have the same by
 * chance once in some ten thousand explorations, and one of them would then be left out.
 */
const SPREAD = 0x9e3779b1
function scattered(id: number, at: number, salt: number): number {
  let mixed = Math.imul(id + 1, SPREAD) ^ Math.imul(at + salt, 0x85ebca77)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
const joined = (high: number, low: number): number => (high % 0x200000) * 0x100000000 + (low >>> 0)

/** Where a space stands once people are renamed. */
const movedTo = RENAMINGS.map(({ people, sides }) =>
  SPACES.map((_, at) => {
    if (at >= OWN) return OWN + (people[at - OWN] as number)
    return at >= CAUCUS ? CAUCUS + (sides[at - CAUCUS] as number) : at
  }),
)

/** A number that two tables have in common only if they differ in nothing but who is who. */
export function keyOf(table: Table): number {
  let least = Number.POSITIVE_INFINITY
  for (let r = 0; r < RENAMINGS.length; r++) {
    const places = movedTo[r] as readonly number[]
    let high = 0
    let low = 0
    for (let at = 0; at < table.length; at++) {
      const id = (table[at] as Part).ids[r] as number
      const to = places[at] as number
      high = (high + scattered(id, to, 1)) >>> 0
      low = (low + scattered(id, to, 101)) >>> 0
    }
    least = Math.min(least, joined(high, low))
  }
  return least
}

/** Where this person's device looks. */
export function placesOf(person: number): readonly number[] {
  if (SEATS[person] === FAY) return [ROOM, PANEL, OUTBOX, CAUCUS, CAUCUS + 1]
  return [ROOM, OUTBOX, OWN + person, CAUCUS + CHARTER.sides.findIndex(({ id }) => id === SEATS[person]?.side)]
}
const PLACES = SEATS.map((_, person) => placesOf(person))

/** A number that two tables have in common only if this person's device cannot tell them apart. */
export const worldKey = (table: Table, person: number): number => keyAs(table, person, 0, 1 + person)

/** A number that two readers have in common only if they meet the same, but for who is who. */
export function readerKey(table: Table, person: number): number {
  let least = Number.POSITIVE_INFINITY
  for (const [r, { people }] of RENAMINGS.entries()) {
    if (SEATS[person] === FAY || people[person] === 0)
      least = Math.min(least, keyAs(table, person, r, SEATS[person] === FAY ? 1 : 2))
  }
  return least
}

function keyAs(table: Table, person: number, r: number, salt: number): number {
  let high = 0
  let low = 0
  for (const at of PLACES[person] as readonly number[]) {
    const id = (table[at] as Part).ids[r] as number
    const to = (movedTo[r] as readonly number[])[at] as number
    high = (high + scattered(id, to, salt)) >>> 0
    low = (low + scattered(id, to, salt + 100)) >>> 0
  }
  return joined(high, low)
}

/** What this person's device has. */
export function worldOf(table: Table, person: number): World {
  const { id, side } = SEATS[person] as (typeof SEATS)[number]
  const room = part(table, ROOM).state
  const outbox = part(table, OUTBOX).state
  const caucuses = Object.fromEntries(
    CHARTER.sides.flatMap((one, i) =>
      side === undefined || side === one.id ? [[one.id, part(table, CAUCUS + i).state]] : [],
    ),
  )
  if (side === undefined) return { me: id, room, panel: part(table, PANEL).state, outbox, caucuses }
  return { me: id, room, own: part(table, OWN + person).state, outbox, caucuses }
}

/** What the specification says of the spaces that this person's device has. */
export const ledgersOf = (table: Table, person: number): Ledgers => ({
  room: part(table, ROOM).ledger,
  panel: SEATS[person] === FAY ? part(table, PANEL).ledger : undefined,
  outbox: part(table, OUTBOX).ledger,
  caucuses: (PLACES[person] as readonly number[])
    .filter((at) => at >= CAUCUS && at < OWN)
    .map((at) => part(table, at).ledger),
})

/** Whether somebody is in the room still. */
export const isSeated = (table: Table, person: number): boolean =>
  seatOf(part(table, ROOM).state.governing.roster, (SEATS[person] as (typeof SEATS)[number]).id) !== undefined

/** The table after these writes, and what became of them: the code for which each was set aside, or undefined. */
export function written(
  engine: Engine,
  table: Table,
  writes: readonly Write[],
): { readonly table: Table; readonly setAside: readonly (string | undefined)[] } {
  const next = [...table]
  const setAside = writes.map((write) => {
    const after = engine.write(next[write.at] as Part, write)
    if (typeof after === 'string') return after
    next[write.at] = after
    return undefined
  })
  return { table: next, setAside }
}

/** The same table, of parts that other tables have too. */
export const shared = (engine: Engine, table: Table): Table => table.map((one) => engine.same(one))
