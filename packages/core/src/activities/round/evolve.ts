import type { EventContext, Evolved } from '../../activity.ts'
import type { SeatId } from '../../ids.ts'
import type { Contribution } from '../../state.ts'
import type { Offer, Round, RoundEvent, RoundSettings } from './events.ts'

/** Replays one event. A person's later contribution replaces their earlier one until the round closes (RD3). */
export function evolveRound(round: Round, event: RoundEvent, context: EventContext<RoundSettings>): Evolved<Round> {
  switch (event.type) {
    case 'round.opened':
      return { state: { ...round, status: 'open' } }
    case 'round.passed':
      return { state: { ...round, passed: true } }
    case 'contribution.offered': {
      const { id: seat, side } = context.by
      const offer: Offer = { id: event.id, ...(side !== undefined && { side }), attribution: event.attribution }
      return { state: { ...round, offered: { ...round.offered, [seat]: offer } }, texts: { [event.id]: event.text } }
    }
    case 'round.closed':
      return { state: { ...round, status: 'closed', offered: {} }, contributions: pool(round, context) }
  }
}

/** What the round gives to the room, ordered by id and so by nothing that tells who was quick (RD4). */
const pool = (round: Round, { settings, run }: EventContext<RoundSettings>): readonly Contribution[] =>
  Object.entries(round.offered)
    .map(
      ([seat, { id, side, attribution }]): Contribution => ({
        id,
        kind: settings.contribution,
        by: seat as SeatId,
        side,
        attribution,
        run,
      }),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1))
