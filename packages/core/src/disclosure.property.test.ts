import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MirroringView } from './activities/mirroring/view.ts'
import type { RoundView } from './activities/round/view.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import type { SpaceName } from './space.ts'
import { marksIn } from './testing/ledger.ts'
import { ada, ben, chi, dov, fay, type Someone } from './testing/people.ts'
import { moves, Play } from './testing/play.ts'

const rooms: fc.Arbitrary<readonly Someone[]> = fc.constantFrom([ada, ben, chi, dov, fay], [ada, chi, dov, fay])

/** Every object in a value, the value itself first. */
function objectsIn(value: unknown): readonly Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)]
}

/** What this reader is shown although they should not be. */
function toldTooMuch({ table, ledger }: Play, reader: Someone): readonly string[] {
  const view = table.view(reader)
  const entitled = ledger.entitled(reader.seat.id)
  const words = marksIn(JSON.stringify(view)).filter((one) => !entitled.has(one))
  const shown = [...view.runs, ...view.past.flatMap(({ runs }) => runs)]
  const origins = objectsIn(shown).flatMap((one) => {
    if (!one.origin) return []
    const piece = ledger.contributions.get(one.id as string) ?? ledger.restatements.get(one.id as string)
    const author = table.people.find(({ seat }) => seat.id === piece?.by)
    const allowed = {
      mine: piece?.by === reader.seat.id,
      ...(piece?.attribution !== 'none' && author && { side: author.seat.side }),
      ...(piece?.attribution === 'named' && author && { name: author.name }),
    }
    const origin = JSON.stringify(one.origin)
    delete (one.origin as { name?: string }).name
    return origin === JSON.stringify(allowed) ? [] : [`${origin} instead of ${JSON.stringify(allowed)}`]
  })
  const runs = JSON.stringify(shown)
  const people = table.people.filter(({ seat, name }) => runs.includes(seat.id) || runs.includes(`"${name}"`))
  return [...words, ...origins, ...people.map(({ name }) => name), ...smallFigures(shown, table)]
}

function smallFigures(runs: readonly { readonly view: { readonly kind: string } }[], { people }: Play['table']) {
  const participants = people.filter(({ seat }) => seat.role === 'participant').length
  return runs.flatMap(({ view }) => {
    const { written, waiting } = view as Partial<RoundView & MirroringView>
    const { affirmed } = view as { affirmed?: number }
    const small =
      (participants < 5 && (written ?? waiting) !== undefined) || (people.length < 5 && affirmed !== undefined)
    return small ? [`a figure from ${participants} in ${view.kind}`] : []
  })
}

test('[DS5][DS1] whatever people and modified clients do, no view tells its reader more than the rules allow', () => {
  fc.assert(
    fc.property(rooms, fc.constantFrom(undefined, ada, dov, fay), moves, (people, late, played) => {
      const play = new Play(people, late)
      for (const move of played) {
        play.play(move)
        for (const reader of play.table.people) expect(toldTooMuch(play, reader)).toEqual([])
      }
      expect(play.smuggled).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('[DS5][R12] passing and "not yet" leave everybody else’s view as silence does, at any moment', () => {
  const quiet = ['passRound', 'passRestating', 'hold'] as const
  fc.assert(
    fc.property(moves, fc.constantFrom(...quiet), fc.nat(11), fc.nat(999), (played, does, who, n) => {
      const play = new Play()
      for (const move of played) play.play(move)
      const { table } = play
      const person = table.people[who % table.people.length] as Someone
      const others = table.people.filter((one) => one !== person)
      const before = others.map((one) => JSON.stringify(table.view(one)))
      const written = table.written.length
      play.does(does, { who, what: 0, n, m: n })
      // A yes that is taken back is told to the caucus; that is no silence.
      fc.pre(table.written.slice(written).every(({ space }) => space === 'own'))
      expect(others.map((one) => JSON.stringify(table.view(one)))).toEqual(before)
    }),
    { numRuns: 60 },
  )
})

test('[DS5][DG3][DG5] devices that have read the same log are alike, and start again from a snapshot as they were', () => {
  fc.assert(
    fc.property(rooms, moves, (people, played) => {
      const play = new Play(people)
      for (const move of played) play.play(move)
      const states = new Map<SpaceName, string>()
      for (const person of play.table.people) {
        for (const [space, { governing }] of play.table.device(person)) {
          const snapshot = writeSnapshot(governing)
          const read = readSnapshot(snapshot)
          expect(read.ok ? writeSnapshot(read.value) : read.error).toBe(snapshot)
          if (space === 'own') continue
          expect(snapshot).toBe(states.get(space) ?? snapshot)
          states.set(space, snapshot)
        }
      }
    }),
    { numRuns: 60 },
  )
})
