import type { Addressed, Facts, Proofs, Refusal, World } from '../activity.ts'
import { isBehind } from '../behind.ts'
import { err, ok, type Result } from '../result.ts'
import type { Seat } from '../roster.ts'
import { caucusOf, type SpaceName } from '../space.ts'
import { hasTurned, QUORUM_OF, refuseAbsence } from '../turns.ts'
import type { Destruction, DestructionEvent } from './events.ts'
import { subjectOf, turnsIn } from './extent.ts'

export type DestructionCommand =
  /** Facilitators: asks every side whether all that was said up to a chapter, the last of a stage's visit, be destroyed. */
  | { readonly type: 'askDestruction'; readonly upTo: string }
  /** Facilitators: asks no more, as long as not every side has agreed. */
  | { readonly type: 'dropDestruction' }
  /** Participants: says yes. May be taken back with `holdDestruction` until it takes effect. */
  | { readonly type: 'turnDestruction' }
  /** Participants: says "not yet", whatever they have said before. */
  | { readonly type: 'holdDestruction' }
  /** Facilitators' devices, by themselves: tells the room that every side has agreed. */
  | { readonly type: 'agreeDestruction' }
  /** Devices, by themselves: says that they have deleted what they had of destroyed chapters. */
  | { readonly type: 'confirmDestruction'; readonly destruction: string; readonly device: string }

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

const inRoom = (event: DestructionEvent): Decided => ok([{ space: 'room', event }])

/** Decides what follows from a command. */
export function decideDestruction(
  world: World,
  me: Seat,
  command: DestructionCommand,
  facts: Facts,
  proofs: Proofs,
): Decided {
  const { affirmed, paused, destruction } = world.room.governing
  if (command.type === 'confirmDestruction')
    return inRoom({ v: 1, type: 'destruction.confirmed', id: command.destruction, device: command.device })
  if (!affirmed.includes(me.id)) return err({ code: 'not-affirmed' })
  if (command.type === 'askDestruction')
    return inRoom({ v: 1, type: 'destruction.asked', id: facts.newId(), upTo: command.upTo })
  if (!destruction) return err({ code: 'no-such-destruction' })
  // A yes can be taken back always; the rest waits while the room is paused.
  if (command.type === 'holdDestruction') return hold(world, me, destruction, proofs)
  if (command.type === 'dropDestruction') return inRoom({ v: 1, type: 'destruction.stopped', id: destruction.id })
  if (paused) return err({ code: 'paused' })
  return command.type === 'turnDestruction'
    ? turn(world, me, destruction, facts, proofs)
    : agree(world, destruction, proofs)
}

const myCaucus = (me: Seat): SpaceName | undefined =>
  me.role === 'participant' && me.side !== undefined ? caucusOf(me.side) : undefined

/** Whether this person's caucus has their yes. */
export function hasTurnedFor(world: World, me: Seat, destruction: Destruction, proofs: Proofs): boolean {
  const caucus = me.side === undefined ? undefined : world.caucuses[me.side]
  const subject = subjectOf(proofs, world.room.governing.charter, destruction)
  return caucus !== undefined && hasTurned(caucus.governing.turns, destruction.id, subject, me.id)
}

function turn(world: World, me: Seat, destruction: Destruction, facts: Facts, proofs: Proofs): Decided {
  const space = myCaucus(me)
  if (!space) return err({ code: 'not-a-participant' })
  if (hasTurnedFor(world, me, destruction, proofs)) return err({ code: 'already-turned' })
  const subject = subjectOf(proofs, world.room.governing.charter, destruction)
  const signature = facts.sign(subject)
  return ok([{ space, event: { v: 1, type: 'turn.given', about: destruction.id, subject, signature } }])
}

/** First where it counts: in the room, once every side has agreed; then where the side reads; then for oneself (DX4). */
function hold(world: World, me: Seat, destruction: Destruction, proofs: Proofs): Decided {
  const space = myCaucus(me)
  if (!space) return err({ code: 'not-a-participant' })
  const { id: about, turns } = destruction
  const events: Addressed<DestructionEvent>[] = []
  if (turns?.[me.id]) events.push({ space: 'room', event: { v: 1, type: 'destruction.stopped', id: about } })
  if (hasTurnedFor(world, me, destruction, proofs)) events.push({ space, event: { v: 1, type: 'turn.revoked', about } })
  return ok([...events, { space: 'own', event: { v: 1, type: 'turn.passed', about } }])
}

function agree(world: World, destruction: Destruction, proofs: Proofs): Decided {
  const subject = subjectOf(proofs, world.room.governing.charter, destruction)
  if (isBehind(world)) return err({ code: 'turn-missing' })
  const turns = turnsIn(world.caucuses, destruction.id, subject)
  return inRoom({ v: 1, type: 'destruction.agreed', id: destruction.id, turns })
}

/** A facilitator's device tells the room that every side has agreed, as soon as the caucuses say so. */
export function followUpDestruction(world: World, me: Seat, proofs: Proofs): readonly DestructionCommand[] {
  const { destruction, charter } = world.room.governing
  if (me.role !== 'facilitator' || !destruction || destruction.turns || isBehind(world)) return []
  const turns = turnsIn(world.caucuses, destruction.id, subjectOf(proofs, charter, destruction))
  const isAgreed = refuseAbsence(world.room.governing, turns, QUORUM_OF.destruction) === undefined
  return isAgreed ? [{ type: 'agreeDestruction' }] : []
}
