import type { Dialogue, DialogueStatus, Platform } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import type { RunId } from '@antechamber/core'
import { joinByLink, NORTH, openDevice, openScene, type Person, type Scene, SOUTH, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const names = (person: Person) => person.dialogue.status.view?.people.map(({ name }) => name).sort()

test('[CH14] several people are let in together; who cannot be keeps nobody else out', async () => {
  const { fay, ada, relay } = scene
  const eli = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Eli' })
  const flo = await fay.dialogue.invite({ role: 'participant', side: SOUTH, label: 'Flo' })
  const nobody = await fay.dialogue.invite({ role: 'participant', side: SOUTH, label: 'nobody yet' })
  const guests = [await joinByLink(relay, eli.link, 'Eli'), await joinByLink(relay, flo.link, 'Flo')]
  await until(
    fay.dialogue,
    'both have come',
    ({ invitations }) => invitations.filter(({ state }) => state === 'arrived').length === 2,
  )
  const outcome = await fay.dialogue.send({ type: 'admit-all', invitations: [eli.id, nobody.id, flo.id] })
  expect(outcome).toEqual({ done: false, code: 'nobody-came' })
  for (const guest of guests) {
    await until(guest.dialogue, 'the guest is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  }
  await until(ada.dialogue, 'everybody is there', ({ view }) => view?.people.length === 7)
  expect(names(ada)).toEqual(['Ada', 'Ben', 'Chi', 'Dov', 'Eli', 'Fay', 'Flo'])
  for (const { device } of guests) device.close()
}, 60_000)

const roundIs =
  (wanted: 'open' | 'closed') =>
  ({ view: seen, isLive }: DialogueStatus) =>
    isLive && seen?.runs.some(({ view }) => view.kind === 'round' && view.status === wanted) === true

/** Whatever is longer is an envelope or a batch. */
const QUESTION_BYTES = 300

/** Somebody whose questions take their time, while entries keep coming in. */
const slowToAsk = (platform: Platform): Platform => ({
  ...platform,
  openSocket: (url, events) => {
    const socket = platform.openSocket(url, events)
    const send = (frame: Uint8Array): void => {
      if (frame.byteLength > QUESTION_BYTES) socket.send(frame)
      else platform.after(200, () => socket.send(frame))
    }
    return { close: socket.close, send }
  },
})

test('[CH7] a chapter that opens while somebody writes starts from what they have written', async () => {
  const { fay, people, relay } = scene
  fay.device.close()
  await fay.platform.store.close()
  fay.platform = slowToAsk(await memoryPlatform(fay.memory))
  fay.device = await openDevice(fay.platform, relay)
  fay.dialogue = fay.device.dialogue(fay.dialogue.local) as Dialogue
  const stage = people[0]?.dialogue.status.view?.stages[1]?.id as string
  const run = `${stage}/perceptions#1` as RunId
  const invitation = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Gil' })
  const gil = await joinByLink(relay, invitation.link, 'Gil')
  expect(await fay.dialogue.send({ type: 'enterStage', stage })).toEqual({ done: true })
  expect(await fay.dialogue.send({ run, command: { type: 'openRound' } })).toEqual({ done: true })
  for (const { dialogue } of people) {
    await until(dialogue, 'the round is open', roundIs('open'))
  }
  let isIn = false
  const writing = (async () => {
    for (let at = 0; !isIn; at++) {
      const text = `Version ${at}`
      await people[0]?.dialogue.send({ run, command: { type: 'offerContribution', text, attribution: 'side' } })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  expect(await fay.dialogue.send({ type: 'admit', invitation: invitation.id })).toEqual({ done: true })
  isIn = true
  await writing
  expect(await fay.dialogue.send({ run, command: { type: 'closeRound' } })).toEqual({ done: true })
  for (const { dialogue } of [...people, gil]) {
    const { notices } = await until(dialogue, 'what was shared', roundIs('closed'))
    expect(notices).toEqual([])
  }
  gil.device.close()
}, 60_000)
