import type { EventContext, RunContext } from '../../activity.ts'
import type { ContributionId, RunId, SeatId } from '../../ids.ts'
import { type Texts, texts } from '../../process.ts'
import { runShape, simpleEvent, version } from '../../run.ts'
import { flag, ID, id, list, object, oneOf, record, type Shape } from '../../shape.ts'
import {
  ATTRIBUTIONS,
  type Attribution,
  CONTRIBUTION_KINDS,
  type Contribution,
  type ContributionKind,
  contributionShape,
} from '../../state.ts'
import { type WordsRef, wordsRefShape } from '../../texts.ts'

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

interface InRun {
  readonly v: 1
  readonly run: RunId
}

export type RoundEvent =
  | (InRun & { readonly type: 'round.opened' })
  | (InRun & {
      readonly type: 'contribution.offered'
      readonly id: ContributionId
      readonly words: WordsRef
      readonly attribution: Attribution
    })
  | (InRun & { readonly type: 'contribution.withdrawn'; readonly contribution: ContributionId })
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
      words: wordsRefShape,
      attribution: oneOf(...ATTRIBUTIONS),
    }),
  },
  'contribution.withdrawn': {
    spaces: ['room'],
    shape: object({
      v: version,
      type: oneOf('contribution.withdrawn'),
      run: runShape,
      contribution: id<ContributionId>(),
    }),
  },
  'round.closed': { spaces: ['room'], shape: simpleEvent('round.closed') },
  'round.passed': { spaces: ['own'], shape: simpleEvent('round.passed') },
} as const

/**
 * A round as the log tells it. `offered`: by seat, what becomes the room's when the round closes. It is kept as it will
 * be then, so that closing makes nothing larger and is never refused for want of room (DG13).
 */
export interface Round {
  readonly status: 'not-open' | 'open' | 'closed'
  readonly offered: Readonly<Record<SeatId, Contribution>>
  /** Only in `own`: its author has passed. */
  readonly passed: boolean
}

export const roundState: Shape<Round> = object({
  status: oneOf('not-open', 'open', 'closed'),
  offered: record(ID, contributionShape, 200),
  passed: flag,
})

export const emptyRound: Round = { status: 'not-open', offered: {}, passed: false }

/** What this person has written in the round, be it open or closed. */
export const offerOf = ({ world, me, run, stateIn }: RunContext<RoundSettings, Round>): Contribution | undefined =>
  stateIn('room').offered[me.id] ??
  world.room.governing.contributions.find((one) => one.run === run && one.by === me.id)

/** Rules RD1 to RD5 and RD7 of docs/spec/round.md. */
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
    case 'contribution.withdrawn': {
      const found = [...Object.values(round.offered), ...context.contributions].find(
        ({ id, run }) => id === event.contribution && run === context.run,
      )
      if (!found) return 'no-such-contribution'
      if (found.by !== by.id) return 'not-the-author'
      return found.withdrawn ? 'already-withdrawn' : undefined
    }
  }
}
