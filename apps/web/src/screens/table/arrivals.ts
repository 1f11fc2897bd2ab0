import type { InvitationView } from '@antechamber/client'
import { bringIntoSight } from '../../ui/attention.ts'

/** The heading of the table, to which a notice elsewhere may lead. */
export const TABLE_ID = 'table'

/** Brings the table into sight, and a screen reader to it. */
export const goToTable = (): void => bringIntoSight(document.getElementById(TABLE_ID))

/** Invitations by which somebody waits to be let in. */
export const arrivalsOf = (invitations: readonly InvitationView[]): readonly InvitationView[] =>
  invitations.filter(({ state }) => state === 'arrived' || state === 'two-joins')
