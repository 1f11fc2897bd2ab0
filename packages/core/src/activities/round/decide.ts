import type { Addressed, Facts, Refusal, RunContext } from '../../activity.ts'
import type { ContributionId } from '../../ids.ts'
import { err, ok, type Result } from '../../result.ts'
import { labelOfRun } from '../../run.ts'
import type { Attribution } from '../../state.ts'
import { sayable } from '../../texts.ts'
import { offerOf, type Round, type RoundEvent, type RoundSettings, secretFor } from './events.ts'

export type RoundCommand =
  | { readonly type: 'openRound' }
  /** `unopened`: also where this device has nothing that opens what was written (RD9). */
  | { readonly type: 'closeRound'; readonly unopened?: true }
  | { readonly type: 'offerContribution'; readonly text: string; readonly attribution: Attribution }
  | { readonly type: 'withdrawContribution'; readonly contribution: ContributionId }
  | { readonly type: 'passRound' }
  /** Facilitators' devices, by themselves: the panel needs the round's secrets no more. */
  | { readonly type: 'dropRoundKeys' }

/** Decides what follows from a command. A pass is written where only its author reads, and undoes nothing (RD5). */
export function decideRound(
  command: RoundCommand,
  context: RunContext<RoundSettings, Round>,
  facts: Facts,
): Result<readonly Addressed<RoundEvent>[], Refusal> {
  const { run } = context
  switch (command.type) {
    case 'openRound':
      return open(context, facts)
    case 'closeRound':
      return close(command, context)
    case 'passRound':
      if (offerOf(context)) return err({ code: 'already-offered' })
      return ok([{ space: 'own', event: { v: 1, type: 'round.passed', run } }])
    case 'dropRoundKeys':
      if (!isOver(context)) return err({ code: 'out-of-order' })
      return ok([{ space: 'panel', event: { v: 1, type: 'round.keys-dropped', run } }])
    case 'offerContribution': {
      const words = sayable(command.text, facts, context.stateIn('room').key)
      if (!words.ok) return words
      const id = facts.newId() as ContributionId
      const { attribution } = command
      return ok([
        { space: 'room', event: { v: 1, type: 'contribution.offered', run, id, words: words.value, attribution } },
      ])
    }
    case 'withdrawContribution':
      return ok([
        { space: 'room', event: { v: 1, type: 'contribution.withdrawn', run, contribution: command.contribution } },
      ])
  }
}

/** What opens the words is kept in the panel before anybody can write (RD8). */
function open(
  { run, me }: RunContext<RoundSettings, Round>,
  facts: Facts,
): Result<readonly Addressed<RoundEvent>[], Refusal> {
  if (me.role !== 'facilitator') return err({ code: 'not-a-facilitator' })
  const { key, secret } = facts.roundKey()
  return ok([
    { space: 'panel', event: { v: 1, type: 'round.key-kept', run, secret } },
    { space: 'room', event: { v: 1, type: 'round.opened', run, key } },
  ])
}

function close(
  { unopened }: RoundCommand & { readonly type: 'closeRound' },
  context: RunContext<RoundSettings, Round>,
): Result<readonly Addressed<RoundEvent>[], Refusal> {
  const { run, me } = context
  const secret = secretFor(context)
  const lacks = me.role === 'facilitator' && context.stateIn('room').status === 'open' && secret === undefined
  if (lacks && !unopened) return err({ code: 'no-round-key' })
  const event = { v: 1, type: 'round.closed', run, ...(secret !== undefined && { secret }) } as const
  return ok([{ space: 'room', event }])
}

/** The panel keeps what opens a round as long as somebody may have to close it, and no longer (RD8). */
export function followUpRound(context: RunContext<RoundSettings, Round>): readonly RoundCommand[] {
  const { me, stateIn } = context
  return me.role === 'facilitator' && isOver(context) && stateIn('panel').secrets ? [{ type: 'dropRoundKeys' }] : []
}

/**
 * Whether nobody can have to close it any more: it has closed, or the room has left its visit. A room that this device
 * has not read as far as the panel has not come to the visit yet.
 */
function isOver({ world, run, current, stateIn }: RunContext<RoundSettings, Round>): boolean {
  const [stage = '', visit = ''] = labelOfRun(run).split('#')
  const known = world.room.governing.stage?.visits[stage] ?? 0
  return stateIn('room').status === 'closed' || (!current && Number(visit) <= known)
}
