import type { AnyCommand } from '@antechamber/client'
import { act } from './act.svelte.ts'
import type { LiveDialogue } from './engine.svelte.ts'

/**
 * Gives a command whose refusal is told where it was given, and not among the notices of the room.
 *
 * @returns the code of the rule that refused it, or undefined
 */
export async function ask(live: LiveDialogue, command: AnyCommand): Promise<string | undefined> {
  const outcome = await act(live.dialogue, command)
  if (!outcome || outcome.done) return undefined
  const asked = JSON.stringify(command)
  const told = live.status.notices.find((one) => one.code === 'refused' && JSON.stringify(one.command) === asked)
  if (told?.code === 'refused') await live.dialogue.dismiss(told.id)
  return outcome.code
}
