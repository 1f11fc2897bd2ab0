import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { DELAY_MS } from '../destruction/effect.ts'
import { changeRoster, isKeeper, type RosterChange } from '../roster.ts'
import { readSnapshot, writeSnapshot } from '../snapshot.ts'
import { legOf, pairOf, type SpaceName, spaceKind, spaceShape } from '../space.ts'
import { TestDialogue } from '../testing/dialogue.ts'
import { openLeg } from '../testing/leg.ts'
import { ada, ben, chi, dov, fay, idOf, NORTH, SOUTH, type Someone, someone } from '../testing/people.ts'

const gil = someone('Gil', 'facilitator')
const SAID = 'I could not say this in the round.'

let dialogue: TestDialogue
let leg: SpaceName

beforeEach(() => {
  dialogue = new TestDialogue([ada, ben, chi, dov, fay, gil]).affirmAll()
  leg = openLeg(dialogue, ada, fay)
})

const say = (from: Someone, to: Someone, text = SAID) =>
  dialogue.act(from, { type: 'sayInLeg', with: to.seat.id, text })
const seen = (who: Someone) => dialogue.view(who).legs[0]?.said ?? []
const everybody = [ada, ben, chi, dov, fay, gil]

test('[LE1] a leg is named by its two seats, and has room for these two alone, each in its role', () => {
  expect(leg).toBe(`leg:${ada.seat.id}:${fay.seat.id}`)
  expect([spaceKind(leg), pairOf(leg)]).toEqual(['leg', { participant: ada.seat.id, facilitator: fay.seat.id }])
  for (const name of ['leg', `leg:${ada.seat.id}`, `${leg}:${gil.seat.id}`, 'leg:a:b'])
    expect(spaceShape.read(name, '').ok).toBe(false)
  const admitted = ({ seat }: Someone): RosterChange => ({ type: 'admitted', seat })
  const change = (space: SpaceName, to: Someone) =>
    changeRoster(space, [fay.seat], [admitted(to)], fay.seat, [NORTH, SOUTH], () => true)
  expect(change(leg, ada).ok).toBe(true)
  for (const other of [ben, chi, gil]) expect(change(leg, other)).toEqual({ ok: false, error: 'not-for-this-space' })
  // Nobody sits in it in the other's role.
  const disguised = { ...gil, seat: { ...gil.seat, id: ada.seat.id } }
  expect(change(leg, disguised)).toEqual({ ok: false, error: 'not-for-this-space' })
})

test('[LE1] there is none between two of the same role, or with somebody who is not in the room', () => {
  expect(say(ada, ben)).toBe('not-there')
  expect(say(gil, fay)).toBe('not-there')
  expect(say(ada, someone('Noor', 'facilitator'))).toBe('not-there')
  expect(say(ada, gil)).toBe('not-there')
})

test('[LE2] both keep it: either opens its chapters and takes the other out, and nobody else does', () => {
  for (const one of everybody) expect(isKeeper(leg, one.seat)).toBe(one === ada || one === fay)
  dialogue.chapter(leg, 1, ada)
  dialogue.chapter(leg, 2, fay)
  const { roster } = dialogue.state(ada, leg).governing
  for (const [by, other] of [
    [ada, fay],
    [fay, ada],
  ] as const) {
    const out: RosterChange = { type: 'removed', seat: other.seat.id }
    expect(changeRoster(leg, roster, [out], by.seat, [], () => true).ok).toBe(true)
    const self: RosterChange = { type: 'removed', seat: by.seat.id }
    expect(changeRoster(leg, [by.seat], [self], by.seat, [], () => true)).toEqual({ ok: false, error: 'last-keeper' })
  }
})

test('[LE5] what one says the other reads, in the order of the log, also while the room is paused', () => {
  expect(say(ada, fay)).toBeUndefined()
  dialogue.act(ben, { type: 'pause' })
  expect(say(fay, ada, 'Thank you.')).toBeUndefined()
  expect(seen(fay)).toMatchObject([
    { text: SAID, isMine: false },
    { text: 'Thank you.', isMine: true },
  ])
  expect(dialogue.view(ada).legs).toMatchObject([{ with: fay.seat.id, name: 'Fay', isThere: true }])
  expect(say(ada, fay, ' \u0000 ')).toBe('empty')
  expect(say(ada, fay, 'x'.repeat(601))).toBe('bad-shape')
})

test('[LE5] nothing is said by somebody who has left or has not accepted the rules, nor outside a leg, nor twice under one id', () => {
  const words = 'A'.repeat(43)
  const event = { v: 1, type: 'leg.said', id: idOf('one'), words }
  for (const space of ['room', 'panel', 'outbox'] as const)
    expect(dialogue.write(fay, space, event)).toBe('not-in-this-space')
  expect(dialogue.write(ada, leg, event)).toBeUndefined()
  expect(dialogue.write(fay, leg, event)).toBe('id-taken')
  expect(dialogue.write(fay, leg, { ...event, id: idOf('two'), text: 'in the clear', words: undefined })).toBe(
    'bad-shape',
  )
  const late = new TestDialogue([ada, fay])
  openLeg(late, ada, fay)
  expect(late.act(ada, { type: 'sayInLeg', with: fay.seat.id, text: SAID })).toBe('not-affirmed')
  dialogue.act(ada, { type: 'leave' })
  expect(say(ada, fay)).toBe('has-left')
  expect(dialogue.view(ada).legs).toEqual([])
})

test('[LE6] authors take back their own words and nobody else’s; that something was there stays', () => {
  say(ada, fay)
  say(fay, ada, 'Thank you.')
  const [mine, theirs] = seen(ada)
  const take = (who: Someone, other: Someone, id = '') =>
    dialogue.act(who, { type: 'takeBackInLeg', with: other.seat.id, id })
  expect(take(fay, ada, mine?.id)).toBe('not-the-author')
  expect(take(ada, fay, idOf('nothing'))).toBe('no-such-words')
  expect(take(ada, fay, mine?.id)).toBeUndefined()
  expect(take(ada, fay, mine?.id)).toBe('already-withdrawn')
  for (const who of [ada, fay]) {
    expect(seen(who)[0]).toMatchObject({ text: undefined, isWithdrawn: true })
    expect(JSON.stringify(dialogue.state(who, leg))).not.toContain(SAID)
    expect(seen(who)[1]?.id).toBe(theirs?.id)
  }
})

test('[LE5] [DG5] a snapshot has who has said something and none of what, and a device goes on from it', () => {
  say(ada, fay)
  dialogue.chapter(leg, 1)
  say(fay, ada, 'Thank you.')
  const { governing } = dialogue.state(ada, leg)
  expect(writeSnapshot(governing)).not.toContain(SAID)
  expect(readSnapshot(writeSnapshot(governing)).ok).toBe(true)
  dialogue.restart(ada, leg)
  expect(seen(ada)).toMatchObject([{ text: undefined, isWithdrawn: false }, { text: undefined }])
  expect(say(ada, fay, 'Again.')).toBeUndefined()
  expect(seen(fay).map(({ text }) => text)).toEqual([SAID, 'Thank you.', 'Again.'])
})

test('[LE8] who is taken out reads no more of it; who is left keeps what was said, and nothing is written to nobody', () => {
  say(ada, fay)
  dialogue.changeIn(leg, { type: 'removed', seat: ada.seat.id })
  expect(dialogue.view(fay).legs).toMatchObject([{ isThere: false, name: 'Ada', said: [{ text: SAID }] }])
  expect(say(fay, ada)).toBe('not-there')
})

const destructionOf = (who: Someone) =>
  dialogue.view(who).destructionElsewhere.find(({ space }) => space === leg)?.destruction

test('[LE11] [DX12] what was said in it is destroyed by the yes of both, a day later, and nothing after it', () => {
  dialogue.chapter(leg, 1)
  say(ada, fay)
  dialogue.chapter(leg, 2)
  say(fay, ada, 'This stays.')
  const upTo = destructionOf(ada)?.extents.at(-1)?.upTo as string
  expect(dialogue.act(ada, { type: 'askDestruction', space: leg, upTo })).toBeUndefined()
  expect(dialogue.act(ada, { type: 'turnDestruction', space: leg })).toBeUndefined()
  dialogue.settle()
  expect([destructionOf(ada)?.asked, destructionOf(fay)?.asked]).toMatchObject([
    { isAgreed: false, mine: 'turned', side: true },
    { isAgreed: false, mine: 'undecided', side: false },
  ])
  expect(dialogue.act(fay, { type: 'turnDestruction', space: leg })).toBeUndefined()
  dialogue.settle()
  expect(destructionOf(fay)?.asked?.isAgreed).toBe(true)
  dialogue.chapter(leg, 10)
  expect(seen(fay)).toHaveLength(2)
  const marks = dialogue.state(fay, leg).governing.chapters
  dialogue.chapter(leg, 10 + DELAY_MS)
  for (const who of [ada, fay]) {
    expect(seen(who)).toMatchObject([{ text: 'This stays.' }])
    expect(JSON.stringify(dialogue.state(who, leg))).not.toContain(SAID)
  }
  expect(marks.map(({ spoken }) => spoken)).toEqual([undefined, 1, 2])
  expect(dialogue.state(fay, leg).governing.chapters.map(({ spoken }) => spoken)).toEqual([undefined, 1, 1])
  // And again, of what is left.
  say(ada, fay, 'Later.')
  dialogue.chapter(leg, 20 + DELAY_MS)
  const next = destructionOf(fay)?.extents.at(-1)?.upTo as string
  dialogue.act(fay, { type: 'askDestruction', space: leg, upTo: next })
  for (const who of [ada, fay]) dialogue.act(who, { type: 'turnDestruction', space: leg })
  dialogue.settle()
  dialogue.chapter(leg, 30 + DELAY_MS)
  dialogue.chapter(leg, 30 + 2 * DELAY_MS)
  expect(seen(ada)).toEqual([])
})

test('[LE11] one of the two alone destroys nothing, also once the other is gone', () => {
  dialogue.chapter(leg, 1)
  say(ada, fay)
  dialogue.chapter(leg, 2)
  const upTo = destructionOf(fay)?.extents.at(-1)?.upTo as string
  dialogue.act(fay, { type: 'askDestruction', space: leg, upTo })
  dialogue.act(fay, { type: 'turnDestruction', space: leg })
  const id = dialogue.state(fay, leg).governing.destruction?.id as string
  const turns = Object.fromEntries(
    Object.entries(dialogue.state(fay, leg).governing.turns[id] ?? {}).map(([seat, turn]) => [seat, turn.signature]),
  )
  const agreed = { v: 1, type: 'destruction.agreed', id, turns }
  expect(dialogue.write(fay, leg, agreed)).toBe('turn-missing')
  dialogue.changeIn(leg, { type: 'removed', seat: ada.seat.id })
  dialogue.act(fay, { type: 'turnDestruction', space: leg })
  expect(dialogue.write(fay, leg, agreed)).toBe('no-people')
  expect(seen(fay)).toMatchObject([{ text: SAID }])
})

test('[LE1] [LE5] whatever is said in whichever legs, nobody is shown words or ids of a leg that is not theirs', () => {
  const pairs = [ada, ben, chi, dov].flatMap((one) => [fay, gil].map((other) => [one, other] as const))
  fc.assert(
    fc.property(
      fc.array(fc.record({ pair: fc.nat(pairs.length - 1), back: fc.boolean(), takes: fc.boolean() }), {
        maxLength: 25,
      }),
      (moves) => {
        dialogue = new TestDialogue(everybody).affirmAll()
        for (const [one, other] of pairs) openLeg(dialogue, one, other)
        moves.forEach(({ pair, back, takes }, n) => {
          const [one, other] = pairs[pair] as (typeof pairs)[number]
          const [from, to] = back ? [other, one] : [one, other]
          expect(say(from, to, `${one.name} and ${other.name}, ${n}.`)).toBeUndefined()
          const id =
            dialogue
              .view(from)
              .legs.find((leg) => leg.with === to.seat.id)
              ?.said.at(-1)?.id ?? ''
          if (takes) dialogue.act(from, { type: 'takeBackInLeg', with: to.seat.id, id })
        })
        for (const reader of everybody) {
          const shown = JSON.stringify([dialogue.view(reader), dialogue.world(reader)])
          for (const [one, other] of pairs) {
            const isTheirs = reader === one || reader === other
            if (!isTheirs) expect(shown).not.toContain(`${one.name} and ${other.name}, `)
            if (!isTheirs) expect(shown).not.toContain(legOf(one.seat.id, other.seat.id))
          }
        }
      },
    ),
    { numRuns: 60, seed: 20_261_123 },
  )
})
