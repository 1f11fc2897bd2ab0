import type { EventContext, Evolved } from '../../activity.ts'
import type { LineId, Millis, SeatId } from '../../ids.ts'
import { aliveTurns, keptTurns, type Turn, withoutTurn, withTurn } from '../../turns.ts'
import { participantsOf, subjectOf } from './clearance.ts'
import type { Brief, BriefEvent, BriefSettings, Line } from './events.ts'

/** Replays one event. */
export function evolveBrief(state: Brief, event: BriefEvent, context: EventContext<BriefSettings>): Evolved<Brief> {
  const { by, charter, proofs, roster, run, time } = context
  switch (event.type) {
    case 'line.proposed': {
      const subject = subjectOf(proofs, charter, run, event.id, event.text)
      const line: Line = { id: event.id, subject, dropped: false, cleared: [] }
      return { state: { ...state, lines: [...state.lines, line] }, texts: { [event.id]: event.text } }
    }
    case 'line.dropped':
      return { state: changed(state, event.line, { dropped: true }) }
    case 'line.cleared':
      return { state: changed(state, event.line, { cleared: participantsOf(roster) }) }
    case 'line.reopened':
      return { state: changed(state, event.line, { cleared: [] }) }
    case 'line.turned': {
      const turn = { subject: event.subject, signature: event.signature, at: time }
      return { state: { ...state, turns: withTurn(state.turns, event.line, by.id, turn) } }
    }
    case 'line.turn-revoked': {
      return { state: { ...state, turns: withoutTurn(state.turns, event.line, by.id) } }
    }
    case 'line.passed':
      return state.passed.includes(event.line)
        ? { state }
        : { state: { ...state, passed: [...state.passed, event.line] } }
    case 'line.delivered': {
      const delivered = { ...state.delivered, [event.line]: participantsOf(roster) }
      return { state: { ...state, delivered }, texts: { [event.line]: event.text } }
    }
    case 'brief.released':
      return { state: { ...state, released: event.lines } }
  }
}

/**
 * Nobody's "no" is got rid of with the person: when somebody has been taken out of a caucus, each yes that stands in it
 * lapses, and the side is asked again (BR11).
 */
export const lapseTurns = (state: Brief): Brief =>
  Object.keys(state.turns).length > 0 ? { ...state, turns: {}, lapsed: true } : state

/** What a device has signed that has been taken out counts no more: its person is asked again (DV6). */
export function keepTurns(state: Brief, holds: (seat: SeatId, turn: Turn) => boolean): Brief {
  const turns = keptTurns(state.turns, holds)
  return turns === state.turns ? state : { ...state, turns }
}

/** A yes that is too old is none any more: its person is asked again (TN4). */
export const ageTurns = (state: Brief, time: Millis): Brief => {
  const turns = aliveTurns(state.turns, time)
  return turns === state.turns ? state : { ...state, turns }
}

const changed = (state: Brief, line: LineId, change: Partial<Line>): Brief => ({
  ...state,
  lines: state.lines.map((one) => (one.id === line ? { ...one, ...change } : one)),
})
