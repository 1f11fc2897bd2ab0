import type { Addressed, AnyActivityKind, Facts, Proofs, Refusal, RunContext, World } from './activity.ts'
import { type DestructionCommand, decideDestruction, isDestructionCommand } from './destruction/decide.ts'
import { type DoorCommand, decideDoor, isDoorCommand } from './door.ts'
import { exitMet } from './exits.ts'
import type { RunId } from './ids.ts'
import { decideLeg, isLegCommand, type LegCommand } from './leg/decide.ts'
import { decidePastChapter, isPastChapterCommand, type PastChapterCommand } from './past-chapters/decide.ts'
import { type ActivityCommand, kindOf, kindOfCommand } from './registry.ts'
import { replay, runState } from './replay.ts'
import { err, ok, type Result } from './result.ts'
import { type Seat, seatOf } from './roster.ts'
import { activityOf, runOf } from './run.ts'
import { caucusOf, type SpaceName } from './space.ts'
import { spaceIn } from './space-in.ts'
import type { StageEvent } from './stage-events.ts'
import type { SpaceState } from './state.ts'
import { cleanText } from './texts.ts'

/** What a person may ask of the dialogue as a whole. */
export type StageCommand =
  | { readonly type: 'affirmRules' }
  | { readonly type: 'enterStage'; readonly stage: string; readonly reason?: string }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'leave' }
  | DestructionCommand
  | PastChapterCommand
  | DoorCommand
  | LegCommand

/** What a person may ask of one run of an activity. */
export interface RunCommand {
  readonly run: RunId
  readonly command: ActivityCommand
}

export type Command = StageCommand | RunCommand

/** A run as this person meets it, or undefined when there is no such run. */
export function runContext(
  world: World,
  me: Seat,
  run: RunId,
  proofs: Proofs,
): { readonly kind: AnyActivityKind; readonly context: RunContext<unknown, unknown> } | undefined {
  const { charter, stage } = world.room.governing
  const activity = activityOf(charter.process, run)
  const kind = activity && kindOf(activity.kind)
  if (!activity || !kind) return undefined
  const stateIn = (name: SpaceName): unknown => {
    const space = spaceIn(world, name)
    return space ? runState(space.governing, run, kind) : kind.empty
  }
  const current = stage !== undefined && runOf(stage, activity.id) === run
  return { kind, context: { world, me, charter, run, settings: activity.settings, current, stateIn, proofs } }
}

/**
 * Decides what follows from a command: events with the space that each is to be written to, in order, or one refusal.
 * Each event has been judged by the rules by which every other device will judge it.
 */
export function decide(
  world: World,
  command: Command,
  facts: Facts,
  proofs: Proofs,
): Result<readonly Addressed<unknown>[], Refusal> {
  const me = seatOf(world.room.governing.roster, world.me)
  if (!me) return err({ code: 'not-a-member' })
  const events =
    'run' in command
      ? decideRun(world, me, command, facts, proofs)
      : isDestructionCommand(command)
        ? decideDestruction(world, me, command, facts, proofs)
        : isPastChapterCommand(command)
          ? decidePastChapter(world, me, command, facts, proofs)
          : isDoorCommand(command)
            ? decideDoor(world, me, command, facts, proofs)
            : isLegCommand(command)
              ? decideLeg(world, me, command, facts)
              : decideStage(world, me, command)
  if (!events.ok) return events
  const refused = refuseEvents(world, me, events.value, proofs)
  return refused ? err({ code: refused }) : events
}

/** Judges events as every device will, each after the ones before it. */
function refuseEvents(
  world: World,
  me: Seat,
  events: readonly Addressed<unknown>[],
  proofs: Proofs,
): string | undefined {
  const spaces = new Map<SpaceName, SpaceState>()
  for (const { space, event } of events) {
    const state = spaces.get(space) ?? spaceIn(world, space)
    if (!state || !seatOf(state.governing.roster, me.id)) return 'not-in-this-space'
    const after = replay(state, { id: '', by: me.id, body: event }, proofs)
    if (!after.ok) return after.error
    spaces.set(space, after.value)
  }
  return undefined
}

function decideRun(
  world: World,
  me: Seat,
  { run, command }: RunCommand,
  facts: Facts,
  proofs: Proofs,
): Result<readonly Addressed<unknown>[], Refusal> {
  const found = runContext(world, me, run, proofs)
  if (!found || kindOfCommand(command.type) !== found.kind) return err({ code: 'unknown-command' })
  const { leaving, affirmed, paused } = world.room.governing
  if (leaving.includes(me.id)) return err({ code: 'has-left' })
  if (!affirmed.includes(me.id)) return err({ code: 'not-affirmed' })
  if (paused && !found.kind.takingBack?.includes(command.type)) return err({ code: 'paused' })
  const isOver = !found.context.current && !found.kind.afterwards?.includes(command.type)
  if (isOver) return err({ code: 'not-this-stage' })
  return found.kind.decide(command, found.context, facts)
}

function decideStage(
  world: World,
  me: Seat,
  command: Exclude<StageCommand, DestructionCommand | PastChapterCommand | DoorCommand | LegCommand>,
): Result<readonly Addressed<StageEvent>[], Refusal> {
  switch (command.type) {
    case 'affirmRules':
      return ok([{ space: 'room', event: { v: 1, type: 'rules.affirmed' } }])
    case 'pause':
      return ok([{ space: 'room', event: { v: 1, type: 'room.paused' } }])
    case 'resume':
      return ok([{ space: 'room', event: { v: 1, type: 'room.resumed' } }])
    case 'leave':
      return leave(world, me)
    case 'enterStage':
      return enterStage(world, command.stage, cleanText(command.reason ?? ''))
  }
}

/** Each space is told, because each is judged from its own log; one that has been told already is left out (DG9). */
function leave(world: World, me: Seat): Result<readonly Addressed<StageEvent>[], Refusal> {
  const caucuses = world.room.governing.charter.sides.map((side) => caucusOf(side.id))
  const spaces: readonly SpaceName[] = ['room', 'panel', 'outbox', ...caucuses]
  const events = spaces.flatMap((space): readonly Addressed<StageEvent>[] => {
    const governing = spaceIn(world, space)?.governing
    const told = !governing || !seatOf(governing.roster, me.id) || governing.leaving.includes(me.id)
    return told ? [] : [{ space, event: { v: 1, type: 'seat.leaving' } }]
  })
  return events.length > 0 ? ok(events) : err({ code: 'has-left' })
}

/** Forward needs the exit met or a reason; back and again are always free (R02, R03, DG8). */
function enterStage(world: World, stage: string, reason: string): Result<readonly Addressed<StageEvent>[], Refusal> {
  const { governing } = world.room
  const ids = governing.charter.process.stages.map((one) => one.id)
  const from = ids.indexOf(governing.stage?.stage ?? '')
  const to = ids.indexOf(stage)
  if (to < 0) return err({ code: 'no-such-stage' })
  const free = to <= from || (to === from + 1 && exitMet(world))
  if (!free && reason === '') return err({ code: 'reason-needed' })
  const entered: Addressed<StageEvent> = {
    space: 'room',
    event: { v: 1, type: 'stage.entered', stage, visit: (governing.stage?.visits[stage] ?? 0) + 1 },
  }
  return ok(
    reason !== ''
      ? [{ space: 'panel', event: { v: 1, type: 'reason.noted', stage, text: reason } }, entered]
      : [entered],
  )
}
