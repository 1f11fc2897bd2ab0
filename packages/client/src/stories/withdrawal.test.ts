import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContributionId, RoundView, RunId } from '@antechamber/core'
import { WORDS } from '@antechamber/protocol'
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

let directory: string
let relay: RelayProcess
let scene: Scene
let run: RunId

const roundOf = ({ dialogue }: Person): RoundView | undefined =>
  [...(dialogue.status.view?.runs ?? []), ...(dialogue.status.view?.past.flatMap(({ runs }) => runs) ?? [])].find(
    (one) => one.run === run,
  )?.view as RoundView | undefined

const say = (person: Person, text: string) =>
  person.dialogue.send({ run, command: { type: 'offerContribution', text, attribution: 'named' } })

async function openRound(): Promise<void> {
  const { fay, people } = scene
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  await fay.dialogue.send({ type: 'enterStage', stage })
  const { view } = await until(fay.dialogue, 'the rounds', (one) => one.view?.stages[1]?.status === 'now' && one.isLive)
  run = view?.runs[0]?.run as RunId
  await fay.dialogue.send({ run, command: { type: 'openRound' } })
  for (const person of people) await until(person.dialogue, 'open', () => roundOf(person)?.status === 'open')
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay-'))
  relay = await startRelayProcess(directory)
  scene = await openScene(relay)
  await openRound()
})

afterAll(async () => {
  await scene?.close()
  await relay?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** The envelopes of words that this person has sent, as they went over the wire. */
const sentWords = ({ traffic }: Person): readonly Uint8Array[] =>
  traffic.up.flatMap((message) => {
    const at = Buffer.from(message).indexOf(Buffer.of(0xa7, 1, WORDS))
    return at < 0 ? [] : [message.slice(at, at + 1024)]
  })

/** Where in the relay's files the middle of an envelope is found. */
async function filesWith(envelope: Uint8Array): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  const holds = async (file: string) =>
    (await readFile(join(directory, file))).includes(Buffer.from(envelope.slice(200, 264)))
  const found = await Promise.all(files.map(async (file) => ((await holds(file)) ? [file] : [])))
  return found.flat()
}

test('[RD7] [WR20] what is taken back goes from every view, every device and the relay, and the dialogue goes on', async () => {
  const { fay, ada, ben, chi, dov } = scene
  expect(await say(ada, 'Said in anger.')).toEqual({ done: true })
  expect(await say(chi, 'Said after thinking.')).toEqual({ done: true })
  const [envelope] = sentWords(ada)
  expect(await filesWith(envelope as Uint8Array)).not.toEqual([])
  await fay.dialogue.send({ run, command: { type: 'closeRound' } })
  for (const person of [fay, ada, ben, chi, dov])
    await until(person.dialogue, 'the pool', () => roundOf(person)?.pool.length === 2)
  // Dov is away while it is taken back; he has read it, and his device has it.
  dov.device.close()
  const contribution = roundOf(ada)?.pool.find(({ origin }) => origin.mine)?.id as ContributionId
  expect(await ada.dialogue.send({ run, command: { type: 'withdrawContribution', contribution } })).toEqual({
    done: true,
  })
  for (const person of [fay, ada, ben, chi]) {
    await until(person.dialogue, 'taken back', () => roundOf(person)?.pool.some((one) => one.withdrawn) === true)
    expect(JSON.stringify(person.dialogue.status.view)).not.toContain('Said in anger.')
  }
  await restart(relay, dov)
  await until(dov.dialogue, 'Dov hears of it', () => roundOf(dov)?.pool.some((one) => one.withdrawn) === true)
  const { dialogue } = fay
  const stage = dialogue.status.view?.stages[2]?.id as string
  await dialogue.send({ type: 'enterStage', stage, reason: 'the other rounds are for another day' })
  for (const person of [fay, ada, ben, chi, dov]) {
    const { notices } = await until(
      person.dialogue,
      'hearing',
      (one) => one.isLive && one.view?.stages[2]?.status === 'now',
    )
    expect(notices).toEqual([])
  }
  for (const person of [ada, dov]) {
    await restart(relay, person)
    await until(person.dialogue, 'as before', (one) => one.isLive && one.view?.stages[2]?.status === 'now')
    expect(JSON.stringify(person.dialogue.status.view)).not.toContain('Said in anger.')
    expect(JSON.stringify(person.dialogue.status.view)).toContain('Said after thinking.')
    expect(person.dialogue.status.notices).toEqual([])
  }
  await relay.stop()
  expect(await filesWith(envelope as Uint8Array)).toEqual([])
})
