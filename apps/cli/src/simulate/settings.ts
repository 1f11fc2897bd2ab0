import type { Process } from '@antechamber/core'
import { PROCESSES } from '@antechamber/core/processes'
import { type Desk, parseDeskLink } from '../desk-link.ts'
import { CommandError, EXIT } from '../exit.ts'
import { type Given, type OptionNames, readOptions, wholeNumber } from '../options.ts'
import { unplayableKind } from './play.ts'

/** What `antechamber simulate` is asked to do. */
export interface Settings {
  readonly process: Process
  /** The two files of a public conversation; without them the scenario is played. */
  readonly files: { readonly statements: string; readonly votes: string } | undefined
  readonly sides: number
  readonly perSide: number
  readonly seed: number
  /** Where to play; a relay is started if this is undefined. */
  readonly desk: Desk | undefined
  readonly out: string | undefined
  readonly json: boolean
}

const OPTIONS: OptionNames = {
  process: 'value',
  statements: 'value',
  votes: 'value',
  sides: 'value',
  'per-side': 'value',
  seed: 'value',
  relay: 'value',
  desk: 'value',
  out: 'value',
  json: 'flag',
}

const usage = (problem: string): CommandError => new CommandError(EXIT.usage, problem)

/** Reads the arguments of `simulate`. Throws CommandError. */
export function readSettings(args: readonly string[], deskFromEnvironment: string | undefined): Settings {
  const given = readOptions('simulate', args, OPTIONS)
  const sides = wholeNumber(given, 'sides', { min: 2, max: 4, fallback: 2 })
  return {
    process: readProcess(given.values['process'], sides),
    files: readFiles(given),
    sides,
    perSide: wholeNumber(given, 'per-side', { min: 2, max: 30, fallback: 6 }),
    seed: wholeNumber(given, 'seed', { min: 0, max: 4_294_967_295, fallback: 1 }),
    desk: readDesk(given.values['relay'], given.values['desk'] ?? (deskFromEnvironment || undefined), given),
    out: given.values['out'],
    json: given.flags['json'] ?? false,
  }
}

function readProcess(name: string | undefined, sides: number): Process {
  const process = name === undefined ? PROCESSES[0] : PROCESSES.find(({ id }) => id === name)
  const known = PROCESSES.map(({ id }) => id).join(', ')
  if (!process) throw usage(`there is no process "${name}"; there is ${known}`)
  if (sides < process.sides.from || sides > process.sides.to) {
    throw usage(`the process "${process.id}" is for ${process.sides.from} to ${process.sides.to} sides, not ${sides}`)
  }
  const unplayable = unplayableKind(process)
  if (unplayable !== undefined)
    throw usage(`the process "${process.id}" has an activity that cannot be played: ${unplayable}`)
  return process
}

function readFiles({ values: { statements, votes } }: Given): Settings['files'] {
  if (statements !== undefined && votes !== undefined) return { statements, votes }
  if (statements === undefined && votes === undefined) return undefined
  throw usage('--statements and --votes belong together; one of them is missing')
}

/** A convenor's link left in the environment says nothing by itself: only with a relay is it meant for this play. */
function readDesk(relay: string | undefined, link: string | undefined, { values }: Given): Desk | undefined {
  if (relay === undefined && values['desk'] === undefined) return undefined
  if (link === undefined) throw usage("--relay needs a convenor's link, by --desk or ANTECHAMBER_DESK")
  const desk = parseDeskLink(link)
  if (!desk)
    throw usage("the convenor's link is not one; it looks like https://host/desk#d1.… and ends with 43 characters")
  if (relay === undefined) return desk
  const origin = URL.canParse(relay) ? new URL(relay) : undefined
  if (!origin || !['http:', 'https:'].includes(origin.protocol) || origin.pathname !== '/') {
    throw usage(`--relay must be an address such as https://dialogue.example.org, not "${relay}"`)
  }
  return { ...desk, origin: origin.origin }
}
