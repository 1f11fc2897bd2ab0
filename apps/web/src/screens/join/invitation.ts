import type { OpenInvitation } from '@antechamber/client'
import type { Confidentiality, Role } from '@antechamber/core'
import { textOf } from '../../i18n/texts.ts'
import { findSideLook, type SideLook } from '../../ui/sides.ts'

/** A text that somebody wrote, and its language where that is known. */
interface Words {
  readonly text: string
  readonly lang?: string | undefined
}

/** What an opened invitation tells before anybody joins. Everything in it was sealed for whoever holds the link. */
export interface InvitationFacts {
  /** What the convenor calls the dialogue. */
  readonly title: string
  /** Who convenes it, in their own words. */
  readonly convenor: string
  /** What such a dialogue is for. */
  readonly purpose: Words
  readonly role: Role
  /** The side that it is for; undefined for facilitators. */
  readonly side: SideLook | undefined
  /** What may leave the room. */
  readonly leaves: Confidentiality
  /** When everything that was written is destroyed, in ms since the epoch. */
  readonly keptUntil: number
  /** Devices show what they have read without the server too. */
  readonly readsOffline: boolean
  /** The ground rules, one a line. */
  readonly rules: Words
}

/** What a person reads of an invitation, in the page's language where the dialogue has it. */
export function factsOf({ charter, role, side }: Pick<OpenInvitation, 'charter' | 'role' | 'side'>): InvitationFacts {
  return {
    title: charter.title,
    convenor: charter.convenor,
    purpose: textOf(charter.process.purpose),
    role,
    side: findSideLook(charter.sides, side),
    leaves: charter.confidentiality,
    keptUntil: charter.retainUntil,
    readsOffline: charter.readsOffline === true,
    rules: textOf(charter.rules),
  }
}
