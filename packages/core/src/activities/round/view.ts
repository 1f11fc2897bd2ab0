import type { RunContext } from '../../activity.ts'
import { figure, type ShownContribution, showContribution } from '../../disclosure.ts'
import type { ContributionId } from '../../ids.ts'
import type { Texts } from '../../process.ts'
import type { Attribution, ContributionKind } from '../../state.ts'
import { MAX_WORDS_CHARS, textIn } from '../../texts.ts'
import { offerOf, type Round, type RoundSettings, secretFor } from './events.ts'

/** A round as one person meets it. Facilitators see no more of it than everyone, and write nothing. */
export interface RoundView {
  readonly kind: 'round'
  /** What is asked for. */
  readonly contribution: ContributionKind
  readonly prompt: Texts
  /** What an author may choose between; the first is offered first. */
  readonly attributions: readonly Attribution[]
  /** Longest contribution, in Unicode code points. */
  readonly maxChars: number
  readonly status: Round['status']
  /** Only for facilitators, while it is open: whether their device has what opens the words when it closes (RD8, RD9). */
  readonly canOpen: boolean | undefined
  /** It was closed without that: each text shows once its author's device has been here (RD9). */
  readonly unopened: boolean
  /** What this person has done in it; what they offered may be replaced while the round is open. */
  readonly mine:
    | { readonly state: 'nothing' | 'passed' | 'withdrawn' }
    | {
        readonly state: 'offered'
        readonly id: ContributionId
        readonly text: string | undefined
        readonly attribution: Attribution
      }
  /** How many have written, or undefined where so few are there that it would tell who (RD6). */
  readonly written: number | undefined
  /** How many could write. */
  readonly people: number
  /** What was shared, once the round has closed: never before, and in an order that tells nothing (RD2, RD4). */
  readonly pool: readonly ShownContribution[]
}

export function viewRound(context: RunContext<RoundSettings, Round>): RoundView {
  const { me, settings, world } = context
  const round = context.stateIn('room')
  const { roster, contributions } = world.room.governing
  const people = roster.filter((seat) => seat.role === 'participant').length
  const pool = contributions.filter((one) => one.run === context.run)
  const own = offerOf(context)
  return {
    kind: 'round',
    contribution: settings.contribution,
    prompt: settings.prompt,
    attributions: settings.attributions,
    maxChars: MAX_WORDS_CHARS,
    status: round.status,
    canOpen: me.role === 'facilitator' && round.status === 'open' ? secretFor(context) !== undefined : undefined,
    unopened: round.unopened === true,
    mine: own?.withdrawn
      ? { state: 'withdrawn' }
      : own
        ? { state: 'offered', id: own.id, text: textIn(world.room, own.id), attribution: own.attribution }
        : { state: context.stateIn('own').passed ? 'passed' : 'nothing' },
    written: figure(Object.keys(round.offered).length + pool.length, people),
    people,
    pool: pool.map((one) => showContribution(one, world.room, me.id)),
  }
}
