import type { LiveDialogue } from '../../engine/engine.svelte.ts'

/** Whether something that was asked about an invitation is still under way. */
export const isPendingFor = ({ status }: LiveDialogue, invitation: string): boolean =>
  status.pending.some(({ command }) => 'invitation' in command && command.invitation === invitation)

/** Whether a move to another stage is still under way. */
export const isMoving = ({ status }: LiveDialogue): boolean =>
  status.pending.some(({ command }) => 'type' in command && command.type === 'enterStage')
