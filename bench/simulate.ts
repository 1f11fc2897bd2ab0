import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Figure, figure } from './lib/figure.ts'

const ROOMS = [
  [6, 3],
  [30, 1],
] as const
const CONVERSATION = join(process.cwd(), 'vectors', 'simulate', 'brexit-consensus')

/** One whole dialogue of a public conversation, with its relay: seconds by the clock, from the command to its end. */
async function simulate(perSide: number): Promise<number> {
  const files = ['--statements', join(CONVERSATION, 'comments.csv')]
  files.push('--votes', join(CONVERSATION, 'participants-votes.csv'))
  const settings = ['--per-side', String(perSide), '--seed', '1', '--json']
  const program = join(process.cwd(), 'apps', 'cli', 'dist', 'main.js')
  const begun = performance.now()
  await promisify(execFile)(process.execPath, [program, 'simulate', ...files, ...settings])
  return (performance.now() - begun) / 1000
}

/** Whole simulations of 12 and of 60 people and a facilitator, all of their devices in one process. Takes some minutes. */
export async function measureSimulate(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [perSide, runs] of ROOMS) {
    const took: number[] = []
    for (let run = 0; run < runs; run++) took.push(await simulate(perSide))
    figures.push(figure(`a whole simulation of ${2 * perSide} people`, 's', took))
  }
  return figures
}
