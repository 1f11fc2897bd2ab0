import { charterShape } from './charter.ts'
import type { RunId, SeatId } from './ids.ts'
import { kindOf } from './registry.ts'
import { err, ok, type Result } from './result.ts'
import { rosterShape } from './roster.ts'
import { activityOf } from './run.ts'
import { id, list, match, object, oneOf, optional, record, type Shape, type ShapeFault, whole } from './shape.ts'
import type { SpaceName } from './space.ts'
import type { Contribution, Governing, StageState } from './state.ts'

const STAGE = /^[a-z][a-z0-9-]{0,39}$/
const anything: Shape<unknown> = { read: (value) => ok(value) }

const contributionShape: Shape<Contribution> = object({
  id: id(),
  kind: oneOf('perception', 'fear', 'need'),
  by: id(),
  side: optional(match(/^[a-z][a-z0-9]{0,15}$/, 'a side')),
  attribution: oneOf('none', 'side', 'named'),
  run: match(/^[a-z0-9/#-]{3,90}$/, 'a run'),
}) as Shape<Contribution>

const governingShape: Shape<Governing> = object({
  space: match<SpaceName>(/^(own|panel|room|outbox|caucus:[a-z][a-z0-9]{0,15})$/, 'a space'),
  charter: charterShape,
  roster: rosterShape,
  stage: optional(object({ stage: match(STAGE, 'a stage'), visits: record(STAGE, whole(1, 9999), 20) })) as Shape<
    StageState | undefined
  >,
  pausedBy: optional(id<SeatId>()),
  leaving: list(id<SeatId>(), 200),
  contributions: list(contributionShape, 20_000),
  runs: record(/^[a-z0-9/#-]{3,90}$/, anything, 10_000),
}) as Shape<Governing>

/** JSON with the fields of every object in the order of their names: one text for one value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, part]) => part !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join(',')}}`
}

/** A space's governing state as it stands in a chapter's snapshot: the same text on every device (DG5). */
export const writeSnapshot = (governing: Governing): string => canonicalJson(governing)

/** A snapshot from another device, or the first field that is wrong. */
export function readSnapshot(json: string): Result<Governing, ShapeFault> {
  const parsed = parse(json)
  const read = governingShape.read(parsed, '')
  if (!read.ok) return read
  for (const [run, state] of Object.entries(read.value.runs)) {
    const activity = activityOf(read.value.charter.process, run as RunId)
    const shape = activity && kindOf(activity.kind)?.state
    if (!shape) return err({ code: 'bad-shape', field: `runs.${run}`, expected: 'a run of this process' })
    const checked = shape.read(state, `runs.${run}`)
    if (!checked.ok) return checked
  }
  return read
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
