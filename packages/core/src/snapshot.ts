import { canonicalJson } from './canonical.ts'
import { charterShape } from './charter.ts'
import {
  chaptersShape,
  destroyedShape,
  destructionShape,
  joinedShape,
  MAX_ABOUT,
  owingShape,
  passedShape,
} from './destruction/events.ts'
import type { RunId, SeatId } from './ids.ts'
import { spokenShape } from './leg/events.ts'
import { MAX_SEATS } from './limits.ts'
import { pastChaptersShape } from './past-chapters/events.ts'
import { loadProcess } from './process.ts'
import { KNOWN_PARTS, kindOf } from './registry.ts'
import { err, ok, type Result } from './result.ts'
import { rosterShape } from './roster.ts'
import { activityOf, MAX_RUNS, RUN } from './run.ts'
import {
  anything,
  flag,
  id,
  list,
  NAME,
  name,
  object,
  optional,
  record,
  type Shape,
  type ShapeFault,
  where,
  whole,
} from './shape.ts'
import { spaceShape } from './space.ts'
import { contributionShape, type Governing, type StageState } from './state.ts'
import { millisShape, standingShape } from './turns.ts'

const governingShape: Shape<Governing> = object({
  space: spaceShape,
  charter: charterShape,
  roster: rosterShape,
  stage: optional(object({ stage: name, visits: record(NAME, whole(1, 9999), 20) })) as Shape<StageState | undefined>,
  paused: optional(where(flag, 'true', (value) => value)) as Shape<true | undefined>,
  affirmed: list(id<SeatId>(), MAX_SEATS),
  leaving: list(id<SeatId>(), MAX_SEATS),
  contributions: list(contributionShape, 20_000),
  runs: record(RUN, anything, MAX_RUNS),
  time: millisShape,
  chapters: chaptersShape,
  destruction: optional(destructionShape),
  destroyed: destroyedShape,
  owing: owingShape,
  newcomers: optional(joinedShape),
  past: optional(pastChaptersShape),
  turns: standingShape(MAX_ABOUT),
  passed: passedShape,
  spoken: optional(spokenShape),
}) as Shape<Governing>

/** A space's governing state as it stands in a chapter's snapshot: the same text on every device (DG5). */
export const writeSnapshot = (governing: Governing): string => canonicalJson(governing)

const wrong = (field: string, expected: string): Result<never, ShapeFault> =>
  err({ code: 'bad-shape', field, expected })

/**
 * A snapshot from another device, or the first field that is wrong. One that is not exactly as {@link writeSnapshot}
 * would write it is wrong too, so that nothing can travel in it that the rules do not know (DG5).
 */
export function readSnapshot(json: string): Result<Governing, ShapeFault> {
  const read = governingShape.read(parse(json), '')
  if (!read.ok) return read
  const process = loadProcess(read.value.charter.process, KNOWN_PARTS)
  if (!process.ok) return wrong(`charter.process.${process.error.field}`, process.error.expected)
  const runs = readRuns(read.value)
  if (!runs.ok) return runs
  const governing = { ...read.value, runs: runs.value }
  const { space, stage } = governing
  const known = stage && process.value.stages.some((one) => one.id === stage.stage)
  if (space === 'room' ? !known : stage) return wrong('stage', 'in the room, a stage of this process')
  return writeSnapshot(governing) === json ? ok(governing) : wrong('', 'canonical JSON with no other fields')
}

function readRuns({ charter, runs }: Governing): Result<Governing['runs'], ShapeFault> {
  const read: Record<string, unknown> = {}
  for (const [run, state] of Object.entries(runs)) {
    const activity = activityOf(charter.process, run as RunId)
    const shape = activity && kindOf(activity.kind)?.state
    if (!shape) return wrong(`runs.${run}`, 'a run of this process')
    const checked = shape.read(state, `runs.${run}`)
    if (!checked.ok) return checked
    read[run] = checked.value
  }
  return ok(read)
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
