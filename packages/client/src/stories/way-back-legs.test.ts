import { comeBackAlone, openScene, type Person, restart, type Scene, until, untilAsked } from '@antechamber/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { legOf, legsKeptBy, reads, say } from '../testing/leg-look.ts'
import { lookInto } from '../testing/store-look.ts'

const AFRAID = 'I am afraid to say this in the room.'

let scene: Scene
let back: Person | undefined
beforeEach(async () => {
  scene = await openScene()
  await say(scene.ada, scene.fay, AFRAID)
  await reads(scene.fay, scene.ada, AFRAID)
}, 60_000)
afterEach(async () => {
  back?.device.close()
  await scene.close()
})

/** Fay, who is alone, comes back with another device. */
async function comesBack(north = scene.ben): Promise<Person> {
  const { chi, fay, relay } = scene
  fay.device.close()
  const invited = await Promise.all([north, chi].map(({ dialogue }) => dialogue.helpBack()))
  const links = invited.map(({ link }) => link)
  back = await comeBackAlone(relay, links, fay)
  for (const [at, helper] of [north, chi].entries()) {
    const invitation = invited[at]?.id as string
    await untilAsked(helper, invitation)
    expect(await helper.dialogue.send({ type: 'let-back', invitation })).toEqual({ done: true })
  }
  await until(back.dialogue, 'Fay is back', ({ isLive, view }) => isLive && view?.table !== undefined)
  return back
}

test('[DV13] [LE10] who was alone and comes back is let in to their lines by those who are in them', async () => {
  const { ada } = scene
  const fay = await comesBack(ada)
  await until(fay.dialogue, 'the line is there', ({ legs }) => legs.some(({ isLive }) => isLive))
  expect(await say(ada, fay, 'Here again.')).toEqual({ done: true })
  await until(fay.dialogue, 'read', () => legOf(fay, ada)?.said.at(-1)?.text === 'Here again.')
  expect(await say(fay, ada, 'So am I.')).toEqual({ done: true })
  await reads(ada, fay, AFRAID, 'Here again.', 'So am I.')
  expect(legOf(fay, ada)?.said.map(({ text }) => text)).not.toContain(AFRAID)
}, 60_000)

test('[DV13] [LE3] who was alone and comes back opens lines as before', async () => {
  const { ben, chi } = scene
  const fay = await comesBack()
  expect(await say(fay, ben, 'To Ben.')).toEqual({ done: true })
  await reads(ben, fay, 'To Ben.')
  expect(await say(chi, fay, 'From Chi.')).toEqual({ done: true })
  await reads(fay, chi, 'From Chi.')
}, 60_000)

test('[LE3] who comes back and writes before the other is there gives way to the line that there is', async () => {
  const { ada, relay } = scene
  ada.device.close()
  const fay = await comesBack()
  const sent = say(fay, ada, 'I have another device.')
  await until(fay.dialogue, 'a line of her own', () => legOf(fay, ada) !== undefined)
  const [own] = await legsKeptBy(fay)
  await restart(relay, ada)
  expect(await sent).toEqual({ done: true })
  await until(ada.dialogue, 'read', () => legOf(ada, fay)?.said.at(-1)?.text === 'I have another device.')
  const [shared] = await legsKeptBy(fay)
  expect(shared?.space).toBe((await legsKeptBy(ada))[0]?.space)
  // What is left of the one that gave way is forgotten with the rest.
  const { names } = await lookInto(fay)
  expect(names.some((name) => name.includes(own?.space ?? ''))).toBe(true)
  await fay.dialogue.forget()
  const left = (await lookInto(fay)).names.filter((name) => name.includes(own?.space ?? ''))
  expect(left).toEqual([])
}, 60_000)
