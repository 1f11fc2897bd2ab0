import type { RunId } from '@antechamber/core'
import { admit, openScene, type Person, restart, type Scene, SOUTH, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const names = (person: Person) => person.dialogue.status.view?.people.map(({ name }) => name).sort()

test('[CH12] somebody who is removed is let in no more and reads nothing that comes after; the others stay', async () => {
  const { fay, ada, ben, chi, dov, relay } = scene
  const seat = ben.dialogue.status.record.seat
  expect(await fay.dialogue.send({ type: 'remove', seat })).toEqual({ done: true })
  for (const person of [fay, ada, chi, dov]) {
    await until(person.dialogue, 'Ben is gone', () => names(person)?.includes('Ben') === false)
    expect(names(person)).toEqual(['Ada', 'Chi', 'Dov', 'Fay'])
  }
  await until(ben.dialogue, 'Ben is shut out', ({ isShutOut }) => isShutOut)
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  expect(await fay.dialogue.send({ type: 'enterStage', stage })).toEqual({ done: true })
  const { view } = await until(chi.dialogue, 'the others go on', (status) => status.view?.stages[1]?.status === 'now')
  expect(view?.runs.length).toBeGreaterThan(0)
  await restart(relay, ben)
  await until(ben.dialogue, 'still shut out', ({ isShutOut }) => isShutOut)
  expect(ben.dialogue.status.view).toBeUndefined()
})

test('[CH13] somebody who comes late sees where the dialogue is, and nothing of what was said before', async () => {
  const { fay, ada, relay } = scene
  const run = fay.dialogue.status.view?.runs[0]?.run as RunId
  await fay.dialogue.send({ run, command: { type: 'openRound' } })
  await until(ada.dialogue, 'open', ({ view }) => JSON.stringify(view?.runs).includes('"open"'))
  const said = 'Only for those who were there.'
  await ada.dialogue.send({ run, command: { type: 'offerContribution', text: said, attribution: 'side' } })
  await fay.dialogue.send({ run, command: { type: 'closeRound' } })
  const eli = await admit(relay, fay, 'Eli', SOUTH)
  const { view } = await until(eli.dialogue, 'Eli is up to date', ({ isLive }) => isLive)
  expect(JSON.stringify(ada.dialogue.status.view)).toContain(said)
  expect(JSON.stringify(view)).not.toContain(said)
  expect(view?.stages.find(({ status }) => status === 'now')?.id).toBe(fay.dialogue.status.view?.stages[1]?.id)
  expect(eli.dialogue.status.notices).toEqual([])
  eli.device.close()
})

test('[R13] the last who facilitates cannot leave, is told so, and stays in the room', async () => {
  const { fay } = scene
  await fay.dialogue.leave()
  const { phase, view, notices } = await until(fay.dialogue, 'she is told', (status) => status.notices.length > 0)
  expect(notices).toMatchObject([{ code: 'refused', why: 'last-keeper' }])
  expect(phase).toBe('inside')
  expect(view?.left).toBe(false)
})
