import type { EventContext, RunContext } from '../../activity.ts'
import type { ContributionId, RunId, SeatId } from '../../ids.ts'
import { type Texts, texts } from '../../process.ts'
import { type RoundKey, type RoundSecret, roundKeyShape, roundSecretShape } from '../../round-key.ts'
import { runShape, simpleEvent, version } from '../../run.ts'
import { flag, ID, id, list, object, oneOf, optional, record, type Shape, where } from '../../shape.ts'
import {
  ATTRIBUTIONS,
  type Attribution,
  CONTRIBUTION_KINDS,
  type Contribution,
  type ContributionKind,
  contributionShape,
  type Governing,
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
  /** In the panel, before the round is opened: every facilitator's device can then close it (RD8). */
  | (InRun & { readonly type: 'round.key-kept'; readonly secret: RoundSecret })
  /** In the panel, once the round has closed, or can be opened no more: nothing needs them any longer. */
  | (InRun & { readonly type: 'round.keys-dropped' })
  | (InRun & { readonly type: 'round.opened'; readonly key: RoundKey })
  | (InRun & {
      readonly type: 'contribution.offered'
      readonly id: ContributionId
      readonly words: WordsRef
      readonly attribution: Attribution
    })
  | (InRun & { readonly type: 'contribution.withdrawn'; readonly contribution: ContributionId })
  /** Without a secret where no facilitator's device has it any more (RD9). */
  | (InRun & { readonly type: 'round.closed'; readonly secret?: RoundSecret | undefined })
  | (InRun & { readonly type: 'round.passed' })

export const roundEvents = {
  'round.key-kept': {
    spaces: ['panel'],
    shape: object({ v: version, type: oneOf('round.key-kept'), run: runShape, secret: roundSecretShape }),
  },
  'round.keys-dropped': { spaces: ['panel'], shape: simpleEvent('round.keys-dropped') },
  'round.opened': {
    spaces: ['room'],
    shape: object({ v: version, type: oneOf('round.opened'), run: runShape, key: roundKeyShape }),
  },
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
    takesBack: true,
  },
  'round.closed': {
    spaces: ['room'],
    shape: object({ v: version, type: oneOf('round.closed'), run: runShape, secret: optional(roundSecretShape) }),
  },
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
  /** Only in the room, while it is open: what is written is sealed to it. */
  readonly key?: RoundKey | undefined
  /** It was closed without what opens the words: their authors' devices send them again (RD9). */
  readonly unopened?: true | undefined
  /** Only in the panel, until the round has closed: what opens the key, with those that were drawn for it and not used. */
  readonly secrets?: readonly RoundSecret[] | undefined
}

/** Most secrets that the panel keeps for one round. */
const MAX_SECRETS = 100

export const roundState: Shape<Round> = object({
  status: oneOf('not-open', 'open', 'closed'),
  offered: record(ID, contributionShape, 200),
  passed: flag,
  key: optional(roundKeyShape),
  unopened: optional(where(flag, 'true', (value) => value)) as Shape<true | undefined>,
  secrets: optional(list(roundSecretShape, MAX_SECRETS, 1)),
})

export const emptyRound: Round = { status: 'not-open', offered: {}, passed: false }

/** What this person has written in the round, be it open or closed. */
export const offerOf = ({ world, me, run, stateIn }: RunContext<RoundSettings, Round>): Contribution | undefined =>
  stateIn('room').offered[me.id] ??
  world.room.governing.contributions.find((one) => one.run === run && one.by === me.id)

/** What opens the rounds of a space's runs, where this space is the panel. */
export const secretsKeptIn = ({ runs }: Pick<Governing, 'runs'>): readonly RoundSecret[] =>
  Object.values(runs).flatMap((state) => (state as Partial<Round>).secrets ?? [])

/** What opens an open round, if this person's device has it. */
export const secretFor = ({ stateIn, proofs }: RunContext<RoundSettings, Round>): RoundSecret | undefined => {
  const { key } = stateIn('room')
  return key && stateIn('panel').secrets?.find((secret) => proofs.opens(secret, key))
}

/** Rules RD1 to RD5 and RD7 to RD9 of docs/spec/round.md. */
export function refuseRoundEvent(
  round: Round,
  event: RoundEvent,
  context: EventContext<RoundSettings>,
): string | undefined {
  const { by } = context
  switch (event.type) {
    case 'round.passed':
      return undefined
    case 'round.key-kept':
      if (by.role !== 'facilitator') return 'not-a-facilitator'
      return (round.secrets?.length ?? 0) < MAX_SECRETS ? undefined : 'no-room'
    case 'round.keys-dropped':
      return by.role === 'facilitator' ? undefined : 'not-a-facilitator'
    case 'round.opened':
    case 'round.closed':
      if (by.role !== 'facilitator') return 'not-a-facilitator'
      if (!context.current) return 'not-this-stage'
      return event.type === 'round.opened' ? refuseOpening(round, event, context) : refuseClosing(round, event, context)
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

type Context = Pick<EventContext<RoundSettings>, 'proofs'>

function refuseOpening(
  { status }: Round,
  { key }: RoundEvent & { readonly type: 'round.opened' },
  { proofs }: Context,
): string | undefined {
  if (status !== 'not-open') return 'out-of-order'
  return proofs.canSealTo(key) ? undefined : 'bad-key'
}

function refuseClosing(
  { status, key }: Round,
  { secret }: RoundEvent & { readonly type: 'round.closed' },
  { proofs }: Context,
): string | undefined {
  if (status !== 'open' || !key) return 'out-of-order'
  return secret === undefined || proofs.opens(secret, key) ? undefined : 'wrong-secret'
}
