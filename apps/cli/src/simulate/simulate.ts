import { briefDocx, briefMarkdown } from '@antechamber/client/brief'
import { showProgress } from '../progress.ts'
import { type PlayedRelay, startRelay } from '../relay-program.ts'
import { closing, entered, opening, stageEnded } from './account.ts'
import { playedBrief } from './brief-texts.ts'
import { makeFolder, writeWhole } from './files.ts'
import { type Play, play } from './play.ts'
import type { NewDevice } from './player.ts'
import type { Script } from './script.ts'
import { readSettings, type Settings } from './settings.ts'
import { scriptFor } from './source.ts'
import { type Summary, summaryOf } from './summary.ts'

/** Where a command writes. */
export interface Terminal {
  readonly say: (text: string) => void
  readonly progress: NodeJS.WriteStream
}

/** `antechamber simulate`. Throws CommandError, or the client's Failure when the relay refuses. */
export async function simulate(
  args: readonly string[],
  deskFromEnvironment: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const settings = readSettings(args, deskFromEnvironment)
  if (settings.out !== undefined) await makeFolder(settings.out)
  const { script, source } = await scriptFor(settings)
  let joining = 0
  const tell = (text: string): void => (settings.json ? undefined : terminal.say(text))
  const done = await playAnywhere(settings, script, terminal.progress, tell, (seconds) => {
    joining = seconds
  })
  const summary = summaryOf(done, source, settings, joining)
  if (settings.out !== undefined) await writeAll(settings.out, summary)
  terminal.say(settings.json ? jsonOf(summary) : closing(summary, settings.out))
}

const jsonOf = (summary: Summary): string => `${JSON.stringify(summary, null, 2)}\n`

async function writeAll(folder: string, summary: Summary): Promise<void> {
  const brief = playedBrief(summary.brief)
  await writeWhole(folder, 'brief.md', briefMarkdown(brief))
  await writeWhole(folder, 'brief.docx', await briefDocx(brief))
  await writeWhole(folder, 'summary.json', jsonOf(summary))
}

/** Steps of a play, for the progress: everybody comes in, speaks in each round, is understood, and answers each line. */
function stepsOf({ sides, lines }: Script, { stages }: Settings['process']): number {
  const people = sides.flatMap((side) => side.people)
  const rounds = stages.flatMap(({ activities }) => activities).filter(({ kind }) => kind === 'round').length
  const sayings = people.flatMap(({ says }) => Object.values(says)).length
  return people.length * (1 + rounds + lines.length) + sayings
}

async function playAnywhere(
  settings: Settings,
  script: Script,
  stream: NodeJS.WriteStream,
  tell: (text: string) => void,
  joined: (seconds: number) => void,
): Promise<Play> {
  const { process } = settings
  const progress = showProgress(stream, stepsOf(script, process))
  const relay = settings.desk ? undefined : await startRelay()
  const devices: NewDevice[] = []
  const told = (text: string): void => {
    progress.hide()
    tell(text)
  }
  try {
    progress.now('coming in')
    const entrance = {
      script,
      process,
      desk: settings.desk ?? relay?.desk ?? never(),
      inHurry: relay !== undefined,
      made: (device: NewDevice) => void devices.push(device),
    }
    const played = play(entrance, {
      step: progress.step,
      entered: (room, seconds) => {
        joined(seconds)
        told(opening(script.title, process, settings.seed) + entered(room, seconds))
      },
      stageBegins: (title) => progress.now(title),
      stageEnded: (room, stage) => told(stageEnded(room, process, stage)),
    })
    return await (relay ? withRelay(played, relay) : played)
  } finally {
    progress.hide()
    for (const device of devices) device.close()
    await relay?.stop()
  }
}

/** A connection is often lost a moment before its relay's end is known, which says more. */
const MOMENT_MS = 1_000

/** The play, or why our own relay has ended. */
async function withRelay(played: Promise<Play>, { ended }: PlayedRelay): Promise<Play> {
  try {
    return await Promise.race([played, ended])
  } catch (error) {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, MOMENT_MS))])
    throw error
  }
}

function never(): never {
  throw new Error('neither a relay of our own nor one that was given')
}
