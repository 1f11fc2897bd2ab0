import type { Addressed, Facts, Proofs, Refusal, World } from '../activity.ts'
import { countedIn, isBehind } from '../behind.ts'
import { err, ok, type Result } from '../result.ts'
import type { Seat } from '../roster.ts'
import { caucusOf, type SpaceName, spaceKind } from '../space.ts'
import { spaceIn } from '../space-in.ts'
import type { Governing } from '../state.ts'
import { hasTurned, refuseAbsence, type Turns } from '../turns.ts'
import type { Destruction, DestructionEvent } from './events.ts'
import { purposeIn, quorumIn, subjectOf, turnsIn } from './extent.ts'

/**
 * `destruction`: the one that this person was shown. What they say while they are not connected is carried out later, and
 * must not become an answer to another that is asked by then.
 */
interface Shown {
  readonly destruction?: string | undefined
}

type Act =
  /** Asks whether all that was said up to a chapter be destroyed: in the room a facilitator, up to the last of a visit. */
  | { readonly type: 'askDestruction'; readonly upTo: string }
  /** Whoever may ask: asks no more, as long as it is not agreed. In `own`, until it takes effect. */
  | ({ readonly type: 'dropDestruction' } & Shown)
  /** Whoever is asked: says yes. May be taken back with `holdDestruction` until it takes effect. */
  | ({ readonly type: 'turnDestruction' } & Shown)
  /** Whoever is asked: says "not yet", whatever they have said before. */
  | ({ readonly type: 'holdDestruction' } & Shown)
  /** Facilitators' devices, by themselves: tells the space that it is agreed. */
  | { readonly type: 'agreeDestruction' }
  /** Devices, by themselves: says that they have deleted what they had of destroyed chapters. */
  | { readonly type: 'confirmDestruction'; readonly destruction: string; readonly device: string }

/** `space`: what it is about; the room, where none is named. */
export type DestructionCommand = Act & { readonly space?: SpaceName | undefined }

type Decided = Result<readonly Addressed<DestructionEvent>[], Refusal>

const COMMANDS: ReadonlySet<string> = new Set<DestructionCommand['type']>([
  'askDestruction',
  'dropDestruction',
  'turnDestruction',
  'holdDestruction',
  'agreeDestruction',
  'confirmDestruction',
])
export const isDestructionCommand = (command: { readonly type: string }): command is DestructionCommand =>
  COMMANDS.has(command.type)

/** What is asked in one space, as one reader meets it. */
export interface InSpace {
  readonly world: World
  readonly me: Seat
  readonly governing: Governing
  readonly proofs: Proofs
}

/** Decides what follows from a command. */
export function decideDestruction(
  world: World,
  me: Seat,
  command: DestructionCommand,
  facts: Facts,
  proofs: Proofs,
): Decided {
  const { affirmed, paused } = world.room.governing
  const space = command.space ?? 'room'
  const governing = spaceIn(world, space)?.governing
  if (!governing) return err({ code: 'not-in-this-space' })
  const inSpace = (event: DestructionEvent): Decided => ok([{ space, event }])
  if (command.type === 'confirmDestruction')
    return inSpace({ v: 1, type: 'destruction.confirmed', id: command.destruction, device: command.device })
  if (!affirmed.includes(me.id)) return err({ code: 'not-affirmed' })
  const of: InSpace = { world, me, governing, proofs }
  const { destruction } = governing
  // What is one's own one may always delete, and a yes can be taken back always; the rest waits while the room is paused.
  const waits = paused && space !== 'own'
  if (command.type === 'askDestruction')
    return waits
      ? err({ code: 'paused' })
      : inSpace({ v: 1, type: 'destruction.asked', id: facts.newId(), upTo: command.upTo })
  const isAnother =
    'destruction' in command && command.destruction !== undefined && command.destruction !== destruction?.id
  if (!destruction || isAnother) return err({ code: 'no-such-destruction' })
  if (command.type === 'holdDestruction') return hold(of, destruction)
  if (command.type === 'dropDestruction') return inSpace({ v: 1, type: 'destruction.stopped', id: destruction.id })
  if (waits) return err({ code: 'paused' })
  return command.type === 'turnDestruction' ? turn(of, destruction, facts) : agree(of, destruction)
}

/** Where this person's yes to it is given; undefined for those who are not asked. */
export function votingSpace({ me, governing: { space } }: Pick<InSpace, 'me' | 'governing'>): SpaceName | undefined {
  if (spaceKind(space) === 'own') return undefined
  if (spaceKind(space) === 'leg') return space
  if (space === 'panel') return me.role === 'facilitator' ? 'panel' : undefined
  return me.role === 'participant' && me.side !== undefined ? caucusOf(me.side) : undefined
}

/** Whether this person's yes to it stands. */
export function hasTurnedFor(of: InSpace, destruction: Destruction): boolean {
  const space = votingSpace(of)
  const turns = space && spaceIn(of.world, space)?.governing.turns
  const subject = subjectOf(of.proofs, of.governing, destruction)
  return turns !== undefined && hasTurned(turns, destruction.id, subject, of.me.id)
}

/** Who is not asked says neither yes nor "not yet". */
const notAsked = ({ governing: { space } }: InSpace): Decided =>
  err({ code: space === 'panel' ? 'not-a-facilitator' : 'not-a-participant' })

function turn(of: InSpace, destruction: Destruction, facts: Facts): Decided {
  const [space, purpose] = [votingSpace(of), purposeIn(of.governing)]
  if (!space || !purpose) return notAsked(of)
  if (hasTurnedFor(of, destruction)) return err({ code: 'already-turned' })
  const subject = subjectOf(of.proofs, of.governing, destruction)
  const signature = facts.sign(subject)
  return ok([{ space, event: { v: 1, type: 'turn.given', purpose, about: destruction.id, subject, signature } }])
}

/** First where it counts, once it is agreed; then where those who are asked read; then for oneself (DX4). */
function hold(of: InSpace, destruction: Destruction): Decided {
  const space = votingSpace(of)
  if (!space) return notAsked(of)
  const { id: about, turns } = destruction
  const events: Addressed<DestructionEvent>[] = []
  if (turns?.[of.me.id])
    events.push({ space: of.governing.space, event: { v: 1, type: 'destruction.stopped', id: about } })
  if (hasTurnedFor(of, destruction)) events.push({ space, event: { v: 1, type: 'turn.revoked', about } })
  // Facilitators have no space of their own.
  if (of.world.own) events.push({ space: 'own', event: { v: 1, type: 'turn.passed', about } })
  return events.length > 0 ? ok(events) : err({ code: 'not-turned' })
}

/** The yeses to it that stand, as far as this device reads; undefined where it cannot tell whether they still do (TN5). */
function standing({ world, governing, proofs }: InSpace, destruction: Destruction): Turns | undefined {
  const subject = subjectOf(proofs, governing, destruction)
  if (governing.space !== 'room') return turnsIn([governing], destruction.id, subject)
  if (isBehind(world)) return undefined
  const caucuses = Object.values(world.caucuses).map((caucus) => caucus.governing)
  return countedIn(world, turnsIn(caucuses, destruction.id, subject), subject, proofs)
}

function agree(of: InSpace, destruction: Destruction): Decided {
  const { space } = of.governing
  const turns = standing(of, destruction)
  if (!turns) return err({ code: 'turn-missing' })
  return ok([{ space, event: { v: 1, type: 'destruction.agreed', id: destruction.id, turns } }])
}

/**
 * A facilitator's device tells a space that it is agreed there, as soon as the yeses say so. A participant's stops in the
 * room what carries a yes of theirs all the same that they had taken back: it was used before that was read (DX4).
 */
export function followUpDestruction(world: World, me: Seat, proofs: Proofs): readonly DestructionCommand[] {
  if (me.role !== 'facilitator') return isOverridden(world, me, proofs) ? [{ type: 'holdDestruction' }] : []
  const others = [...Object.values(world.caucuses), ...Object.values(world.legs ?? {})]
  const spaces = [world.room, ...others, ...(world.panel ? [world.panel] : [])]
  return spaces.flatMap(({ governing }): readonly DestructionCommand[] => {
    const { destruction, space } = governing
    if (!destruction || destruction.turns) return []
    const turns = standing({ world, me, governing, proofs }, destruction)
    const isComplete = turns && refuseAbsence(governing, turns, quorumIn(governing)) === undefined
    return isComplete ? [{ type: 'agreeDestruction', ...(space !== 'room' && { space }) }] : []
  })
}

/** Whether the room uses a yes that this person has taken back, and not only one that has died since of its age (DX12). */
function isOverridden(world: World, me: Seat, proofs: Proofs): boolean {
  const { governing } = world.room
  const { destruction } = governing
  if (!destruction?.turns?.[me.id] || !world.own?.governing.passed.includes(destruction.id)) return false
  return !hasTurnedFor({ world, me, governing, proofs }, destruction)
}
