import type { AnyCommand, Notice } from '@antechamber/client'
import type { DialogueView } from '@antechamber/core'
import { draftField } from '../../activities/mirroring/draft-field.ts'

/** What somebody wrote in a command, so that a refusal can give it back; undefined where it has no words. */
export function textIn(command: AnyCommand): string | undefined {
  if ('run' in command) return 'text' in command.command ? command.command.text : undefined
  if (command.type === 'sayInLeg') return command.text
  return command.type === 'enterStage' ? command.reason : undefined
}

/** The field that a refused text can go back into, as long as the activity still takes it. */
export function fieldOf(command: AnyCommand, view: DialogueView | undefined): string | undefined {
  if (!('run' in command)) return undefined
  const { run, command: asked } = command
  const now = view?.runs.find((one) => one.run === run)?.view
  if (asked.type === 'offerContribution' && now?.kind === 'round' && now.status === 'open') return run
  if (asked.type !== 'offerRestatement' || now?.kind !== 'mirroring') return undefined
  return now.toRestate.some(({ contribution }) => contribution.id === asked.contribution)
    ? draftField(run, asked.contribution)
    : undefined
}

/** Refusals that only say that what was wanted is so already. */
const HARMLESS = ['already-affirmed', 'already-paused', 'not-paused', 'already-judged', 'has-left']

/** Whether a refusal is nothing to bother a person with. */
export const isSilent = ({ why, command }: Extract<Notice, { readonly code: 'refused' }>): boolean =>
  HARMLESS.includes(why) && textIn(command) === undefined
