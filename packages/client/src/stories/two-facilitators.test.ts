import type { DialogueStatus } from '@antechamber/client'
import { caucusOf } from '@antechamber/core'
import { decode, decodeEnvelope, HEADER, MAX_MESSAGE_BYTES, relayMessage } from '@antechamber/protocol'
import {
  admit,
  interfere,
  joinByLink,
  NORTH,
  openScene,
  type Person,
  type Rules,
  restart,
  type Scene,
  until,
  untilIn,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookInto, spaceOf } from '../testing/store-look.ts'

let scene: Scene
let gil: Person
beforeAll(async () => {
  scene = await openScene()
  const { fay, relay } = scene
  const { id, link } = await fay.dialogue.invite({ role: 'facilitator', label: 'Gil' })
  gil = await joinByLink(relay, link, 'Gil')
  await until(fay.dialogue, 'Gil arrives', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  await fay.dialogue.send({ type: 'admit', invitation: id })
  await until(gil.dialogue, 'Gil is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
})
afterAll(async () => {
  gil.device.close()
  await scene.close()
})

const everybody = (): readonly Person[] => [scene.fay, gil, ...scene.people]
const stageIs =
  (wanted: string) =>
  ({ isLive, view }: DialogueStatus): boolean =>
    isLive && view?.stages.find(({ status }) => status === 'now')?.id === wanted

/** How many chapters a device has been told of so far, in all of its spaces. */
const headersSeenBy = ({ traffic }: Person): number =>
  traffic.down
    .flatMap((frame) => {
      const message = decode(relayMessage, frame, MAX_MESSAGE_BYTES)
      return message.ok && message.value.type === 'items' ? message.value.items : []
    })
    .filter(({ envelope }) => {
      const read = envelope && decodeEnvelope(envelope)
      return read?.ok === true && read.value.kind === HEADER
    }).length

test('[CH9] either facilitator opens chapters, and shuts nobody out of them, the founder included', async () => {
  const stages = scene.fay.dialogue.status.view?.stages.map(({ id }) => id) ?? []
  for (const [by, at] of [
    [gil, 1],
    [scene.fay, 2],
    [gil, 3],
  ] as const) {
    const stage = stages[at] as string
    expect(await by.dialogue.send({ type: 'enterStage', stage, reason: 'It is time.' })).toEqual({ done: true })
    for (const person of everybody()) {
      await until(person.dialogue, `${person.name} is in stage ${stage}`, stageIs(stage))
      expect(person.dialogue.status.notices).toEqual([])
    }
  }
}, 60_000)

test('[CH11] each facilitator lets in those whom they have invited, and takes out anybody, also when both do', async () => {
  const { fay, relay } = scene
  const eli = await admit(relay, gil, 'Eli', NORTH)
  await until(fay.dialogue, 'Eli is seen', ({ view }) => view?.people.some(({ name }) => name === 'Eli') === true)
  const { seat } = eli.dialogue.status.record
  const removed = [fay, gil].map(({ dialogue }) => dialogue.send({ type: 'remove', seat }))
  expect(await Promise.all(removed)).toEqual([{ done: true }, { done: true }])
  await until(eli.dialogue, 'the door is shut', ({ isShutOut }) => isShutOut)
  for (const person of everybody()) {
    await until(
      person.dialogue,
      `${person.name} goes on`,
      ({ isLive, view }) => isLive && view?.people.every(({ name }) => name !== 'Eli') === true,
    )
    expect(person.dialogue.status.notices).toEqual([])
  }
  eli.device.close()
}, 60_000)

test('[CH14] what both do at once is done once: nobody opens a chapter for a change that another has made', async () => {
  const stage = scene.fay.dialogue.status.view?.stages[1]?.id as string
  const before = headersSeenBy(scene.ada)
  await scene.fay.dialogue.send({ type: 'enterStage', stage, reason: 'Once more.' })
  for (const person of everybody()) await until(person.dialogue, 'all go on', stageIs(stage))
  await until(scene.ada.dialogue, 'the chapter', () => headersSeenBy(scene.ada) > before)
  // Whatever else either device were about to open goes before what they are asked for next.
  await gil.dialogue.send({ type: 'pause' })
  await scene.fay.dialogue.send({ type: 'resume' })
  await until(scene.ada.dialogue, 'the room is open again', ({ view }) => view?.paused === false)
  expect(headersSeenBy(scene.ada) - before).toBe(1)
  expect(everybody().flatMap(({ dialogue }) => dialogue.status.notices)).toEqual([])
}, 60_000)

test('[CH18] when both let in the first of a side at once, one is in and the other waits at the door', async () => {
  const { relay, fay, ada, ben } = scene
  for (const { dialogue } of [ada, ben])
    expect(await fay.dialogue.send({ type: 'remove', seat: dialogue.status.record.seat })).toEqual({ done: true })
  const rules: Rules = {}
  let cut = (): void => undefined
  await restart(relay, gil, (platform) => {
    const around = interfere(platform, rules)
    cut = around.cut
    return around.platform
  })
  await until(gil.dialogue, 'Gil is back', ({ isLive, view }) => isLive && view?.people.length === 4)
  const come = async (host: Person, name: string) => {
    const { id, link } = await host.dialogue.invite({ role: 'participant', side: NORTH, label: name })
    const person = await joinByLink(relay, link, name)
    await until(host.dialogue, `${name} arrives`, ({ invitations }) =>
      invitations.some((one) => one.id === id && one.state === 'arrived'),
    )
    return { person, admit: () => host.dialogue.send({ type: 'admit', invitation: id }) }
  }
  const [ida, gus] = [await come(fay, 'Ida'), await come(gil, 'Gus')]
  const { space } = await spaceOf(await lookInto(gil), caucusOf(NORTH))
  // Gil's device has made its chapter for an empty caucus, and is cut off before the relay has it.
  const isMade = new Promise<void>((resolve) => {
    rules.sends = (message, _answer, line) => {
      if (message.type !== 'batch' || line.space !== space) return message
      resolve()
      return undefined
    }
  })
  const admitted = gus.admit()
  await isMade
  expect(await ida.admit()).toEqual({ done: true })
  await untilIn(ida.person)
  rules.sends = undefined
  cut()
  expect(await admitted).toEqual({ done: true })
  await until(gus.person.dialogue, 'Gus waits', ({ isLive, view }) => isLive && view?.doors?.isWaiting === true)
  for (const { person } of [ida, gus]) person.device.close()
}, 60_000)
