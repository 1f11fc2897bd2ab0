import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, canonicalJson } from './canonical.ts'
import { beginChapter, openChapter } from './chapters.ts'
import type { Charter } from './charter.ts'
import { charterShape } from './charter.ts'
import { DELAY_MS } from './destruction/effect.ts'
import type { Millis, RunId, SeatId } from './ids.ts'
import { HEADER_ROOM_BYTES, MAX_CHARTER_BYTES, MAX_GOVERNING_BYTES, MAX_SEATS } from './limits.ts'
import { applyRosterChanges, replay } from './replay.ts'
import type { RosterChange, Seat } from './roster.ts'
import { sizeOf } from './size.ts'
import { writeSnapshot } from './snapshot.ts'
import { caucusOf, type SpaceName } from './space.ts'
import { type Contribution, type Governing, newSpace, type SpaceState, unread } from './state.ts'
import { charter } from './testing/dialogue.ts'
import { fay, idOf, NORTH, roundKeyFor, SOUTH, say } from './testing/people.ts'

/** Whatever is signed holds: only sizes matter here. */
const proofs = {
  subject: () => 's'.repeat(43),
  signed: () => true,
  vouched: () => true,
  canSealTo: () => true,
  opens: () => true,
}
const utf8Bytes = (text: string): number => Buffer.byteLength(text)

/** What a header has to hold: what `client` writes around the state is less than this. */
const headerBytes = (governing: Governing, changes: readonly RosterChange[]): number =>
  200 + utf8Bytes(canonicalJson(changes)) + utf8Bytes(writeSnapshot(governing))

/** A seat that takes as much room as any may. */
const seatAt = (n: number): Seat => ({
  id: idOf<SeatId>(`seat ${n}`),
  role: 'participant',
  side: n % 2 ? SOUTH : NORTH,
  name: '"\u{1f54a}'.repeat(20),
  anchor: 'a'.repeat(43),
  devices: [0, 1, 2].map((d) => ({
    device: idOf(`device ${n} ${d}`),
    root: `${idOf(`root ${n} ${d}`)}${'r'.repeat(21)}`,
  })),
  revision: 9998,
})
const admit = (seat: Seat): RosterChange => ({ type: 'admitted', seat })
const remove = ({ id }: Seat): RosterChange => ({ type: 'removed', seat: id })

/** A charter as long as it may be. */
const longest = (): Charter => {
  const rules = (chars: number) => ({ en: 'r'.repeat(Math.min(4000, chars)) })
  const languages = Array.from({ length: 40 }, (_, n) => `a${String.fromCharCode(97 + (n % 26))}${n > 25 ? 'x' : ''}`)
  let left = MAX_CHARTER_BYTES - bytesOf({ ...charter, rules: {} }) - 20
  const all: Record<string, string> = {}
  for (const language of languages) {
    const { en } = rules(Math.max(0, left - 20))
    if (en === '') break
    all[language] = en
    left -= en.length + 20
  }
  return { ...charter, rules: all }
}

const space = (name: SpaceName, seats: readonly Seat[], of: Charter = charter): SpaceState =>
  unread(newSpace(name, of, [fay.seat, ...seats]))

/** What makes this kind of space larger, the n-th time, by whom. */
function growth(name: SpaceName, n: number, seats: readonly Seat[]): { readonly by: SeatId; readonly body: object } {
  const by = (seats[n % seats.length] ?? fay.seat).id
  const id = idOf(`thing ${n}`)
  const turns = Object.fromEntries(seats.map((seat) => [seat.id, 's'.repeat(86)]))
  if (name === 'own') return { by, body: { v: 1, type: 'line.passed', run: `brief/brief#${1 + (n % 9999)}`, line: id } }
  if (name === 'outbox')
    return {
      by: fay.seat.id,
      body: { v: 1, type: 'line.delivered', run: `brief/brief#${1 + (n % 9)}`, line: id, text: 'x', turns },
    }
  if (name !== 'room') {
    const turned = { v: 1, type: 'line.turned', run: `brief/brief#${1 + (n % 7)}`, line: id }
    return { by, body: { ...turned, subject: 's'.repeat(43), signature: 's'.repeat(86) } }
  }
  const contribution = idOf(`c ${Math.floor(n / Math.max(1, seats.length)) % 30}`)
  return {
    by,
    body: { v: 1, type: 'restatement.offered', run: 'hearing/mirroring#1', id, contribution, words: say('x') },
  }
}

/** A room in which there is much to restate. */
function hearing(seats: readonly Seat[], of?: Charter): SpaceState {
  const { governing, ...rest } = space('room', seats, of)
  const contributions = Array.from({ length: 30 }, (_, n): Contribution => {
    const author = seats[n % seats.length] as Seat
    const by = { by: author.id, side: author.side, run: 'sharing/fears#1' as RunId }
    return { id: idOf(`c ${n}`), kind: 'fear', attribution: 'side', ...by }
  })
  const stage = { stage: 'hearing', visits: { opening: 1, sharing: 1, hearing: 1 } }
  return { governing: { ...governing, contributions, stage, affirmed: seats.map((seat) => seat.id) }, ...rest }
}

/** Writes what makes it larger until it is refused, or often enough. @returns the state, and why it ended */
function filled(start: SpaceState, name: SpaceName, seats: readonly Seat[]): { state: SpaceState; codes: Set<string> } {
  let state = start
  const codes = new Set<string>()
  for (let n = 0; n < 9000 && !codes.has('no-room'); n++) {
    const { by, body } = growth(name, n, seats)
    const after = replay(state, { id: idOf(`entry ${n}`), by, body }, proofs)
    if (after.ok) state = after.value
    else codes.add(after.error)
  }
  return { state, codes }
}

/** Everyone accepts and leaves, in every stage there is: no size forbids that. */
function ended(start: SpaceState): SpaceState {
  let state = start
  const write = (by: SeatId, body: object) => {
    const after = replay(state, { id: idOf('end'), by, body }, proofs)
    if (after.ok) state = after.value
    else expect(['not-in-this-space', 'already-affirmed', 'last-keeper']).toContain(after.error)
  }
  for (const { id } of state.governing.charter.process.stages)
    write(fay.seat.id, { v: 1, type: 'stage.entered', stage: id, visit: (state.governing.stage?.visits[id] ?? 0) + 1 })
  for (const { id } of state.governing.roster) write(id, { v: 1, type: 'rules.affirmed' })
  write(fay.seat.id, { v: 1, type: 'room.paused' })
  for (const { id } of state.governing.roster) write(id, { v: 1, type: 'seat.leaving' })
  return state
}

test('[DG13] a size is the bytes of the canonical JSON in UTF-8, known or not', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'grapheme' }), (json, words) => {
      const value = { json, words: [words, null], none: undefined }
      const bytes = utf8Bytes(canonicalJson(value))
      expect([bytesOf(value), bytesOf(value), bytesOf(structuredClone(value))]).toEqual([bytes, bytes, bytes])
    }),
  )
})

test('[DG13] a charter that would leave no room for a dialogue is refused', () => {
  const long = longest()
  expect(bytesOf(long)).toBeGreaterThan(MAX_CHARTER_BYTES - 5000)
  expect(charterShape.read(long, '').ok).toBe(true)
  expect(
    charterShape.read({ ...long, convenor: 'c'.repeat(600), rules: { ...long.rules, zz: 'r'.repeat(4000) } }, '').ok,
  ).toBe(false)
})

test('[DG13][CH12] whatever people write, however many they are, the next chapter’s header has room for it', () => {
  const names: readonly SpaceName[] = ['room', 'own', 'outbox', caucusOf(NORTH)]
  const people = fc.integer({ min: 3, max: MAX_SEATS - 1 })
  fc.assert(
    fc.property(fc.constantFrom(...names), people, fc.boolean(), (name, many, isLong) => {
      const seats = Array.from({ length: many }, (_, n) => seatAt(n))
      const of = isLong ? longest() : charter
      let state = name === 'room' ? hearing([seatAt(0), seatAt(1), seatAt(2)], of) : space(name, seats.slice(0, 3), of)
      const holds = (governing: Governing, changes: readonly RosterChange[]) =>
        expect(headerBytes(governing, changes)).toBeLessThanOrEqual(HEADER_ROOM_BYTES)
      // All are let in at once, or as many at a time as there is room for.
      for (const some of [seats.slice(3), ...seats.slice(3).map((seat) => [seat])]) {
        const changes = some.map(admit)
        const next = applyRosterChanges(state.governing, fay.seat, changes, proofs)
        if (!next.ok) continue
        holds(next.value, changes)
        state = { ...state, governing: next.value }
      }
      if (name === 'room') {
        const affirmed = state.governing.roster.map((seat) => seat.id)
        state = { ...state, governing: { ...state.governing, affirmed } }
      }
      const full = filled(
        state,
        name,
        state.governing.roster.filter((seat) => seat !== fay.seat),
      )
      holds(full.state.governing, [])
      const after = ended(full.state)
      holds(after.governing, [])
      const out = after.governing.roster.filter((seat) => seat.id !== fay.seat.id).map(remove)
      const emptied = applyRosterChanges(after.governing, fay.seat, out, proofs)
      if (!emptied.ok) throw new Error(emptied.error)
      holds(emptied.value, out)
      for (const one of out) {
        const fewer = applyRosterChanges(after.governing, fay.seat, [one], proofs)
        expect(fewer.ok).toBe(true)
      }
    }),
    { numRuns: 12, examples: names.flatMap((name) => [true, false].map((isLong) => [name, MAX_SEATS - 1, isLong])) },
  )
})

test('[DG13] one person can fill a caucus with nothing: the others still say yes, and everybody can be taken out', () => {
  const seats = [0, 2, 4].map(seatAt)
  const [eve] = seats as [Seat]
  const { state, codes } = filled(space(caucusOf(NORTH), seats), caucusOf(NORTH), [eve])
  expect([...codes]).toEqual(['too-many-lines'])
  expect(bytesOf(state.governing)).toBeLessThan(MAX_GOVERNING_BYTES / 2)
})

test('[DG13] where there is no room left, what has begun can be ended: a round closes, a yes is taken back', () => {
  const seats = Array.from({ length: 80 }, (_, n) => seatAt(2 * n))
  const { state, codes } = filled(space(caucusOf(NORTH), seats), caucusOf(NORTH), seats)
  expect([...codes]).toContain('no-room')
  const [[run, brief] = []] = Object.entries(state.governing.runs)
  const [[line, turns] = []] = Object.entries((brief as { turns: Record<string, Record<string, unknown>> }).turns)
  const by = Object.keys(turns ?? {})[0] as SeatId
  const revoked = { v: 1, type: 'line.turn-revoked', run, line }
  expect(replay(state, { id: idOf('revoked'), by, body: revoked }, proofs).ok).toBe(true)

  const full = filled(hearing(seats.map((seat, n) => ({ ...seat, side: n % 2 ? SOUTH : NORTH }))), 'room', seats)
  const offered = Object.fromEntries(
    seats.map((seat, n): [string, Contribution] => {
      const { id: by, side } = seat
      const own = { id: idOf<Contribution['id']>(`offer ${n}`), by, side, run: 'sharing/fears#2' as RunId }
      return [by, { ...own, kind: 'fear', attribution: 'side' }]
    }),
  )
  const { key, secret } = roundKeyFor('the last round')
  const governing: Governing = {
    ...full.state.governing,
    stage: { stage: 'sharing', visits: { opening: 1, sharing: 2, hearing: 1 } },
    runs: {
      ...full.state.governing.runs,
      ['sharing/fears#2' as RunId]: { status: 'open', offered, passed: false, key },
    },
  }
  expect(sizeOf(governing)).toBeGreaterThan(MAX_GOVERNING_BYTES)
  const closed = { v: 1, type: 'round.closed', run: 'sharing/fears#2', secret }
  const facilitates = { ...governing, affirmed: [...governing.affirmed, fay.seat.id] }
  const after = replay(unread(facilitates), { id: idOf('close'), by: fay.seat.id, body: closed }, proofs)
  expect(after.ok && after.value.governing.contributions).toHaveLength(110)
})

test('[DG13][DX10] chapters, and what is destroyed, have room in the header however full the room is', () => {
  const seats = Array.from({ length: 90 }, (_, n) => ({ ...seatAt(n), side: n % 2 ? SOUTH : NORTH }))
  const long = 's'.repeat(36)
  const stages = charter.process.stages.map((stage, n) => ({ ...stage, id: `${long}${n}` }))
  const of = { ...charter, process: { ...charter.process, stages: [...charter.process.stages, ...stages] } }
  let state = filled(hearing(seats, of), 'room', seats).state
  let opened = 0
  const open = (time: number): void => {
    const by = fay.seat
    const next = openChapter(state.governing, { by, changes: [], openedAt: time as Millis }, proofs)
    if (!next.ok) throw new Error(next.error)
    expect(headerBytes(next.value, [])).toBeLessThanOrEqual(HEADER_ROOM_BYTES)
    state = beginChapter(state, next.value, idOf(`header ${opened++}`).padEnd(43, '-'))
  }
  const write = (by: SeatId, body: object): void => {
    const after = replay(state, { id: idOf('entry'), by, body }, proofs)
    if (!after.ok) throw new Error(after.error)
    state = after.value
  }
  write(fay.seat.id, { v: 1, type: 'rules.affirmed' })
  let time = 1_700_000_000_000
  for (let n = 0; n < 140; n++) {
    const stage = `${long}${n % stages.length}`
    const visit = (state.governing.stage?.visits[stage] ?? 0) + 1
    write(fay.seat.id, { v: 1, type: 'stage.entered', stage, visit })
    open(++time)
  }
  expect(sizeOf(state.governing)).toBeGreaterThan(MAX_GOVERNING_BYTES - 4000)
  // Room for one agreement is made by taking something away: it is the largest thing that a destruction asks room for.
  const turns = Object.fromEntries(seats.slice(0, 4).map(({ id }) => [id, 's'.repeat(86)]))
  const upTo = state.governing.chapters.at(-2)?.header
  const destruction = {
    id: idOf('d'),
    upTo,
    at: time,
    since: { [fay.seat.id]: time },
    turns,
  } as Governing['destruction']
  state = { ...state, governing: { ...state.governing, ...(destruction && { destruction }) } }
  const before = sizeOf(state.governing)
  open(time + DELAY_MS)
  expect(state.governing.destroyed).toHaveLength(1)
  expect(sizeOf(state.governing)).toBeLessThanOrEqual(before)
  for (const { devices, id } of state.governing.roster)
    for (const { device } of devices) write(id, { v: 1, type: 'destruction.confirmed', id: idOf('d'), device })
  expect(state.governing.owing).toEqual({})
})
