import type { EventContext } from '../../activity.ts'
import type { ContributionId, RunId, SeatId, SideId } from '../../ids.ts'
import { type Texts, texts } from '../../process.ts'
import { sideShape } from '../../roster.ts'
import { runShape, simpleEvent, version } from '../../run.ts'
import { flag, ID, id, list, object, oneOf, optional, record, type Shape, text } from '../../shape.ts'
import { ATTRIBUTIONS, type Attribution, CONTRIBUTION_KINDS, type ContributionKind } from '../../state.ts'

/** What a round asks for. `attributions`: what an author may choose between; the first is offered first. */
export interface RoundSettings {
  readonly contribution: ContributionKind
  readonly prompt: Texts
  readonly attributions: readonly Attribution[]
}

export const roundSettings: Shape<RoundSettings> = object({
  contribution: oneOf(...CONTRIBUTION_KINDS),
  prompt: texts(300),
  attributions: list(oneOf(...ATTRIBUTIONS), 3, 1),
})

/** Longest contribution, in Unicode code points. */
export const MAX_CONTRIBUTION_CHARS = 600

interface InRun {
  readonly v: 1
  readonly run: RunId
}

export type RoundEvent =
  | (InRun & { readonly type: 'round.opened' })
  | (InRun & {
      readonly type: 'contribution.offered'
      readonly id: ContributionId
      readonly text: string
      readonly attribution: Attribution
    })
  | (InRun & { readonly type: 'round.closed' })
  | (InRun & { readonly type: 'round.passed' })

export const roundEvents = {
  'round.opened': { spaces: ['room'], shape: simpleEvent('round.opened') },
  'contribution.offered': {
    spaces: ['room'],
    shape: object({
      v: version,
      type: oneOf('contribution.offered'),
      run: runShape,
      id: id<ContributionId>(),
      text: text(MAX_CONTRIBUTION_CHARS),
      attribution: oneOf(...ATTRIBUTIONS),
    }),
  },
  'round.closed': { spaces: ['room'], shape: simpleEvent('round.closed') },
  'round.passed': { spaces: ['own'], shape: simpleEvent('round.passed') },
} as const

/** What somebody has offered in a round that is still open. */
export interface Offer {
  readonly id: ContributionId
  readonly side?: SideId | undefined
  readonly attribution: Attribution
}

/** A round as the log tells it. `offered`: by seat, what counts when the round closes; then it is in the pool. */
export interface Round {
  readonly status: 'not-open' | 'open' | 'closed'
  readonly offered: Readonly<Record<SeatId, Offer>>
  /** Only in `own`: its author has passed. */
  readonly passed: boolean
}

const offerShape: Shape<Offer> = object({
  id: id<ContributionId>(),
  side: optional(sideShape),
  attribution: oneOf(...ATTRIBUTIONS),
})

export const roundState: Shape<Round> = object({
  status: oneOf('not-open', 'open', 'closed'),
  offered: record(ID, offerShape, 200),
  passed: flag,
})

export const emptyRound: Round = { status: 'not-open', offered: {}, passed: false }

/** Rules RD1 to RD5 of docs/spec/round.md. */
export function refuseRoundEvent(
  round: Round,
  event: RoundEvent,
  context: EventContext<RoundSettings>,
): string | undefined {
  const { by } = context
  switch (event.type) {
    case 'round.passed':
      return undefined
    case 'round.opened':
    case 'round.closed':
      if (by.role !== 'facilitator') return 'not-a-facilitator'
      if (!context.current) return 'not-this-stage'
      return round.status === (event.type === 'round.opened' ? 'not-open' : 'open') ? undefined : 'out-of-order'
    case 'contribution.offered':
      if (by.role !== 'participant') return 'not-a-participant'
      if (round.status !== 'open') return 'round-not-open'
      if (!context.current) return 'not-this-stage'
      return context.settings.attributions.includes(event.attribution) ? undefined : 'attribution-not-offered'
  }
}
