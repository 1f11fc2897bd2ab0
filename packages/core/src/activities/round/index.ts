import type { ActivityKind } from '../../activity.ts'
import { decideRound, followUpRound, type RoundCommand } from './decide.ts'
import {
  emptyRound,
  type Round,
  type RoundEvent,
  type RoundSettings,
  refuseRoundEvent,
  roundEvents,
  roundSettings,
  roundState,
} from './events.ts'
import { evolveRound } from './evolve.ts'
import { roundsClosed } from './exit.ts'
import { type RoundView, viewRound } from './view.ts'

/** A perception, fear or need round: everyone writes or passes, and nothing is shown until it closes. Source: docs/spec/round.md. */
export const round: ActivityKind<RoundSettings, Round, RoundEvent, RoundCommand, RoundView> = {
  kind: 'round',
  settings: roundSettings,
  empty: emptyRound,
  state: roundState,
  events: roundEvents,
  commands: ['openRound', 'closeRound', 'offerContribution', 'passRound', 'withdrawContribution', 'dropRoundKeys'],
  afterwards: ['withdrawContribution', 'dropRoundKeys'],
  takingBack: ['withdrawContribution'],
  refuse: refuseRoundEvent,
  ids: ({ offered }) => Object.values(offered).map((offer) => offer.id),
  evolve: evolveRound,
  decide: decideRound,
  followUps: followUpRound,
  view: viewRound,
  isReadAgain: ({ pool }) => pool.length > 0,
  unfinished: ({ status }) => (status === 'open' ? 'round-open' : undefined),
  exits: { 'rounds-closed': roundsClosed },
}
