import type { InvitationView } from '@antechamber/client'

/** The heading of the table, to which a notice elsewhere may lead. */
export const TABLE_ID = 'table'

/** Brings the table into sight, and a screen reader to it. */
export function goToTable(): void {
  const heading = document.getElementById(TABLE_ID)
  heading?.focus({ preventScroll: true })
  heading?.scrollIntoView({ block: 'start', behavior: 'smooth' })
}

/** Invitations by which somebody waits to be let in. */
export const arrivalsOf = (invitations: readonly InvitationView[]): readonly InvitationView[] =>
  invitations.filter(({ state }) => state === 'arrived' || state === 'two-joins')
