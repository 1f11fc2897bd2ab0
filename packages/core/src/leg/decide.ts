import type { Addressed, Facts, Refusal, World } from '../activity.ts'
import type { SeatId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import { type Seat, seatOf } from '../roster.ts'
import { legOf, type SpaceName } from '../space.ts'
import { spaceIn } from '../space-in.ts'
import { sayable } from '../texts.ts'
import type { LegEvent } from './events.ts'

export type LegCommand =
  /** Says something to one facilitator alone, or to one participant. */
  | { readonly type: 'sayInLeg'; readonly with: SeatId; readonly text: string }
  /** Takes back one's own words. */
  | { readonly type: 'takeBackInLeg'; readonly with: SeatId; readonly id: string }

export const isLegCommand = (command: { readonly type: string }): command is LegCommand =>
  command.type === 'sayInLeg' || command.type === 'takeBackInLeg'

/** The name of this person's leg with somebody in the room; undefined where the two can have none (LE1). */
export function legWith({ me, room }: Pick<World, 'me' | 'room'>, other: SeatId): SpaceName | undefined {
  const { roster } = room.governing
  const [mine, theirs] = [seatOf(roster, me), seatOf(roster, other)]
  if (!mine || !theirs || mine.role === theirs.role) return undefined
  return mine.role === 'participant' ? legOf(me, other) : legOf(other, me)
}

/** Decides what follows from a command. Also while the room is paused: then people may need it most (LE5). */
export function decideLeg(
  world: World,
  me: Seat,
  command: LegCommand,
  facts: Facts,
): Result<readonly Addressed<LegEvent>[], Refusal> {
  const { affirmed, leaving } = world.room.governing
  if (leaving.includes(me.id)) return err({ code: 'has-left' })
  if (!affirmed.includes(me.id)) return err({ code: 'not-affirmed' })
  const space = legWith(world, command.with)
  const governing = space && spaceIn(world, space)?.governing
  // Words for somebody who is not there would be read by nobody, and could not be given to them later.
  if (!space || !governing || !seatOf(governing.roster, command.with)) return err({ code: 'not-there' })
  if (command.type === 'takeBackInLeg') return ok([{ space, event: { v: 1, type: 'leg.withdrawn', id: command.id } }])
  const words = sayable(command.text, facts)
  if (!words.ok) return words
  return ok([{ space, event: { v: 1, type: 'leg.said', id: facts.newId(), words: words.value } }])
}
