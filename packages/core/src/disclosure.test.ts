import { expect, test } from 'vitest'
import type { Addressed } from './activity.ts'
import { figure, MOVES, mayLeave, pathless, showContribution, shownOrigin } from './disclosure.ts'
import { ACTIVITY_KINDS, checkPaths } from './registry.ts'
import type { SpaceKind } from './space.ts'
import { ada, ben, chi, fay, NORTH } from './testing/people.ts'
import { dialogueIn, dialogueInHearing, propose, turn } from './testing/steps.ts'

test('[DS1] what is not listed does not exist: nothing goes anywhere by its author’s or a facilitator’s act alone', () => {
  expect(MOVES.map(({ from, to, act }) => `${from} > ${to} by ${act}`)).toEqual([
    'caucus > room by turn-of-each-side',
    'room > outbox by turn-of-each-side',
  ])
})

test('[DS1] a kind with an event that carries something to where no path leads is no kind of this core', () => {
  const paths = (from: SpaceKind, spaces: readonly SpaceKind[]) => ({
    'words.carried': { spaces, carries: { from, act: 'turn-of-each-side' as const } },
    'words.written': { spaces },
  })
  expect(pathless(paths('caucus', ['room']))).toEqual([])
  expect(pathless(paths('own', ['room']))).toEqual(['words.carried > room'])
  expect(pathless(paths('caucus', ['room', 'outbox', 'panel']))).toEqual([
    'words.carried > outbox',
    'words.carried > panel',
  ])
  expect(() => checkPaths(ACTIVITY_KINDS)).not.toThrow()
  expect(() => checkPaths([{ events: paths('own', ['room']) as never }])).toThrow('words.carried > room')
})

test('[DS1] every event that carries something is set aside on every device without a yes of each person to it', () => {
  const table = dialogueIn('brief')
  const run = table.run('brief')
  const [line, unsaid] = [propose(table, 'We met.'), propose(table, 'We fought.')]
  const people = table.people.filter((one) => one !== fay)
  for (const who of people) turn(table, who, line)
  const decided = (type: 'clearLine' | 'releaseBrief') => {
    const events = table.decide(fay, { run, command: { type, line } as never })
    return events.ok ? (events.value[0] as Addressed<{ type: string; turns: Record<string, string> }>) : undefined
  }
  const cleared = decided('clearLine')
  table.settle()
  const delivered = decided('releaseBrief')
  const carrying = ACTIVITY_KINDS.flatMap(({ events }) => Object.keys(events).filter((type) => events[type]?.carries))
  expect(carrying).toEqual([cleared?.event.type, delivered?.event.type])
  table.write(fay, 'room', { v: 1, type: 'line.reopened', run, line })
  for (const { space, event } of [cleared, delivered].filter((one) => one !== undefined)) {
    const { [ada.seat.id]: _, ...others } = event.turns
    expect(table.write(fay, space, { ...event, turns: {} })).toBe('turn-missing')
    expect(table.write(fay, space, { ...event, turns: others })).toBe('turn-missing')
    expect(table.write(fay, space, { ...event, line: unsaid })).toBe('bad-turn')
    expect(table.write(fay, space, event)).toBeUndefined()
  }
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
