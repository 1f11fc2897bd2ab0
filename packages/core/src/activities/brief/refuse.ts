import type { EventContext } from '../../activity.ts'
import { mayLeave } from '../../disclosure.ts'
import type { LineId } from '../../ids.ts'
import { sideOf } from '../../space.ts'
import { isCleared, presentOf, refuseTurns, subjectOf } from './clearance.ts'
import { type Brief, type BriefEvent, type BriefSettings, type Line, MAX_LINES, MAX_PROPOSED } from './events.ts'

type Of<Type extends BriefEvent['type']> = Extract<BriefEvent, { readonly type: Type }>

/** Rules BR1 to BR8 of docs/spec/brief.md. */
export function refuseBriefEvent(
  state: Brief,
  event: BriefEvent,
  context: EventContext<BriefSettings>,
): string | undefined {
  switch (event.type) {
    case 'line.passed':
      return state.passed.length < MAX_PROPOSED ? undefined : 'too-many-lines'
    case 'line.turned':
      return refuseTurn(state, event, context)
    case 'line.turn-revoked':
      return state.turns[event.line]?.[context.by.id] ? undefined : 'not-turned'
    default:
      return context.by.role === 'facilitator' ? refuseFacilitator(state, event, context) : 'not-a-facilitator'
  }
}

function refuseTurn(
  { turns }: Brief,
  { subject, signature, line }: Of<'line.turned'>,
  context: EventContext<BriefSettings>,
): string | undefined {
  const { by, proofs } = context
  if (by.role !== 'participant') return 'not-a-participant'
  if (by.side !== sideOf(context.space)) return 'not-of-this-side'
  const others = Object.entries(turns).filter(([other, bySeat]) => other !== line && bySeat[by.id])
  if (others.length >= MAX_PROPOSED) return 'too-many-lines'
  return proofs.signed(by, subject, signature) ? undefined : 'bad-turn'
}

function refuseFacilitator(
  state: Brief,
  event: Exclude<BriefEvent, { type: 'line.passed' | 'line.turned' | 'line.turn-revoked' }>,
  context: EventContext<BriefSettings>,
): string | undefined {
  switch (event.type) {
    case 'line.proposed':
      if (!context.current) return 'not-this-stage'
      return state.lines.filter((line) => !line.dropped).length < MAX_LINES && state.lines.length < MAX_PROPOSED
        ? undefined
        : 'too-many-lines'
    case 'line.delivered':
      return refuseDelivery(state, event, context)
    case 'brief.released':
      return refuseRelease(state, event.lines, context)
    default: {
      const line = state.lines.find((one) => one.id === event.line)
      return line && !line.dropped ? refuseOfLine(line, event, context) : 'no-such-line'
    }
  }
}

function refuseOfLine(
  line: Line,
  event: Of<'line.dropped' | 'line.cleared' | 'line.reopened'>,
  context: EventContext<BriefSettings>,
): string | undefined {
  const cleared = isCleared(line, context.roster)
  if (event.type === 'line.reopened') return cleared ? undefined : 'not-cleared'
  if (cleared) return 'already-cleared'
  return event.type === 'line.dropped' ? undefined : refuseTurns(context, line.subject, event.turns)
}

function refuseDelivery(
  state: Brief,
  { line, text, turns }: Of<'line.delivered'>,
  context: EventContext<BriefSettings>,
): string | undefined {
  if (state.released) return 'already-released'
  if (Object.keys(state.delivered).length >= MAX_PROPOSED) return 'too-many-lines'
  if (!mayLeave(context.charter.confidentiality)) return 'nothing-leaves'
  return refuseTurns(context, subjectOf(context.proofs, context.charter, context.run, line, text), turns)
}

/** Each line has been delivered, and cleared by all who are in the outbox now. */
function refuseRelease(state: Brief, lines: readonly LineId[], { roster, leaving }: EventContext<BriefSettings>) {
  if (state.released) return 'already-released'
  if (new Set(lines).size !== lines.length) return 'out-of-order'
  for (const line of lines) {
    const turned = state.delivered[line]
    if (!turned) return 'no-such-line'
    if (presentOf(roster, leaving).some((seat) => !turned.includes(seat.id))) return 'turn-missing'
  }
  return undefined
}
