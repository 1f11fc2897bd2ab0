import type { InvitationView } from '@antechamber/client'
import { i18n } from '../../i18n/i18n.svelte.ts'
import { bringIntoSight } from '../../ui/attention.ts'

/** The heading of the table, to which a notice elsewhere may lead. */
export const TABLE_ID = 'table'

/** Brings the table into sight, and a screen reader to it. */
export const goToTable = (): void => bringIntoSight(document.getElementById(TABLE_ID))

/** Invitations by which somebody waits to be let in. */
export const arrivalsOf = (invitations: readonly InvitationView[]): readonly InvitationView[] =>
  invitations.filter(({ state }) => state === 'arrived' || state === 'two-joins')

/** Who is at the door, in one line; an invitation that two have used lets nobody in, so it is told only where nobody waits. */
export function doorText(invitations: readonly InvitationView[]): string | undefined {
  const arrivals = arrivalsOf(invitations)
  const waiting = arrivals.filter(({ state }) => state === 'arrived').length
  if (waiting > 0) return i18n.m.desk.card.arrivals({ n: waiting })
  return arrivals.length > 0 ? i18n.m.invitations.arrivals.two : undefined
}
