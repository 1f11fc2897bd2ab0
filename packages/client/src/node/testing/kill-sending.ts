import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { BriefView, RunId } from '@antechamber/core'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { admit, NORTH, openDevice, type Person, sceneSetup, until } from '@antechamber/testkit'
import { expect } from 'vitest'
import { nodePlatform } from '../index.ts'
import { bundleForNode } from './bundle.ts'

const END = 'the end'
/** Ends a hang. */
const TIMEOUT_MS = 60_000

/** Where a dialogue waits for its facilitator, whose device is a folder that any process may open. */
interface Stand {
  readonly relay: TestRelay
  readonly directory: string
  readonly run: RunId
  readonly ada: Person
}

const linesOf = ({ dialogue }: Person): readonly (string | undefined)[] =>
  (dialogue.status.view?.runs.find(({ view }) => view.kind === 'brief')?.view as BriefView | undefined)?.lines.map(
    (line) => line.text,
  ) ?? []

/** Founds a dialogue, lets Ada in, and goes to where lines are proposed. */
async function prepare(folder: string): Promise<Stand> {
  const directory = join(folder, 'fay')
  const relay = await startTestRelay({ clock: systemClock })
  const platform = await nodePlatform({ directory })
  const device = await openDevice(platform, relay)
  const dialogue = await device.found(sceneSetup(), relay.secret)
  await until(dialogue, 'founded', ({ phase, isLive }) => phase === 'inside' && isLive)
  await dialogue.devices.noteWrittenDown()
  await dialogue.send({ type: 'affirmRules' })
  const ada = await admit(relay, { dialogue }, 'Ada', NORTH)
  const stage = dialogue.status.view?.stages.at(-1)?.id as string
  expect(await dialogue.send({ type: 'enterStage', stage, reason: 'nothing else is tried here' })).toEqual({
    done: true,
  })
  const { view } = await until(ada.dialogue, 'the brief', (one) => one.view?.stages.at(-1)?.status === 'now')
  const run = view?.runs.find((one) => one.view.kind === 'brief')?.run as RunId
  device.close()
  await platform.store.close()
  return { relay, directory, run, ada }
}

/** One life of the sender: whether it reached its end, and whether it had promised to keep the command before. */
async function live(program: string, { directory, relay, run }: Stand, line = '', dieAt = 0) {
  const child = spawn(process.execPath, [program, directory, relay.url, run, line, String(dieAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGTERM',
  })
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect([code, signal]).toEqual(code === 0 ? [0, null] : [null, 'SIGKILL'])
  return { ended: code === 0, kept: output.includes('kept') }
}

/**
 * Proposes lines, killing the proposer's process at one step of sending each, and lets another process go on with what it
 * had kept. Tells how many steps there were.
 *
 * @param stride 1 for every step, 2 for every second, and so on
 */
export async function killSenders(folder: string, stride: number): Promise<number> {
  const program = await bundleForNode(new URL('./sender.ts', import.meta.url), folder)
  const stand = await prepare(folder)
  const tried: string[] = []
  const promised: string[] = []
  let step = 1
  try {
    for (; ; step += stride) {
      const line = `killed at step ${step}`
      const { ended, kept } = await live(program, stand, line, step)
      tried.push(line)
      if (kept) promised.push(line)
      if (ended) break
      expect((await live(program, stand)).ended).toBe(true)
    }
    await live(program, stand, END)
    await until(stand.ada.dialogue, END, () => linesOf(stand.ada).includes(END))
    const there = linesOf(stand.ada)
    // Nothing twice, nothing out of order, and all that was promised; a write that was under way may have been kept.
    expect([...tried, END].filter((line) => there.includes(line))).toEqual(there)
    expect(there).toEqual(expect.arrayContaining(promised))
    return step
  } finally {
    stand.ada.device.close()
    await stand.relay.stop()
  }
}
