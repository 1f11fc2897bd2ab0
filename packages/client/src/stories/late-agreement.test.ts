import { type Interfered, interfere, openScene, restart, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { destructionOf, LongDays } from '../testing/long-days.ts'

const days = new LongDays()
let line: Interfered

const fayComesBack = () =>
  restart(days.scene.relay, days.scene.fay, (platform) => {
    line = interfere(platform)
    return line.platform
  })

beforeAll(async () => {
  days.scene = await openScene(undefined, days.around)
  await days.enterRounds()
  await days.enterRounds()
  const { fay, people } = days.scene
  await fayComesBack()
  await until(fay.dialogue, 'it can be asked', () => destructionOf(fay).extents.length > 0)
  const upTo = destructionOf(fay).extents.at(-1)?.upTo ?? ''
  expect(await fay.dialogue.send({ type: 'askDestruction', upTo })).toEqual({ done: true })
  for (const person of people) {
    await until(person.dialogue, 'asked', () => destructionOf(person).asked?.mine === 'undecided')
    if (person !== days.scene.dov) await person.dialogue.send({ type: 'turnDestruction' })
  }
}, 100_000)
afterAll(() => days.scene.close())

test.each([
  ['the line was cut', async () => line.cut()],
  ['it was started again', fayComesBack],
])(
  '[DX3] what a facilitator’s device was about to say is decided anew after %s: a yes taken back meanwhile does not count',
  async (_, comesBack) => {
    const { fay, ada, dov } = days.scene
    let held = 0
    line.rules.sends = (message) => {
      held += Number(message.type === 'append')
      return message.type === 'append' ? undefined : message
    }
    expect(await dov.dialogue.send({ type: 'turnDestruction' })).toEqual({ done: true })
    await vi.waitFor(() => expect(held).toBeGreaterThan(0), { timeout: 30_000 })
    expect(await dov.dialogue.send({ type: 'holdDestruction' })).toEqual({ done: true })
    delete line.rules.sends
    await comesBack()
    await until(fay.dialogue, 'she is back', ({ isLive, pending }) => isLive && pending.length === 0)
    // Behind all that her device was about to say.
    expect(await fay.dialogue.send({ type: 'pause' })).toEqual({ done: true })
    await until(ada.dialogue, 'that is read', ({ view }) => view?.paused === true)
    expect(await fay.dialogue.send({ type: 'resume' })).toEqual({ done: true })
    for (const person of [fay, ada, dov]) expect(destructionOf(person).asked).toMatchObject({ isAgreed: false })
    expect(destructionOf(dov).asked?.mine).toBe('not-yet')
  },
  60_000,
)
