import type { RunContext } from '../../activity.ts'
import { figure, type ShownContribution, type ShownOrigin, showContribution, shownOrigin } from '../../disclosure.ts'
import type { RestatementId, SeatId, SideId } from '../../ids.ts'
import type { Texts } from '../../process.ts'
import type { SpaceState } from '../../state.ts'
import { MAX_WORDS_CHARS, textIn } from '../../texts.ts'
import {
  type Attempt,
  isAttemptOf,
  isMirrored,
  isOfOthers,
  type Mirroring,
  type MirroringSettings,
  type Verdict,
} from './events.ts'

/** A restatement as a reader meets it. It is shown as its side's, by name to nobody. */
export interface ShownRestatement {
  readonly id: RestatementId
  /** Undefined where this device may not read it. */
  readonly text: string | undefined
  readonly origin: ShownOrigin
}

/** Words of another side that this person may say in their own words. */
export interface ToRestate {
  readonly contribution: ShownContribution
  /**
   * What this person has done with them. `waiting`: their restatement waits for the author, and they can offer no other
   * meanwhile; `partly` or `not-yet`: the author's answer, and they may try again.
   */
  readonly mine: 'nothing' | 'passed' | 'waiting' | 'partly' | 'not-yet'
  /** This person's latest restatement, if there is one. */
  readonly restatement: ShownRestatement | undefined
}

/** A restatement of this person's own words, waiting for them to say whether it is right. */
export interface ToJudge {
  readonly contribution: ShownContribution
  readonly restatement: ShownRestatement
}

/** A restatement of this person's own words, of which they have said that it is not right yet. */
export interface Answered extends ToJudge {
  readonly verdict: Exclude<Verdict, 'accurate'>
}

/** Words, and what somebody of another side understood, of which the author has said: accurate. */
export interface Confirmed {
  readonly contribution: ShownContribution
  readonly restatement: ShownRestatement
}

/**
 * Mirroring as one person meets it. Facilitators have nothing to restate or to judge; they see what is confirmed, and the words that are not.
 * All lists are in the order of the contributions' rounds and ids, which tells nothing about people.
 */
export interface MirroringView {
  readonly kind: 'mirroring'
  readonly prompt: Texts
  /** Longest restatement, in Unicode code points. */
  readonly maxChars: number
  readonly toRestate: readonly ToRestate[]
  readonly toJudge: readonly ToJudge[]
  /** What this person has answered last to each of those who may try again (MI10). An answer stays: there is no other. */
  readonly answered: readonly Answered[]
  /**
   * For facilitators: the words to be mirrored that are not confirmed, as everyone read them when their rounds closed.
   * Whether somebody has tried one yet is told to nobody but the two of them (MI5, MI7). Empty for participants.
   */
  readonly unconfirmed: readonly ShownContribution[]
  /** Shown to everyone in the room, side by side. */
  readonly confirmed: readonly Confirmed[]
  /** How many contributions there are to be mirrored, confirmed ones included. */
  readonly of: number
  /** How many restatements wait for their author, or undefined where so few are there that it would tell who (MI7). */
  readonly waiting: number | undefined
}

export function viewMirroring(context: RunContext<MirroringSettings, Mirroring>): MirroringView {
  const { world, me, settings } = context
  const { roster, contributions } = world.room.governing
  const { attempts } = context.stateIn('room')
  const pool = contributions.filter((one) => isMirrored(one, settings))
  const people = roster.filter((seat) => seat.role === 'participant').length
  return {
    kind: 'mirroring',
    prompt: settings.prompt,
    maxChars: MAX_WORDS_CHARS,
    toRestate: me.role === 'participant' ? toRestate(context) : [],
    toJudge: triedOfMine(context).flatMap(({ verdict, ...tried }) => (verdict === 'waiting' ? [tried] : [])),
    answered: triedOfMine(context).flatMap(({ verdict, ...tried }) =>
      verdict === 'waiting' ? [] : [{ ...tried, verdict }],
    ),
    unconfirmed:
      me.role === 'facilitator'
        ? pool.filter((one) => !one.confirmed).map((one) => showContribution(one, world.room, me.id))
        : [],
    confirmed: pool.flatMap((one) => {
      if (!one.confirmed) return []
      const restatement = { ...one.confirmed, id: one.confirmed.restatement }
      return [
        {
          contribution: showContribution(one, world.room, me.id),
          restatement: showRestatement(restatement, world.room, me.id),
        },
      ]
    }),
    of: pool.length,
    waiting: figure(attempts.filter((one) => one.verdict === 'waiting').length, people),
  }
}

/** All restatements of this person's words that are not confirmed, by contribution, then by id. */
function triedOfMine(
  context: RunContext<MirroringSettings, Mirroring>,
): readonly (ToJudge & Pick<Attempt, 'verdict'>)[] {
  const { world, me, settings } = context
  const { attempts } = context.stateIn('room')
  return world.room.governing.contributions
    .filter((one) => isMirrored(one, settings) && one.by === me.id && !one.confirmed)
    .flatMap((one) =>
      attempts
        .filter((attempt) => attempt.contribution === one.id)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((attempt) => ({
          contribution: showContribution(one, world.room, me.id),
          restatement: showRestatement(attempt, world.room, me.id),
          verdict: attempt.verdict,
        })),
    )
}

function toRestate(context: RunContext<MirroringSettings, Mirroring>): readonly ToRestate[] {
  const { world, me, settings } = context
  const { attempts } = context.stateIn('room')
  const { passed } = context.stateIn('own')
  return world.room.governing.contributions
    .filter((one) => isMirrored(one, settings) && isOfOthers(one, me) && !one.confirmed)
    .filter((one) => textIn(world.room, one.id) !== undefined)
    .map((one) => {
      const attempt = attempts.find((other) => isAttemptOf(other, one.id, me.id))
      return {
        contribution: showContribution(one, world.room, me.id),
        mine: attempt?.verdict ?? (passed.includes(one.id) ? 'passed' : 'nothing'),
        restatement: attempt && showRestatement(attempt, world.room, me.id),
      }
    })
}

const showRestatement = (
  { id, by, side }: { readonly id: RestatementId; readonly by: SeatId; readonly side?: SideId | undefined },
  room: SpaceState,
  reader: SeatId,
): ShownRestatement => ({
  id,
  text: textIn(room, id),
  origin: shownOrigin({ by, side, attribution: 'side' }, room.governing.roster, reader),
})
