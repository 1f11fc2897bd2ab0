import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { RoundView, RunId } from '@antechamber/core'
import { makeEarlier } from '@antechamber/relay/testing'
import {
  openScene,
  type Person,
  type RelayProcess,
  restart,
  type Scene,
  startRelayProcess,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const RELAY = fileURLToPath(new URL('../../../../apps/relay/dist/main.js', import.meta.url))

let directory: string
let relay: RelayProcess
let scene: Scene
let run: RunId

const roundOf = (person: Person) =>
  person.dialogue.status.view?.runs.find((one) => one.run === run)?.view as RoundView | undefined
const offer = (text: string) => ({ run, command: { type: 'offerContribution', text, attribution: 'side' } }) as const

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay-'))
  relay = await startRelayProcess(directory)
  scene = await openScene(relay)
  const { fay, people } = scene
  await until(fay.dialogue, 'all have affirmed', ({ view }) => view?.table?.exitMet === true)
  await fay.dialogue.send({ type: 'enterStage', stage: fay.dialogue.status.view?.stages[1]?.id as string })
  const isThere = await until(
    fay.dialogue,
    'the rounds',
    ({ isLive, view }) => isLive && view?.stages[1]?.status === 'now',
  )
  run = isThere.view?.runs[0]?.run as RunId
  await fay.dialogue.send({ run, command: { type: 'openRound' } })
  for (const person of people) await until(person.dialogue, 'open', () => roundOf(person)?.status === 'open')
})

afterAll(async () => {
  await scene?.close()
  await relay?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** What the relay's own check says of its database. */
async function verified() {
  const env = { ...process.env, DATA_DIR: directory }
  const { stdout } = await promisify(execFile)(process.execPath, [RELAY, 'verify', '--json'], { env })
  return JSON.parse(stdout) as { readonly envelopes: number; readonly spaces: number; readonly whole: boolean }
}

// Each person says one thing in one round: whoever waits, and whoever has said theirs, takes turns.
test.each([
  [1, 'ada', 'ben'],
  [2, 'chi', 'dov'],
] as const)(
  '[LG9] a relay is updated from step %i in the middle of a round: nobody loses anything',
  async (step, early, late) => {
    const { [early]: first, [late]: second, fay } = scene
    expect(await first.dialogue.send(offer(`Said before step ${step} was left.`))).toEqual({ done: true })
    const before = await verified()
    expect(before.whole).toBe(true)

    await relay.stop()
    makeEarlier(join(directory, 'relay.sqlite'), step)
    await until(second.dialogue, 'the door is shut', ({ isLive }) => !isLive)
    const sent = second.dialogue.send(offer(`Said while it was updated from step ${step}.`))
    await until(second.dialogue, 'it waits', ({ pending }) => pending.length === 1)

    relay = await startRelayProcess(directory, relay)
    for (const person of [fay, ...scene.people]) person.dialogue.retryNow()
    expect(await sent).toEqual({ done: true })
    // One is only now started again, on what it has kept.
    await restart(relay, first)
    for (const person of [fay, ...scene.people]) {
      const { notices } = await until(person.dialogue, 'back', ({ isLive, view }) => isLive && view !== undefined)
      expect(notices).toEqual([])
    }
    expect(roundOf(first)?.mine).toMatchObject({ state: 'offered', text: `Said before step ${step} was left.` })
    expect(roundOf(second)?.mine).toMatchObject({ state: 'offered' })
    const after = await verified()
    expect(after.whole).toBe(true)
    expect(after.spaces).toBe(before.spaces)
    expect(after.envelopes).toBeGreaterThan(before.envelopes)
  },
)

test('[LG9] what was said through both updates is in the pool, each once', async () => {
  const { fay, people } = scene
  await fay.dialogue.send({ run, command: { type: 'closeRound' } })
  for (const person of [fay, ...people]) {
    await until(person.dialogue, 'closed', () => roundOf(person)?.status === 'closed')
    const texts = roundOf(person)?.pool.map(({ text }) => text) ?? []
    expect([...texts].sort()).toEqual([
      'Said before step 1 was left.',
      'Said before step 2 was left.',
      'Said while it was updated from step 1.',
      'Said while it was updated from step 2.',
    ])
  }
})
