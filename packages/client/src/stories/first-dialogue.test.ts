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

const mirroring = (person: Person) => runs(person)[0]?.view as MirroringView
const brief = (person: Person) => runs(person)[0]?.view as BriefView

/** Each round is opened, written in by three, passed by Ben, and closed. */
async function share(): Promise<void> {
  const { fay, ada, ben, chi, dov, people } = scene
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
}

/** The listener says the speaker's words in their own; the speaker says: accurate. */
async function hear(speaker: Person, listener: Person): Promise<void> {
  const run = runs(scene.fay)[0]?.run as RunId
  await until(listener.dialogue, 'something to restate', () => mirroring(listener).toRestate.length > 0)
  const heard = mirroring(listener).toRestate.find(({ contribution }) => contribution.text?.startsWith(speaker.name))
  const contribution = heard?.contribution.id as ContributionId
  await say(listener, run, { type: 'offerRestatement', contribution, text: 'You say so.' })
  await until(speaker.dialogue, 'something to judge', () => mirroring(speaker).toJudge.length > 0)
  const restatement = mirroring(speaker).toJudge[0]?.restatement.id as RestatementId
  await say(speaker, run, { type: 'judgeRestatement', restatement, verdict: 'accurate' })
}

/** Two lines are proposed; everyone turns the first; Dov does not turn the second. */
async function clear(): Promise<void> {
  const { fay, ada, ben, chi, dov, people } = scene
  const run = runs(fay)[0]?.run as RunId
  await say(fay, run, { type: 'proposeLine', text: 'Both villages fear a dry summer.' })
  await say(fay, run, { type: 'proposeLine', text: 'The well should be closed.' })
  for (const person of people)
    await until(person.dialogue, 'the lines are there', () => brief(person).lines.length === 2)
  const [shared, refused] = brief(fay).lines.map(({ line }) => line) as [LineId, LineId]
  for (const person of people) await say(person, run, { type: 'turnLine', line: shared })
  for (const person of [ada, ben, chi]) await say(person, run, { type: 'turnLine', line: refused })
  await say(dov, run, { type: 'holdLine', line: refused })
  await until(ada.dialogue, 'the shared line is cleared', () => brief(ada).lines[0]?.room === 'cleared')
  await say(fay, run, { type: 'releaseBrief' })
}

test('[DG1] a dialogue goes from its ground rules to a released brief, on five devices and one relay', async () => {
  const { fay, ada, ben, chi, people } = scene
  const [, sharing, hearing, briefing] = (fay.dialogue.status.view?.stages ?? []).map(({ id }) => id) as [
    string,
    string,
    string,
    string,
  ]
  await advance(sharing)
  await share()
  await advance(hearing)
  await hear(ada, chi)
  await hear(chi, ben)
  await advance(briefing)
  await clear()
  for (const person of people) {
    await until(person.dialogue, 'the brief is released', () => brief(person).released !== undefined)
    expect(brief(person).released?.map(({ text }) => text)).toEqual(['Both villages fear a dry summer.'])
    expect(person.dialogue.status.notices).toEqual([])
    expect(stageOf(person)).toBe(briefing)
  }
})
