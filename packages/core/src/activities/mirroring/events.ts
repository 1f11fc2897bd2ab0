import type { EventContext } from '../../activity.ts'
import type { ContributionId, RestatementId, RunId, SeatId, SideId } from '../../ids.ts'
import { type Texts, texts } from '../../process.ts'
import type { Seat } from '../../roster.ts'
import { runShape, version } from '../../run.ts'
import { id, list, object, oneOf, optional, type Shape } from '../../shape.ts'
import { sideShape } from '../../space.ts'
import { CONTRIBUTION_KINDS, type Contribution, type ContributionKind } from '../../state.ts'
import { type WordsRef, wordsRefShape } from '../../texts.ts'

/** `from`: which contributions are mirrored; all, if left out. */
export interface MirroringSettings {
  readonly prompt: Texts
  readonly from?: readonly ContributionKind[]
}

export const mirroringSettings: Shape<MirroringSettings> = object({
  prompt: texts(300),
  from: optional(list(oneOf(...CONTRIBUTION_KINDS), CONTRIBUTION_KINDS.length, 1)),
}) as Shape<MirroringSettings>

/** What an author says of a restatement of their words. */
export type Verdict = 'accurate' | 'partly' | 'not-yet'

interface InRun {
  readonly v: 1
  readonly run: RunId
}

export type MirroringEvent =
  | (InRun & {
      readonly type: 'restatement.offered'
      readonly id: RestatementId
      readonly contribution: ContributionId
      readonly words: WordsRef
    })
  | (InRun & {
      readonly type: 'restatement.judged'
      readonly restatement: RestatementId
      readonly verdict: Verdict
    })
  | (InRun & { readonly type: 'mirroring.passed'; readonly contribution: ContributionId })

export const mirroringEvents = {
  'restatement.offered': {
    spaces: ['room'],
    shape: object({
      v: version,
      type: oneOf('restatement.offered'),
      run: runShape,
      id: id<RestatementId>(),
      contribution: id<ContributionId>(),
      words: wordsRefShape,
    }),
  },
  'restatement.judged': {
    spaces: ['room'],
    shape: object({
      v: version,
      type: oneOf('restatement.judged'),
      run: runShape,
      restatement: id<RestatementId>(),
      verdict: oneOf('accurate', 'partly', 'not-yet'),
    }),
  },
  'mirroring.passed': {
    spaces: ['own'],
    shape: object({ v: version, type: oneOf('mirroring.passed'), run: runShape, contribution: id<ContributionId>() }),
  },
} as const

/** Somebody's latest restatement of a contribution that nobody has confirmed yet. */
export interface Attempt {
  readonly id: RestatementId
  readonly contribution: ContributionId
  readonly by: SeatId
  readonly side?: SideId | undefined
  readonly verdict: 'waiting' | 'partly' | 'not-yet'
}

/** What is under way. What has been confirmed stands in the room's contributions. */
export interface Mirroring {
  readonly attempts: readonly Attempt[]
  /** Only in `own`: what its author does not want to restate. */
  readonly passed: readonly ContributionId[]
}

export const mirroringState: Shape<Mirroring> = object({
  attempts: list(
    object({
      id: id<RestatementId>(),
      contribution: id<ContributionId>(),
      by: id<SeatId>(),
      side: optional(sideShape),
      verdict: oneOf('waiting', 'partly', 'not-yet'),
    }),
    20_000,
  ),
  passed: list(id<ContributionId>(), 20_000),
}) as Shape<Mirroring>

export const emptyMirroring: Mirroring = { attempts: [], passed: [] }

/**
 * Whether a contribution is mirrored at all. One that is shown as nobody's is not: who may restate it would tell its
 * side (MI1). One that was taken back is not any more (RD7).
 */
export const isMirrored = ({ kind, attribution, withdrawn }: Contribution, { from }: MirroringSettings): boolean =>
  attribution !== 'none' && !withdrawn && (from?.includes(kind) ?? true)

/** Whether these are the words of somebody on another side (MI2). */
export const isOfOthers = ({ by, side }: Contribution, reader: Seat): boolean =>
  by !== reader.id && side !== reader.side

/** Rules MI1 to MI5 of docs/spec/mirroring.md. */
export function refuseMirroringEvent(
  { attempts }: Mirroring,
  event: MirroringEvent,
  context: EventContext<MirroringSettings>,
): string | undefined {
  const { by, contributions } = context
  switch (event.type) {
    case 'mirroring.passed':
      return undefined
    case 'restatement.offered': {
      const contribution = contributions.find((one) => one.id === event.contribution)
      if (by.role !== 'participant') return 'not-a-participant'
      if (!context.current) return 'not-this-stage'
      if (!contribution || !isMirrored(contribution, context.settings)) return 'no-such-contribution'
      if (!isOfOthers(contribution, by)) return 'same-side'
      if (contribution.confirmed) return 'already-confirmed'
      return attempts.some((one) => isAttemptOf(one, contribution.id, by.id) && one.verdict === 'waiting')
        ? 'waiting-for-author'
        : undefined
    }
    case 'restatement.judged': {
      const attempt = attempts.find((one) => one.id === event.restatement)
      const contribution = contributions.find((one) => one.id === attempt?.contribution)
      if (!attempt || !contribution || contribution.withdrawn) return 'no-such-restatement'
      if (contribution.by !== by.id) return 'not-the-author'
      if (contribution.confirmed) return 'already-confirmed'
      return attempt.verdict === 'waiting' ? undefined : 'already-judged'
    }
  }
}

/** Whether an attempt is this person's at this contribution. */
export const isAttemptOf = (attempt: Attempt, contribution: ContributionId, seat: SeatId): boolean =>
  attempt.contribution === contribution && attempt.by === seat
