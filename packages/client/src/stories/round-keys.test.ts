import type { RoundView, RunId } from '@antechamber/core'
import { joinByLink, openScene, type Person, restart, type Scene, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWithoutKeeping } from '../testing/lost-round.ts'

const WELL = 'that the well runs dry'
const ASKS = 'that nobody asks us'

let scene: Scene
let gil: Person
let stage: string

beforeAll(async () => {
  scene = await openScene()
  const { fay } = scene
  stage = fay.dialogue.status.view?.stages[1]?.id as string
  await until(fay.dialogue, 'the rounds may begin', ({ view }) => view?.table?.exitMet === true)
  await fay.dialogue.send({ type: 'enterStage', stage })
})
afterAll(async () => {
  gil?.device.close()
  await scene.close()
})

const run = (activity: string): RunId => `${stage}/${activity}#1` as RunId
const roundOf = ({ dialogue }: Person, activity: string): RoundView | undefined =>
  dialogue.status.view?.runs.find((one) => one.run === run(activity))?.view as RoundView | undefined

const untilRound = (person: Person, activity: string, what: string, holds: (round: RoundView) => boolean) =>
  until(person.dialogue, `${person.name}: ${what}`, ({ isLive }) => {
    const round = roundOf(person, activity)
    return isLive && round !== undefined && holds(round)
  })

const say = (person: Person, activity: string, text: string) =>
  person.dialogue.send({ run: run(activity), command: { type: 'offerContribution', text, attribution: 'side' } })

const poolOf = (person: Person, activity: string): readonly (string | undefined)[] =>
  (roundOf(person, activity)?.pool ?? []).map(({ text }) => text).sort()

const textOfMine = (person: Person, activity: string): string | undefined => {
  const mine = roundOf(person, activity)?.mine
  return mine?.state === 'offered' ? mine.text : undefined
}

test('[RD8][LG18] who opened a round is lost, who was let in meanwhile closes it, and everybody reads what was there for them', async () => {
  const { fay, ada, ben, chi, dov, relay } = scene
  expect(await fay.dialogue.send({ run: run('perceptions'), command: { type: 'openRound' } })).toEqual({ done: true })
  await untilRound(ada, 'perceptions', 'open', ({ status }) => status === 'open')
  expect(await say(ada, 'perceptions', WELL)).toEqual({ done: true })
  // Killed and started again, her device shows her what she wrote.
  await restart(relay, ada)
  await untilRound(ada, 'perceptions', 'hers again', () => textOfMine(ada, 'perceptions') === WELL)

  const { id, link } = await fay.dialogue.invite({ role: 'facilitator', label: 'Gil' })
  gil = await joinByLink(relay, link, 'Gil')
  await until(fay.dialogue, 'Gil arrives', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  await fay.dialogue.send({ type: 'admit', invitation: id })
  await untilRound(gil, 'perceptions', 'in', ({ canOpen }) => canOpen === true)
  expect(await say(chi, 'perceptions', ASKS)).toEqual({ done: true })
  fay.device.close()
  await restart(relay, ben)
  expect(await gil.dialogue.send({ run: run('perceptions'), command: { type: 'closeRound' } })).toEqual({ done: true })

  for (const person of [ada, ben, chi, dov])
    await untilRound(person, 'perceptions', 'the pool', () => poolOf(person, 'perceptions').length === 2)
  for (const person of [ada, ben, chi, dov]) expect(poolOf(person, 'perceptions')).toEqual([ASKS, WELL])
  // What was written before they came is not theirs to read, secret or not.
  expect(poolOf(gil, 'perceptions')).toEqual([ASKS, undefined])
  for (const person of [fay, dov]) {
    await restart(relay, person)
    await untilRound(person, 'perceptions', 'after a restart', () => poolOf(person, 'perceptions')[1] === WELL)
    expect(person.dialogue.status.notices).toEqual([])
  }
})

test('[RD9] a round of which nobody has the secret is closed all the same, and each author’s own device sends its words again', async () => {
  const { fay, ada, ben, chi, dov, relay } = scene
  await openWithoutKeeping(relay, fay, run('fears'))
  for (const person of [ada, chi]) await untilRound(person, 'fears', 'open', ({ status }) => status === 'open')
  expect(await say(ada, 'fears', WELL)).toEqual({ done: true })
  expect(await say(chi, 'fears', ASKS)).toEqual({ done: true })
  chi.device.close()
  await untilRound(fay, 'fears', 'open', ({ canOpen }) => canOpen === false)
  const close = { type: 'closeRound' } as const
  expect(await fay.dialogue.send({ run: run('fears'), command: close })).toEqual({ done: false, code: 'no-round-key' })
  const unopened = await fay.dialogue.send({ run: run('fears'), command: { ...close, unopened: true } })
  expect(unopened).toEqual({ done: true })

  for (const person of [fay, ben, dov]) {
    await untilRound(person, 'fears', 'Ada’s', () => poolOf(person, 'fears').includes(WELL))
    expect(poolOf(person, 'fears')).toEqual([WELL, undefined])
    expect(roundOf(person, 'fears')?.unopened).toBe(true)
  }
  await restart(relay, chi)
  for (const person of [fay, ada, ben, chi, dov])
    await untilRound(person, 'fears', 'all of it', () => poolOf(person, 'fears').every((text) => text !== undefined))
  await restart(relay, dov)
  await untilRound(dov, 'fears', 'after a restart', () => poolOf(dov, 'fears').every((text) => text !== undefined))
  for (const person of [gil, ...scene.people]) expect(person.dialogue.status.notices).toEqual([])
})
