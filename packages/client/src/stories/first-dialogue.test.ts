import type {
  ActivityCommand,
  BriefView,
  ContributionId,
  LineId,
  MirroringView,
  RestatementId,
  RoundView,
  RunId,
} from '@antechamber/core'
import { openScene, type Person, type Scene, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const runs = (person: Person) => person.dialogue.status.view?.runs ?? []
const stageOf = (person: Person) => person.dialogue.status.view?.stages.find(({ status }) => status === 'now')?.id

async function say(person: Person, run: RunId, command: ActivityCommand): Promise<void> {
  const outcome = await person.dialogue.send({ run, command })
  if (!outcome.done) throw new Error(`${person.name} ${command.type}: ${outcome.code}`)
}

async function advance(to: string): Promise<void> {
  const { fay, people } = scene
  await until(fay.dialogue, `${to} may begin`, ({ view }) => view?.table?.exitMet === true)
  expect(await fay.dialogue.send({ type: 'enterStage', stage: to })).toEqual({ done: true })
  for (const person of [fay, ...people]) {
    await until(
      person.dialogue,
      `${person.name} is in ${to}`,
      ({ isLive, view }) => isLive && view?.stages.some(({ id, status }) => id === to && status === 'now') === true,
    )
  }
}

test('[DG1] a dialogue goes from its ground rules to a released brief, on six devices and one relay', async () => {
  const { fay, ada, ben, chi, dov, people } = scene
  const second = scene.fay.dialogue.status.view?.stages.map(({ id }) => id) as string[]
  await advance(second[1] as string)

  for (const { run } of runs(fay)) {
    await say(fay, run, { type: 'openRound' })
    for (const person of people) {
      await until(
        person.dialogue,
        'the round is open',
        ({ view }) => view?.runs.some((one) => one.run === run && (one.view as RoundView).status === 'open') === true,
      )
    }
    for (const person of [ada, chi, dov])
      await say(person, run, { type: 'offerContribution', text: `${person.name} on ${run}`, attribution: 'side' })
    await say(ben, run, { type: 'passRound' })
    await say(fay, run, { type: 'closeRound' })
  }
  await until(
    dov.dialogue,
    'the pools are there',
    ({ view }) => view?.runs.every((one) => (one.view as RoundView).pool.length === 3) === true,
  )
  await advance(second[2] as string)

  const hearing = runs(fay)[0]?.run as RunId
  const mirroring = (person: Person) => runs(person)[0]?.view as MirroringView
  for (const [speaker, listener] of [
    [ada, chi],
    [chi, ben],
  ] as const) {
    await until(listener.dialogue, 'something to restate', () => mirroring(listener).toRestate.length > 0)
    const heard = mirroring(listener).toRestate.find(({ contribution }) => contribution.text?.startsWith(speaker.name))
    await say(listener, hearing, {
      type: 'offerRestatement',
      contribution: heard?.contribution.id as ContributionId,
      text: 'You say so.',
    })
    await until(speaker.dialogue, 'something to judge', () => mirroring(speaker).toJudge.length > 0)
    await say(speaker, hearing, {
      type: 'judgeRestatement',
      restatement: mirroring(speaker).toJudge[0]?.restatement.id as RestatementId,
      verdict: 'accurate',
    })
  }
  await advance(second[3] as string)

  const briefing = runs(fay)[0]?.run as RunId
  const brief = (person: Person) => runs(person)[0]?.view as BriefView
  await say(fay, briefing, { type: 'proposeLine', text: 'Both villages fear a dry summer.' })
  await say(fay, briefing, { type: 'proposeLine', text: 'The well should be closed.' })
  for (const person of people)
    await until(person.dialogue, 'the lines are there', () => brief(person).lines.length === 2)
  const [shared, refused] = brief(fay).lines.map(({ line }) => line) as [LineId, LineId]
  for (const person of people) await say(person, briefing, { type: 'turnLine', line: shared })
  for (const person of [ada, ben, chi]) await say(person, briefing, { type: 'turnLine', line: refused })
  await say(dov, briefing, { type: 'holdLine', line: refused })
  await until(ada.dialogue, 'the shared line is cleared', () => brief(ada).lines[0]?.room === 'cleared')
  await say(fay, briefing, { type: 'releaseBrief' })
  for (const person of people) {
    await until(person.dialogue, 'the brief is released', () => brief(person).released !== undefined)
    expect(JSON.stringify(brief(person).released)).toContain('Both villages fear a dry summer.')
    expect(JSON.stringify(brief(person).released)).not.toContain('The well should be closed.')
    expect(person.dialogue.status.notices).toEqual([])
  }
  expect(stageOf(ada)).toBe(second[3])
})
