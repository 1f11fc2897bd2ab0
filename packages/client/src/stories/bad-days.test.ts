import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RoundView, RunId } from '@antechamber/core'
import {
  foundScene,
  openScene,
  type Person,
  type RelayProcess,
  restart,
  type Scene,
  startRelayProcess,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let directory: string
let relay: RelayProcess
let scene: Scene
let run: RunId

const round = (person: Person) =>
  person.dialogue.status.view?.runs.find((one) => one.run === run)?.view as RoundView | undefined
const offer = (text: string) => ({ run, command: { type: 'offerContribution', text, attribution: 'side' } }) as const

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay-'))
  relay = await startRelayProcess(directory)
  scene = await openScene(relay)
  const { fay, people } = scene
  await until(fay.dialogue, 'all have affirmed', ({ view }) => view?.table?.exitMet === true)
  const second = fay.dialogue.status.view?.stages[1]?.id as string
  await fay.dialogue.send({ type: 'enterStage', stage: second })
  const { view } = await until(
    fay.dialogue,
    'the rounds',
    (status) => status.isLive && status.view?.stages[1]?.status === 'now',
  )
  run = view?.runs[0]?.run as RunId
  await fay.dialogue.send({ run, command: { type: 'openRound' } })
  for (const person of people) await until(person.dialogue, 'open', () => round(person)?.status === 'open')
})

afterAll(async () => {
  await scene?.close()
  await relay?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('[LG9] [R53] a relay that is killed and comes back gets what was written meanwhile, once', async () => {
  const { ada, ben, fay } = scene
  await relay.kill()
  await until(ada.dialogue, 'Ada sees that the connection is gone', ({ isLive }) => !isLive)
  const sent = ada.dialogue.send(offer('Written while the relay was away.'))
  await until(ada.dialogue, 'it waits', ({ pending }) => pending.length === 1)
  relay = await startRelayProcess(directory, relay)
  for (const person of [fay, ada, ben]) person.dialogue.retryNow()
  expect(await sent).toEqual({ done: true })
  await until(ada.dialogue, 'it is hers', () => round(ada)?.mine.state === 'offered')
  expect(ada.dialogue.status.pending).toEqual([])
})

test('[LG9] a device that is killed in the middle of sending says it once when it comes back', async () => {
  const { ben } = scene
  // Not awaited: once the command is kept, the device ends at whatever step of sending it has come to.
  void ben.dialogue.send(offer('Sent as the battery died.'))
  await until(ben.dialogue, 'it is kept', ({ pending }) => pending.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 5))
  await restart(relay, ben)
  await until(
    ben.dialogue,
    'it is done',
    ({ isLive, pending }) => isLive && pending.length === 0 && round(ben)?.mine.state === 'offered',
  )
  expect(round(ben)?.mine).toMatchObject({ text: 'Sent as the battery died.' })
})

test('[ST2] a draft outlives a restart, and so does everything that was read', async () => {
  const { chi } = scene
  await chi.dialogue.saveDraft('round', 'Half a sen')
  await restart(relay, chi)
  expect(await chi.dialogue.draft('round')).toBe('Half a sen')
  await until(chi.dialogue, 'she is where she was', ({ isLive, view }) => isLive && view?.stages[1]?.status === 'now')
  expect(chi.dialogue.status.notices).toEqual([])
})

test('[LG10] what the rules refuse comes back to its author with the reason, and nothing is lost', async () => {
  const { fay, dov } = scene
  await fay.dialogue.send({ run, command: { type: 'closeRound' } })
  await until(dov.dialogue, 'closed', () => round(dov)?.status === 'closed')
  expect(await dov.dialogue.send(offer('Too late, but not lost.'))).toEqual({ done: false, code: 'round-not-open' })
  const notice = dov.dialogue.status.notices[0]
  expect(notice).toMatchObject({ code: 'refused', why: 'round-not-open', command: offer('Too late, but not lost.') })
  await restart(relay, dov)
  await until(dov.dialogue, 'the notice is still there', ({ notices }) => notices.length === 1)
  if (notice?.code === 'refused') await dov.dialogue.dismiss(notice.id)
  expect(dov.dialogue.status.notices).toEqual([])
})

test('[CH14] a device that stops while founding goes on where it stopped', async () => {
  const person = await foundScene(relay)
  await restart(relay, person)
  await until(
    person.dialogue,
    'founded',
    ({ phase, isLive, view }) => phase === 'inside' && isLive && view !== undefined,
  )
  person.device.close()
})
