import type { DialogueStatus } from '@antechamber/client'

/** What a person sees of a relay that does not do what it should, by the codes of the client's status. */
export type Sign = string

/**
 * - `fork`, `unconfirmed`, `stopped: <why>`, `refused: <why>`, `failed: <why>`: a notice of that code
 * - `waits`: what they wrote is shown as not sent yet
 * - `away`: they are told that there is no connection
 * - `shut-out`: they are told that the room is closed to them
 * - `two-joins`: an invitation is shown as used by two
 */
export function signsOf({ notices, pending, isLive, isShutOut, phase, invitations }: DialogueStatus): readonly Sign[] {
  const told = notices.map((notice) => ('why' in notice ? `${notice.code}: ${notice.why}` : notice.code))
  const isStopped = notices.some(({ code }) => code === 'stopped')
  return [
    ...new Set(told),
    ...(pending.length > 0 ? ['waits'] : []),
    ...(phase === 'inside' && !isLive && !isShutOut && !isStopped ? ['away'] : []),
    ...(isShutOut ? ['shut-out'] : []),
    ...(invitations.some(({ state }) => state === 'two-joins') ? ['two-joins'] : []),
  ]
}
