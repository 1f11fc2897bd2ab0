import type { Addressed, Facts, Refusal, RunContext } from '../../activity.ts'
import type { ContributionId, RestatementId } from '../../ids.ts'
import { err, ok, type Result } from '../../result.ts'
import { sayable, textIn } from '../../texts.ts'
import type { Mirroring, MirroringEvent, MirroringSettings, Verdict } from './events.ts'

export type MirroringCommand =
  /** Says another's words in one's own. */
  | { readonly type: 'offerRestatement'; readonly contribution: ContributionId; readonly text: string }
  /** Says whether a restatement of one's own words is right. */
  | { readonly type: 'judgeRestatement'; readonly restatement: RestatementId; readonly verdict: Verdict }
  /** Leaves a contribution to others to restate; nobody is told. It may still be restated later. */
  | { readonly type: 'passRestating'; readonly contribution: ContributionId }

/** Decides what follows from a command. A pass is written where only its author reads (MI6). */
export function decideMirroring(
  command: MirroringCommand,
  { run, world }: RunContext<MirroringSettings, Mirroring>,
  facts: Facts,
): Result<readonly Addressed<MirroringEvent>[], Refusal> {
  switch (command.type) {
    case 'offerRestatement': {
      const { contribution } = command
      const words = sayable(command.text, facts)
      if (!words.ok) return words
      if (textIn(world.room, contribution) === undefined) return err({ code: 'not-readable' })
      const id = facts.newId() as RestatementId
      return ok([
        { space: 'room', event: { v: 1, type: 'restatement.offered', run, id, contribution, words: words.value } },
      ])
    }
    case 'judgeRestatement': {
      const { restatement, verdict } = command
      return ok([{ space: 'room', event: { v: 1, type: 'restatement.judged', run, restatement, verdict } }])
    }
    case 'passRestating':
      return ok([{ space: 'own', event: { v: 1, type: 'mirroring.passed', run, contribution: command.contribution } }])
  }
}
