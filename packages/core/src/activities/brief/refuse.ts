import type { EventContext } from '../../activity.ts'
import type { LineId } from '../../ids.ts'
import { sideOf } from '../../space.ts'
import { presentOf } from '../../turns.ts'
import { isCleared } from './clearance.ts'
import {
  type Brief,
  type BriefEvent,
  type BriefSettings,
  type Line,
  MAX_LINES,
  MAX_PROPOSED,
  MAX_TURNS,
  type Of,
} from './events.ts'

/** Rules BR1 to BR8 of docs/spec/brief.md, but for what the turns must say: the frame asks that of what carries (DS1). */
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
  { by, space, proofs, ofThisKind }: EventContext<BriefSettings>,
): string | undefined {
  if (by.role !== 'participant') return 'not-a-participant'
  if (by.side !== sideOf(space)) return 'not-of-this-side'
  const standing = ofThisKind().flatMap((run) => Object.values((run as Brief).turns).filter((bySeat) => bySeat[by.id]))
  if (standing.length >= MAX_TURNS && !turns[line]?.[by.id]) return 'too-many-lines'
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
      if (state.released) return 'already-released'
      return Object.keys(state.delivered).length < MAX_PROPOSED ? undefined : 'too-many-lines'
    case 'brief.released':
      return refuseRelease(state, event.lines, context)
    default: {
      const line = state.lines.find((one) => one.id === event.line)
      return line && !line.dropped ? refuseOfLine(line, event.type, context) : 'no-such-line'
    }
  }
}

function refuseOfLine(
  line: Line,
  type: 'line.dropped' | 'line.cleared' | 'line.reopened',
  { roster }: EventContext<BriefSettings>,
): string | undefined {
  const cleared = isCleared(line, roster)
  if (type === 'line.reopened') return cleared ? undefined : 'not-cleared'
  return cleared ? 'already-cleared' : undefined
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
