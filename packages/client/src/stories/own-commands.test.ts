import type { BriefView, RunId } from '@antechamber/core'
import { codeNumber } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import {
  admit,
  foundScene,
  interfere,
  NORTH,
  type Person,
  type Rules,
  restart,
  SOUTH,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let relay: TestRelay
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})

afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

const briefOf = ({ dialogue }: Person) =>
  dialogue.status.view?.runs.find(({ view }) => view.kind === 'brief') as
    | { readonly run: RunId; readonly view: BriefView }
    | undefined

test('[BR6] what the device does by itself and the relay refuses is tried again when something is new, not for ever', async () => {
  const fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
  const [ada, chi] = [await admit(relay, fay, 'Ada', NORTH), await admit(relay, fay, 'Chi', SOUTH)]
  people.push(fay, ada, chi)
  const rules: Rules = {}
  await restart(relay, fay, (platform) => interfere(platform, rules).platform)
  const { view } = await until(fay.dialogue, 'she is back', ({ isLive, view }) => isLive && view !== undefined)
  const stage = view?.stages.at(-1)?.id as string
  expect(await fay.dialogue.send({ type: 'enterStage', stage, reason: 'We know each other.' })).toEqual({ done: true })
  const run = briefOf(fay)?.run as RunId
  await fay.dialogue.send({ run, command: { type: 'proposeLine', text: 'The well is ours.' } })
  for (const { dialogue } of [ada, chi]) await until(dialogue, 'a line', () => briefOf(ada)?.view.lines.length === 1)
  const line = briefOf(ada)?.view.lines[0]?.line as BriefView['lines'][number]['line']
  expect(await ada.dialogue.send({ run, command: { type: 'turnLine', line } })).toEqual({ done: true })
  let appends = 0
  rules.sends = (message, answer) => {
    if (message.type !== 'append') return message
    appends += 1
    answer({ type: 'refused', ref: message.ref, code: codeNumber('space-full'), retryAfterMs: 0 })
    return undefined
  }
  expect(await chi.dialogue.send({ run, command: { type: 'turnLine', line } })).toEqual({ done: true })
  await until(fay.dialogue, 'her device has tried to clear it', ({ pending }) => appends > 0 && pending.length === 0)
  const full = { done: false, code: 'space-full' }
  expect([await fay.dialogue.send({ type: 'pause' }), await fay.dialogue.send({ type: 'pause' })]).toEqual([full, full])
  expect(appends).toBe(3)
  delete rules.sends
  // Something new: the line is cleared at last.
  expect(await ada.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  expect(await fay.dialogue.send({ type: 'resume' })).toEqual({ done: true })
  await until(chi.dialogue, 'it is cleared', () => briefOf(chi)?.view.lines[0]?.room === 'cleared')
})
