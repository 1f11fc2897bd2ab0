import type { RunContext } from '../../activity.ts'
import { figure, type ShownOrigin, shownOrigin } from '../../disclosure.ts'
import type { ContributionId } from '../../ids.ts'
import type { Texts } from '../../process.ts'
import type { Attribution, ContributionKind } from '../../state.ts'
import { MAX_CONTRIBUTION_CHARS, type Round, type RoundSettings } from './events.ts'

/** A contribution as a reader meets it. `text` is undefined where this device may not read it, or no longer. */
export interface ShownContribution {
  readonly id: ContributionId
  readonly kind: ContributionKind
  readonly text: string | undefined
  readonly origin: ShownOrigin
}

export interface RoundView {
  readonly kind: 'round'
  readonly contribution: ContributionKind
  readonly prompt: Texts
  readonly attributions: readonly Attribution[]
  readonly maxChars: number
  readonly status: Round['status']
  /** What this person has done in it. */
  readonly mine:
    | { readonly state: 'nothing' | 'passed' }
    | { readonly state: 'offered'; readonly text: string; readonly attribution: Attribution }
  /** How many have written, or undefined where so few are there that it would tell who (RD6). */
  readonly written: number | undefined
  readonly people: number
  /** What was shared, once the round has closed: never before, and in an order that tells nothing (RD2, RD4). */
  readonly pool: readonly ShownContribution[]
}

export function viewRound(context: RunContext<RoundSettings, Round>): RoundView {
  const { me, settings, world } = context
  const round = context.stateIn('room')
  const { roster, contributions } = world.room.governing
  const people = roster.filter((seat) => seat.role === 'participant').length
  const own = round.offered[me.id]
  return {
    kind: 'round',
    contribution: settings.contribution,
    prompt: settings.prompt,
    attributions: settings.attributions,
    maxChars: MAX_CONTRIBUTION_CHARS,
    status: round.status,
    mine: own
      ? { state: 'offered', text: world.room.texts[own.id] ?? '', attribution: own.attribution }
      : { state: context.stateIn('own').passed ? 'passed' : 'nothing' },
    written: figure(Object.keys(round.offered).length, people),
    people,
    pool: contributions
      .filter((one) => one.run === context.run)
      .map((one) => ({
        id: one.id,
        kind: one.kind,
        text: world.room.texts[one.id],
        origin: shownOrigin(one, roster, me.id),
      })),
  }
}
