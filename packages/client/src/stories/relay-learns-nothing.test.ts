import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  ActivityCommand,
  BriefView,
  ContributionId,
  LineId,
  MirroringView,
  RestatementId,
  RunId,
} from '@antechamber/core'
import { utf8 } from '@antechamber/protocol'
import {
  findTexts,
  openScene,
  readFolder,
  type Scene,
  sceneSetup,
  startRelayProcess,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let directory: string
let scene: Scene
let printed: () => string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay-'))
  const relay = await startRelayProcess(directory)
  printed = relay.printed
  scene = await openScene(relay)
})

afterAll(async () => {
  await scene?.close()
  await rm(directory, { recursive: true, force: true })
})

const SAID = 'My grandmother is afraid to cross the river.'
const HEARD = 'You say that she no longer dares to go over the water.'
const LINE = 'Nobody in either village is stopped at the bridge.'
const HURRY = 'We go on while everybody is still here.'

/** Fay goes on to a stage whether or not it is time, and everybody has come along. */
async function goOn(index: number): Promise<RunId> {
  const { fay, people } = scene
  const stage = fay.dialogue.status.view?.stages[index]?.id as string
  expect(await fay.dialogue.send({ type: 'enterStage', stage, reason: HURRY })).toEqual({ done: true })
  for (const { dialogue } of [fay, ...people])
    await until(dialogue, stage, ({ isLive, view }) => isLive && view?.stages[index]?.status === 'now')
  return fay.dialogue.status.view?.runs[0]?.run as RunId
}

/** Chi says Ada's words in their own, and Ada that they have understood; then everybody says yes to one line. */
async function hearAndAgree(): Promise<void> {
  const { fay, ada, chi, people } = scene
  const say = async ({ dialogue }: typeof ada, run: RunId, command: ActivityCommand) =>
    expect(await dialogue.send({ run, command })).toEqual({ done: true })
  const mirroring = ({ dialogue }: typeof ada) => dialogue.status.view?.runs[0]?.view as MirroringView
  const hearing = await goOn(2)
  await until(chi.dialogue, 'something to restate', () => mirroring(chi).toRestate.length > 0)
  const contribution = mirroring(chi).toRestate[0]?.contribution.id as ContributionId
  await say(chi, hearing, { type: 'offerRestatement', contribution, text: HEARD })
  await until(ada.dialogue, 'something to judge', () => mirroring(ada).toJudge.length > 0)
  const restatement = mirroring(ada).toJudge[0]?.restatement.id as RestatementId
  await say(ada, hearing, { type: 'judgeRestatement', restatement, verdict: 'accurate' })
  const briefing = await goOn(3)
  await say(fay, briefing, { type: 'proposeLine', text: LINE })
  const brief = ({ dialogue }: typeof ada) => dialogue.status.view?.runs[0]?.view as BriefView
  const lines = (person: typeof ada) => brief(person).lines
  for (const person of people) {
    await until(person.dialogue, 'the line', () => lines(person).length === 1)
    await say(person, briefing, { type: 'turnLine', line: lines(person)[0]?.line as LineId })
  }
  await until(fay.dialogue, 'the line is cleared', () => lines(fay)[0]?.room === 'cleared')
  await say(fay, briefing, { type: 'releaseBrief' })
  await until(ada.dialogue, 'the brief', () => brief(ada).released !== undefined)
}

test("[WR14] the relay's files, what it prints and all that crosses the wire hold no word, name or side", async () => {
  const { fay, ada, people } = scene
  const stages = fay.dialogue.status.view?.stages.map(({ id }) => id) ?? []
  await until(fay.dialogue, 'the rounds may begin', ({ view }) => view?.table?.exitMet === true)
  await fay.dialogue.send({ type: 'enterStage', stage: stages[1] as string, reason: 'Because the harvest begins.' })
  const { view } = await until(
    ada.dialogue,
    'the rounds',
    (status) => status.isLive && status.view?.stages[1]?.status === 'now',
  )
  const run = view?.runs[0]?.run as RunId
  const outcomes = [await fay.dialogue.send({ run, command: { type: 'openRound' } })]
  await until(ada.dialogue, 'open', ({ view: now }) => JSON.stringify(now?.runs).includes('"open"'))
  outcomes.push(
    await ada.dialogue.send({ run, command: { type: 'offerContribution', text: SAID, attribution: 'side' } }),
  )
  outcomes.push(await fay.dialogue.send({ run, command: { type: 'closeRound' } }))
  expect(outcomes).toEqual([{ done: true }, { done: true }, { done: true }])

  await hearAndAgree()

  const setup = sceneSetup()
  const { title, convenor, process } = setup
  const secrets = [
    SAID,
    title,
    convenor,
    'Because the harvest begins.',
    HEARD,
    LINE,
    HURRY,
    ...setup.sides.map(({ name }) => name),
    process.id,
    process.stages[0]?.title.ar as string,
    'round.opened',
    'contribution.offered',
    'restatement.offered',
    'line.proposed',
    'line.turned',
    'brief.released',
  ]
  const names = [...[fay, ...people].map(({ name }) => `"${name}"`), 'facilitator']
  const places = new Map<string, Uint8Array>([
    ...(await readFolder(directory)),
    ['what the relay prints', utf8(printed())],
  ])
  for (const { name, traffic } of [fay, ...people]) {
    for (const [at, bytes] of [...traffic.up, ...traffic.down].entries()) places.set(`${name}'s wire ${at}`, bytes)
  }
  expect(places.size).toBeGreaterThan(100)
  expect(findTexts([...secrets, ...names], places)).toEqual([])
})

test('a search of that kind would find what is there', async () => {
  const files = await readFolder(directory)
  expect(findTexts(['envelopes'], files).length).toBeGreaterThan(0)
  expect(scene.ada.traffic.up.length).toBeGreaterThan(5)
})
