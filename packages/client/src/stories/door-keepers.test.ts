import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { admit, foundScene, joinByLink, NORTH, type Person, restart, until, untilIn } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let relay: TestRelay
let fay: Person
let ada: Person
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
  ada = await admit(relay, fay, 'Ada', NORTH)
  ada.welcomes = false
  people.push(fay, ada)
})
afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

const seatOf = ({ dialogue }: Person) => dialogue.status.record.seat

/** Somebody has used an invitation and is let in by Fay. */
async function arrive(name: string, wish: { role: 'participant' | 'facilitator' }): Promise<() => Promise<Person>> {
  const side = wish.role === 'participant' ? { side: NORTH } : {}
  const { id, link } = await fay.dialogue.invite({ ...wish, ...side, label: name })
  const person = await joinByLink(relay, link, name)
  people.push(person)
  await until(fay.dialogue, `${name} arrives`, ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  return async () => {
    expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
    return person
  }
}

test('[CH17] [IN11] somebody at the door comes in by the device of a facilitator who came after their invitation was made', async () => {
  const letBenIn = await arrive('Ben', { role: 'participant' })
  const gil = await (await arrive('Gil', { role: 'facilitator' }))()
  await until(gil.dialogue, 'Gil is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  const ben = await letBenIn()
  await until(ben.dialogue, 'Ben waits', ({ isLive, view }) => isLive && view?.doors?.isWaiting === true)
  await until(gil.dialogue, 'Gil sees him', ({ view }) => view?.doors?.people.length === 1)
  fay.device.close()
  expect(await ada.dialogue.send({ type: 'letIn', seat: seatOf(ben) })).toEqual({ done: true })
  await untilIn(ben)
  expect(ben.dialogue.status.notices).toEqual([])
  await restart(relay, fay)
}, 60_000)

test('[IN13] whoever comes to the caucus after somebody has come to its door sees their words too', async () => {
  const [letEliIn, letHalIn] = [
    await arrive('Eli', { role: 'participant' }),
    await arrive('Hal', { role: 'participant' }),
  ]
  const [eli, hal] = [await letEliIn(), await letHalIn()]
  await until(ada.dialogue, 'both wait', ({ doorWords }) => doorWords.size === 2)
  expect(await ada.dialogue.send({ type: 'letIn', seat: seatOf(hal) })).toEqual({ done: true })
  await untilIn(hal)
  const words = (await eli.dialogue.safetyWords()).join(' ')
  await until(hal.dialogue, 'he sees the words', ({ doorWords }) => doorWords.get(seatOf(eli))?.join(' ') === words)
}, 60_000)
