import { expect, test } from 'vitest'
import { figure, MOVES, mayLeave, mayMove, showContribution, shownOrigin } from './disclosure.ts'
import type { SpaceKind } from './space.ts'
import { ada, ben, chi, fay, NORTH } from './testing/people.ts'
import { dialogueIn, dialogueInHearing, propose, turn } from './testing/steps.ts'

const KINDS: readonly SpaceKind[] = ['own', 'caucus', 'panel', 'room', 'outbox']

test('[DS1] what is not listed does not exist: nothing goes anywhere by its author’s or a facilitator’s act alone', () => {
  const paths = KINDS.flatMap((from) =>
    KINDS.flatMap((to) =>
      (['author', 'turn-of-each-side'] as const).flatMap((act) =>
        mayMove({ from, act }, to) ? [{ from, to, act }] : [],
      ),
    ),
  )
  expect(paths).toHaveLength(MOVES.length)
  expect(paths.map(({ from, to, act }) => `${from} > ${to} by ${act}`)).toEqual([
    'caucus > room by turn-of-each-side',
    'room > outbox by turn-of-each-side',
  ])
})

test('[DS1] an event that carries something out of a space says so, and is refused where no path leads', () => {
  const table = dialogueIn('brief')
  const line = propose(table, 'We met.')
  for (const who of table.people.filter((one) => one !== fay)) turn(table, who, line)
  const run = table.run('brief')
  const clear = table.decide(fay, { run, command: { type: 'clearLine', line } })
  expect(clear).toMatchObject({ ok: true, value: [{ space: 'room', moved: { from: 'caucus' } }] })
  table.settle()
  const release = table.decide(fay, { run, command: { type: 'releaseBrief' } })
  expect(release).toMatchObject({ ok: true, value: [{ moved: { from: 'room' } }, { moved: { from: 'room' } }] })
})

test('[DS2][R42] no figure from fewer than five people', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map((of) => figure(1, of))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    1,
    1,
  ])
})

test('[DS3] a reader is shown what the author chose: nothing, the side, or the name too', () => {
  const roster = [ada.seat, chi.seat]
  const of = (attribution: 'none' | 'side' | 'named', reader = chi) =>
    shownOrigin({ by: ada.seat.id, side: NORTH, attribution }, roster, reader.seat.id)
  expect(of('none')).toEqual({ mine: false })
  expect(of('side')).toEqual({ mine: false, side: NORTH })
  expect(of('named')).toEqual({ mine: false, side: NORTH, name: 'Ada' })
  expect(of('none', ada)).toEqual({ mine: true })
  const nameless = { ...ada.seat, name: '' }
  expect(shownOrigin({ by: ada.seat.id, side: NORTH, attribution: 'named' }, [nameless], chi.seat.id)).toEqual({
    mine: false,
    side: NORTH,
  })
})

test('[DS3] words from before somebody came are not shown to them', () => {
  const table = dialogueInHearing()
  table.restart(ben, 'room')
  const [contribution] = table.room.contributions
  if (!contribution) throw new Error('no contribution')
  expect(showContribution(contribution, table.state(ben, 'room'), ben.seat.id).text).toBeUndefined()
})

test('[DS4] text leaves the room unless the dialogue was founded on nothing leaving', () => {
  expect(mayLeave('nothing-leaves')).toBe(false)
  expect(mayLeave('ideas-leave')).toBe(true)
  expect(mayLeave('agreed-text-leaves')).toBe(true)
})
