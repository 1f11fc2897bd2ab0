import type { EventContext, Evolved } from '../../activity.ts'
import { seatOf } from '../../roster.ts'
import type { Contribution } from '../../state.ts'
import type { Round, RoundEvent, RoundSettings } from './events.ts'

/** Replays one event. A person's later contribution replaces their earlier one until the round closes (RD3). */
export function evolveRound(round: Round, event: RoundEvent, context: EventContext<RoundSettings>): Evolved<Round> {
  switch (event.type) {
    case 'round.opened':
      return { state: { ...round, status: 'open' } }
    case 'round.passed':
      return { state: { ...round, passed: true } }
    case 'contribution.offered': {
      const offer = { id: event.id, attribution: event.attribution }
      return {
        state: { ...round, offered: { ...round.offered, [context.by.id]: offer } },
        texts: { [event.id]: event.text },
      }
    }
    case 'round.closed':
      return { state: { ...round, status: 'closed' }, contributions: pool(round, context) }
  }
}

/** What the round gives to the room, ordered by id and so by nothing that tells who was quick (RD4). */
function pool(round: Round, context: EventContext<RoundSettings>): readonly Contribution[] {
  return Object.entries(round.offered)
    .map(([seat, offer]): Contribution => {
      const author = seatOf(context.roster, seat as Contribution['by'])
      return {
        id: offer.id,
        kind: context.settings.contribution,
        by: seat as Contribution['by'],
        side: author?.side,
        attribution: offer.attribution,
        run: context.run,
      }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
