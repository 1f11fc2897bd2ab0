import type { DialogueStatus } from '@antechamber/client'
import { addDevice, comeWith, openScene, type Person, restart, type Scene, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let scene: Scene
let laptop: Person
beforeAll(async () => {
  scene = await openScene()
  laptop = await addDevice(scene.relay, scene.ada)
}, 60_000)
afterAll(async () => {
  laptop.device.close()
  await scene.close()
})

const newsOf = ({ notices }: DialogueStatus) => notices.filter(({ code }) => code === 'devices')
const stageIs =
  (wanted: string) =>
  ({ isLive, view }: DialogueStatus): boolean =>
    isLive && view?.stages.find(({ status }) => status === 'now')?.id === wanted
const codeOf = (person: Person, id: string) => person.dialogue.status.codes.find((one) => one.id === id)

test('[DV4] a participant adds a device by a code from the first: the facilitator does nothing', async () => {
  const { ada, fay } = scene
  const { seat } = ada.dialogue.status.record
  for (const { dialogue } of [ada, laptop]) {
    expect(dialogue.status.record).toMatchObject({ seat, name: 'Ada', side: 'a', role: 'participant' })
    expect(dialogue.status.devices).toHaveLength(2)
  }
  expect(laptop.dialogue.status.devices.map(({ isThis }) => isThis)).toEqual([false, true])
  await until(fay.dialogue, 'Fay sees both', ({ view }) => view?.people.find((one) => one.seat === seat)?.devices === 2)
  expect(ada.dialogue.status.codes.map(({ state }) => state)).toEqual(['admitted'])
  expect(laptop.dialogue.status.view?.mustAffirm).toBe(false)
})

test('[DV5] everybody is told, the person themselves too, until they have read it', async () => {
  const { seat } = scene.ada.dialogue.status.record
  const told = { code: 'devices', seat, added: 1, removed: 0, devices: 2, helpedBy: [] }
  for (const { dialogue } of [scene.fay, ...scene.people]) {
    await until(dialogue, 'told', (status) => newsOf(status).length === 1)
    expect(newsOf(dialogue.status)).toEqual([told])
  }
  // Whoever comes later has nothing to compare with: this is how they have found the room.
  expect(newsOf(laptop.dialogue.status)).toEqual([])
  await restart(scene.relay, scene.chi)
  await until(scene.chi.dialogue, 'told again', (status) => newsOf(status).length === 1)
  await scene.chi.dialogue.devices.dismissNews(seat)
  expect(newsOf(scene.chi.dialogue.status)).toEqual([])
  await restart(scene.relay, scene.chi)
  await until(scene.chi.dialogue, 'live', ({ isLive }) => isLive)
  expect(newsOf(scene.chi.dialogue.status)).toEqual([])
  for (const { dialogue } of [scene.fay, scene.ada, scene.ben, scene.dov]) await dialogue.devices.dismissNews(seat)
})

test('[DV4] what is done on one device stands on the other, and the room goes on for both', async () => {
  const { fay, ada } = scene
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  await fay.dialogue.send({ type: 'enterStage', stage, reason: 'It is time.' })
  for (const { dialogue } of [fay, laptop, ...scene.people]) await until(dialogue, 'all go on', stageIs(stage))
  const run = ada.dialogue.status.view?.runs.find(({ view }) => view.kind === 'round')?.run as never
  expect(await fay.dialogue.send({ run, command: { type: 'openRound' } })).toEqual({ done: true })
  await until(
    laptop.dialogue,
    'the round is open',
    ({ view }) =>
      view?.runs.some((one) => one.run === run && one.view.kind === 'round' && one.view.status === 'open') === true,
  )
  // A pass is written in the space that only her own devices read.
  expect(await ada.dialogue.send({ run, command: { type: 'passRound' } })).toEqual({ done: true })
  await until(
    laptop.dialogue,
    'her pass is there too',
    ({ view }) =>
      view?.runs.some((one) => one.run === run && one.view.kind === 'round' && one.view.mine.state === 'passed') ===
      true,
  )
  const offer = { type: 'offerContribution', text: 'From the laptop.', attribution: 'side' } as const
  expect(await laptop.dialogue.send({ run, command: offer })).toEqual({ done: true })
  await fay.dialogue.send({ run, command: { type: 'closeRound' } })
  const mine = ({ view }: DialogueStatus): boolean =>
    JSON.stringify(view?.runs.find((one) => one.run === run)?.view).includes('From the laptop.')
  for (const { dialogue } of [ada, laptop, scene.chi]) await until(dialogue, 'it is read', mine)
}, 60_000)

test('[DV4] nobody comes in whom the first device has not said yes to; two by one code are told', async () => {
  const { ben, relay } = scene
  const { id, link } = await ben.dialogue.devices.invite('en')
  expect(codeOf(ben, id)?.spokenCode).toHaveLength(8)
  const phone = await comeWith(relay, link, ben)
  await until(ben.dialogue, 'it has come', ({ codes }) => codes.some((one) => one.id === id && one.state === 'arrived'))
  expect(codeOf(ben, id)?.arrival?.words).toEqual(await phone.dialogue.safetyWords())
  const thief = await comeWith(relay, link, ben)
  await until(ben.dialogue, 'two have come', () => codeOf(ben, id)?.state === 'two-joins')
  expect(await ben.dialogue.send({ type: 'accept-device', invitation: id })).toEqual({ done: false, code: 'two-joins' })
  await ben.dialogue.send({ type: 'decline-device', invitation: id })
  for (const { dialogue, device } of [phone, thief]) {
    await until(dialogue, 'turned away', ({ phase }) => phase === 'declined')
    device.close()
  }
  expect(ben.dialogue.status.devices).toHaveLength(1)
})

test('[DV4] a facilitator adds their own second device at once, in every space, the panel too', async () => {
  const { fay, relay } = scene
  const second = await addDevice(relay, fay)
  await until(second.dialogue, 'at the table', ({ view }) => view?.table !== undefined)
  fay.device.close()
  const stage = second.dialogue.status.view?.stages[2]?.id as string
  expect(await second.dialogue.send({ type: 'enterStage', stage, reason: 'From the other one.' })).toEqual({
    done: true,
  })
  for (const { dialogue } of [second, laptop, ...scene.people]) await until(dialogue, 'all go on', stageIs(stage))
  expect(second.dialogue.status.view?.table?.reasons).toContain('From the other one.')
  await restart(relay, fay)
  await until(fay.dialogue, 'Fay is there again', stageIs(stage))
  second.device.close()
}, 60_000)

test('[DV6] a device that was lost is taken out by another of its seat, and reads nothing more', async () => {
  const { ada, fay } = scene
  const [, lost] = ada.dialogue.status.devices
  expect(await ada.dialogue.send({ type: 'drop-device', root: lost?.root as string })).toEqual({ done: true })
  await until(laptop.dialogue, 'shut out', ({ isShutOut }) => isShutOut)
  const { seat } = ada.dialogue.status.record
  const isTold = (status: DialogueStatus): boolean =>
    newsOf(status).some((one) => one.code === 'devices' && one.seat === seat && one.removed === 1)
  for (const { dialogue } of [fay, ...scene.people]) await until(dialogue, 'told', isTold)
  expect(
    await ada.dialogue.send({ type: 'drop-device', root: ada.dialogue.status.devices[0]?.root as string }),
  ).toEqual({
    done: false,
    code: 'last-device',
  })
  expect(ada.dialogue.status.isLive).toBe(true)
}, 60_000)
