import type { EventContext, Evolved } from '../../activity.ts'
import type { ContributionId } from '../../ids.ts'
import type { RoundSecret } from '../../round-key.ts'
import type { Contribution } from '../../state.ts'
import type { Round, RoundEvent, RoundSettings } from './events.ts'

/** Replays one event. A person's later contribution replaces their earlier one until the round closes (RD3). */
export function evolveRound(round: Round, event: RoundEvent, context: EventContext<RoundSettings>): Evolved<Round> {
  switch (event.type) {
    case 'round.opened':
      return { state: { ...round, status: 'open', key: event.key } }
    case 'round.key-kept': {
      const { secrets = [] } = round
      return { state: secrets.includes(event.secret) ? round : { ...round, secrets: [...secrets, event.secret] } }
    }
    case 'round.keys-dropped': {
      const { secrets: _, ...others } = round
      return { state: others }
    }
    case 'round.passed':
      return { state: { ...round, passed: true } }
    case 'contribution.offered': {
      const { by, settings, run } = context
      const { id, attribution, words } = event
      const offer: Contribution = {
        id,
        kind: settings.contribution,
        by: by.id,
        side: by.side,
        attribution,
        run,
      }
      const earlier = round.offered[by.id]
      return {
        state: { ...round, offered: { ...round.offered, [by.id]: offer } },
        texts: { [id]: { ref: words } },
        ...(earlier && { withdrawn: [earlier.id] }),
      }
    }
    case 'contribution.withdrawn':
      return withdraw(round, event.contribution, context)
    case 'round.closed':
      return close(round, event.secret)
  }
}

/** The words can be opened from now on; without a secret, their authors' devices send them again (RD9). */
function close({ key, ...round }: Round, secret: RoundSecret | undefined): Evolved<Round> {
  return {
    state: { ...round, status: 'closed', offered: {}, ...(secret === undefined && { unopened: true }) },
    contributions: pool(round),
    ...(key && { ended: { key, ...(secret !== undefined && { secret }) } }),
  }
}

/** An offer goes as if it had not been made; what the room has stands there without its words (RD7). */
function withdraw(
  round: Round,
  id: ContributionId,
  { by, contributions }: EventContext<RoundSettings>,
): Evolved<Round> {
  const { [by.id]: offer, ...others } = round.offered
  if (offer?.id === id) return { state: { ...round, offered: others }, withdrawn: [id] }
  const taken = contributions.filter((one) => one.id === id).map((one) => ({ ...one, withdrawn: true as const }))
  return { state: round, contributions: taken, withdrawn: [id] }
}

/** What the round gives to the room, ordered by id and so by nothing that tells who was quick (RD4). */
const pool = ({ offered }: Round): readonly Contribution[] =>
  Object.values(offered).sort((a, b) => (a.id < b.id ? -1 : 1))
