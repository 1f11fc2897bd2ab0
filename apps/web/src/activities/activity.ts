import type { ActivityCommand, ActivityView, ContributionId, RunId, Side } from '@antechamber/core'
import type { LiveDialogue } from '../engine/engine.svelte.ts'

/** What the screen of an activity is given. It reads everything that changes through `live`. */
export interface ActivityProps<Kind extends ActivityView['kind'] = ActivityView['kind']> {
  readonly live: LiveDialogue
  readonly run: RunId
  readonly view: Extract<ActivityView, { readonly kind: Kind }>
}

/** What is given to show an activity that is over: to be read, and nothing else. */
export interface ReadingProps<Kind extends ActivityView['kind'] = ActivityView['kind']> {
  /** Only so that somebody can take back their own words. */
  readonly live: LiveDialogue
  readonly view: Extract<ActivityView, { readonly kind: Kind }>
  readonly sides: readonly Side[]
}

/** Whether this person may go on now: nobody may, while everyone has been asked to stop, but take back what is theirs (DG7). */
export const mayAct = ({ status }: LiveDialogue): boolean => status.view?.paused === false

/** Fewer people on a side than this, and what is shown of the side tells of each of them. */
const HIDES_EACH = 4

/** How many are on this person's side, where they are so few that each can be guessed; otherwise undefined. */
export function fewOnMySide({ status }: LiveDialogue): number | undefined {
  const { me, people } = status.view ?? {}
  const n = people?.filter(({ side }) => side === me?.side).length ?? 0
  return me?.side === undefined || n >= HIDES_EACH ? undefined : n
}

/** The round, of this stage or of an earlier visit, in which this person has shared these words. */
export function roundOf(
  { status }: LiveDialogue,
  contribution: ContributionId,
): { readonly run: RunId; readonly isOpen: boolean } | undefined {
  const { runs = [], past = [] } = status.view ?? {}
  for (const { run, view } of [...runs, ...past.flatMap((visit) => visit.runs)]) {
    if (view.kind !== 'round') continue
    const isMine = view.mine.state === 'offered' && view.mine.id === contribution
    if (isMine || view.pool.some(({ id }) => id === contribution)) return { run, isOpen: view.status === 'open' }
  }
  return undefined
}

/**
 * Whether nothing comes or goes: this device no longer trusts what it is sent, or shows what it has kept, without the
 * relay.
 */
export const isStopped = ({ status }: LiveDialogue): boolean =>
  status.readSince !== undefined || status.notices.some(({ code }) => code === 'stopped')

/** Whether this person can take these words of theirs back now: also while everyone has been asked to stop (DG7). */
export const mayTakeBack = (live: LiveDialogue, contribution: ContributionId): boolean =>
  !isStopped(live) && roundOf(live, contribution) !== undefined

/** The newest command of that type in this run that is not done yet. */
export function pendingIn<Type extends ActivityCommand['type']>(
  { status }: LiveDialogue,
  run: RunId,
  type: Type,
): Extract<ActivityCommand, { readonly type: Type }> | undefined {
  const found = status.pending.findLast(
    ({ command }) => 'run' in command && command.run === run && command.command.type === type,
  )?.command
  return found && 'run' in found ? (found.command as Extract<ActivityCommand, { readonly type: Type }>) : undefined
}

/** Where an activity stands in its stage: under way, not begun, or over. */
export function standing(view: ActivityView): 'now' | 'ahead' | 'done' {
  switch (view.kind) {
    case 'ground-rules':
      return view.mine && view.everyone ? 'done' : 'now'
    case 'round':
      return view.status === 'open' ? 'now' : view.status === 'closed' ? 'done' : 'ahead'
    case 'brief':
      return view.released ? 'done' : 'now'
    case 'mirroring':
      return 'now'
  }
}
