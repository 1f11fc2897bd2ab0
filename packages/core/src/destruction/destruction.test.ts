import { beforeEach, expect, test } from 'vitest'
import { TestDialogue } from '../testing/dialogue.ts'
import { ada, ben, chi, dov, fay, idOf, signAs } from '../testing/people.ts'
import { TURN_MS } from '../turns.ts'
import { DELAY_MS } from './effect.ts'

const SAID = 'Said in the first visit.'
const LATER = 'Said in the second.'

let dialogue: TestDialogue
/** The header of the last chapter of the first visit of the rounds. */
let upTo: string

const shown = (who = ada): string => JSON.stringify(dialogue.view(who).past.concat(dialogue.view(who).runs as never))

function round(who: typeof ada, text: string): void {
  dialogue.do(fay, 'fears', { type: 'openRound' })
  dialogue.do(who, 'fears', { type: 'offerContribution', text, attribution: 'named' })
  dialogue.do(fay, 'fears', { type: 'closeRound' })
}

beforeEach(() => {
  dialogue = new TestDialogue().affirmAll()
  const stage = dialogue.room.charter.process.stages[1]?.id as string
  dialogue.chapter('room', 1)
  dialogue.enter(stage)
  upTo = dialogue.chapter('room', 2)
  round(ada, SAID)
  dialogue.enter(stage)
  dialogue.chapter('room', 3)
  round(chi, LATER)
})

const ask = (): string | undefined => dialogue.act(fay, { type: 'askDestruction', upTo })
const everyone = () => [ada, ben, chi, dov].map((who) => dialogue.act(who, { type: 'turnDestruction' }))
const asked = (who = fay) => dialogue.view(who).destruction?.asked

test('[DX1] what is asked for ends with a visit that is over; one thing is asked for at a time', () => {
  expect(dialogue.view(fay).destruction?.extents.map((one) => one.upTo)).toContain(upTo)
  expect(dialogue.view(ada).destruction?.extents).toEqual([])
  const current = dialogue.room.chapters.at(-1)?.header as string
  expect(dialogue.act(fay, { type: 'askDestruction', upTo: current })).toBe('no-such-chapter')
  expect(dialogue.act(fay, { type: 'askDestruction', upTo: 'x'.repeat(43) })).toBe('no-such-chapter')
  expect(dialogue.act(ada, { type: 'askDestruction', upTo })).toBe('not-a-facilitator')
  expect(ask()).toBeUndefined()
  expect(ask()).toBe('already-asked')
  dialogue.chapter('room', 3 + TURN_MS - 1)
  expect(asked()).toBeDefined()
  dialogue.chapter('room', 3 + TURN_MS)
  expect(asked()).toBeUndefined()
})

test('[DX2] a yes to one destruction is none to another', () => {
  ask()
  dialogue.act(ada, { type: 'turnDestruction' })
  dialogue.act(fay, { type: 'dropDestruction' })
  ask()
  expect(asked(ada)).toMatchObject({ mine: 'undecided' })
})

test('[DX3] it is agreed when two of each side have said yes, which every device judges', () => {
  ask()
  const { id } = dialogue.room.destruction as NonNullable<typeof dialogue.room.destruction>
  for (const who of [ada, ben, chi]) dialogue.act(who, { type: 'turnDestruction' })
  dialogue.settle()
  expect(asked()?.isAgreed).toBe(false)
  const some = { [ada.seat.id]: signAs(ada, 'another'), [ben.seat.id]: signAs(ben, 'another') }
  const false_ = { ...some, [chi.seat.id]: signAs(chi, 'another'), [dov.seat.id]: signAs(dov, 'another') }
  expect(dialogue.write(fay, 'room', { v: 1, type: 'destruction.agreed', id, turns: some })).toBe('turn-missing')
  expect(dialogue.write(fay, 'room', { v: 1, type: 'destruction.agreed', id, turns: false_ })).toBe('bad-turn')
  dialogue.act(dov, { type: 'turnDestruction' })
  dialogue.settle()
  expect(asked()?.isAgreed).toBe(true)
})

test('[DX4] whoever has said yes stops it until it takes effect, also in a pause; a facilitator cannot once it is agreed', () => {
  ask()
  everyone()
  dialogue.settle()
  dialogue.chapter('room', 10)
  expect(dialogue.act(fay, { type: 'dropDestruction' })).toBe('not-turned')
  dialogue.act(ben, { type: 'pause' })
  expect(dialogue.act(chi, { type: 'holdDestruction' })).toBeUndefined()
  expect(asked()).toBeUndefined()
  dialogue.chapter('room', 10 + 2 * DELAY_MS)
  expect(shown()).toContain(SAID)
})

test('[DX5] a day after the chapter that follows the agreement all up to there is gone, and nothing else', () => {
  ask()
  everyone()
  dialogue.settle()
  dialogue.chapter('room', 10)
  dialogue.chapter('room', 10 + DELAY_MS - 1)
  expect(shown()).toContain(SAID)
  dialogue.chapter('room', 10 + DELAY_MS)
  for (const who of [ada, ben, chi, dov, fay]) {
    expect(shown(who)).not.toContain(SAID)
    expect(shown(who)).toContain(LATER)
    expect(JSON.stringify(dialogue.state(who, 'room').words)).not.toContain(SAID)
  }
  expect(dialogue.room.contributions.map(({ by }) => by)).toEqual([chi.seat.id])
  expect(dialogue.room.chapters.some(({ header }) => header === upTo)).toBe(false)
})

test('[DX6] of yeses one is shown one’s own and one’s side’s; of what is gone, who has deleted it', () => {
  ask()
  dialogue.act(ada, { type: 'turnDestruction' })
  dialogue.act(chi, { type: 'holdDestruction' })
  expect(asked(ada)).toMatchObject({ mine: 'turned', side: false, isAgreed: false, sides: [] })
  expect(asked(chi)).toMatchObject({ mine: 'not-yet', side: false })
  expect(JSON.stringify(asked(chi))).toBe(JSON.stringify({ ...asked(dov), mine: 'not-yet' }))
  everyone()
  dialogue.settle()
  dialogue.chapter('room', 10)
  dialogue.chapter('room', 10 + DELAY_MS)
  const [gone] = dialogue.view(ada).destruction?.destroyed ?? []
  expect(gone?.visits.length).toBe(2)
  const device = ada.seat.devices[0]?.device as string
  const confirm = { type: 'confirmDestruction', destruction: gone?.id ?? '', device } as const
  expect(dialogue.act(ben, confirm)).toBe('not-a-member')
  expect(dialogue.act(ada, confirm)).toBeUndefined()
  expect(dialogue.act(ada, confirm)).toBe('already-confirmed')
  expect(dialogue.act(ada, { ...confirm, destruction: idOf('none') })).toBe('no-such-destruction')
  const seats = dialogue.view(fay).destruction?.destroyed[0]?.seats ?? []
  expect(seats.filter(({ confirmed }) => confirmed === 1).map(({ seat }) => seat)).toEqual([ada.seat.id])
})

test('[TN5] when somebody is taken out who had not left, what was agreed is so no more, and the sides are asked again', () => {
  ask()
  everyone()
  dialogue.settle()
  dialogue.chapter('room', 10)
  dialogue.change({ type: 'removed', seat: dov.seat.id })
  dialogue.settle()
  dialogue.chapter('room', 10 + DELAY_MS)
  expect(asked()).toMatchObject({ isAgreed: false, dueAt: undefined })
  expect(asked(chi)).toMatchObject({ mine: 'undecided' })
  expect(shown()).toContain(SAID)
})

test('[DX11] a visit in which no chapter began is named with the visits that it is deleted with', () => {
  dialogue.enter('sharing')
  round(ada, 'Said in a visit without a chapter.')
  const upTo = dialogue.room.chapters.at(-1)?.header as string
  dialogue.enter('hearing')
  dialogue.chapter('room', 4)
  dialogue.act(fay, { type: 'askDestruction', upTo })
  expect(asked()?.visits.map(({ stage, visit }) => `${stage} ${visit}`)).toEqual([
    ...['opening 1', 'sharing 1', 'sharing 2', 'sharing 3'],
  ])
})

test('[DX11] what is said in a stage before its chapter has begun goes with the chapter before; its visit stays', () => {
  const upTo = dialogue.room.chapters.at(-1)?.header as string
  dialogue.enter('sharing')
  dialogue.do(fay, 'fears', { type: 'openRound' })
  dialogue.do(ada, 'fears', { type: 'offerContribution', text: 'Before the header.', attribution: 'named' })
  dialogue.chapter('room', 4)
  dialogue.do(ben, 'fears', { type: 'offerContribution', text: 'Behind it.', attribution: 'named' })
  dialogue.do(fay, 'fears', { type: 'closeRound' })
  dialogue.act(fay, { type: 'askDestruction', upTo })
  expect(asked()?.visits).not.toContainEqual({ stage: 'sharing', visit: 3 })
  everyone()
  dialogue.settle()
  dialogue.chapter('room', 10)
  dialogue.chapter('room', 10 + DELAY_MS)
  for (const who of [ada, chi]) {
    expect(shown(who)).not.toContain(LATER)
    expect(shown(who)).not.toContain('Before the header.')
    expect(shown(who)).toContain('Behind it.')
  }
  // That something was there is told; nobody takes it for words that their author has taken back.
  expect(dialogue.room.contributions.map(({ by }) => by)).toEqual(expect.arrayContaining([ada.seat.id, ben.seat.id]))
  expect(dialogue.room.contributions.some(({ withdrawn }) => withdrawn)).toBe(false)
})
