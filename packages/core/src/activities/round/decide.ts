import type { Addressed, Facts, Refusal, RunContext } from '../../activity.ts'
import type { ContributionId } from '../../ids.ts'
import { err, ok, type Result } from '../../result.ts'
import type { Attribution } from '../../state.ts'
import { sayable } from '../../texts.ts'
import { offerOf, type Round, type RoundEvent, type RoundSettings } from './events.ts'

export type RoundCommand =
  | { readonly type: 'openRound' }
  | { readonly type: 'closeRound' }
  | { readonly type: 'offerContribution'; readonly text: string; readonly attribution: Attribution }
  | { readonly type: 'withdrawContribution'; readonly contribution: ContributionId }
  | { readonly type: 'passRound' }

/** Decides what follows from a command. A pass is written where only its author reads, and undoes nothing (RD5). */
export function decideRound(
  command: RoundCommand,
  context: RunContext<RoundSettings, Round>,
  facts: Facts,
): Result<readonly Addressed<RoundEvent>[], Refusal> {
  const { run } = context
  switch (command.type) {
    case 'openRound':
      return ok([{ space: 'room', event: { v: 1, type: 'round.opened', run } }])
    case 'closeRound':
      return ok([{ space: 'room', event: { v: 1, type: 'round.closed', run } }])
    case 'passRound':
      if (offerOf(context)) return err({ code: 'already-offered' })
      return ok([{ space: 'own', event: { v: 1, type: 'round.passed', run } }])
    case 'offerContribution': {
      const words = sayable(command.text, facts)
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
