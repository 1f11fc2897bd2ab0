import type { Addressed, Facts, Refusal, RunContext } from '../../activity.ts'
import { isBehind } from '../../behind.ts'
import type { LineId } from '../../ids.ts'
import { err, ok, type Result } from '../../result.ts'
import { caucusOf, type SpaceName } from '../../space.ts'
import { textIn } from '../../texts.ts'
import { hasTurned as isTurned } from '../../turns.ts'
import { visibleText } from '../../visible-text.ts'
import { isCleared, isTurnedByAll, participantsOf, turnsFor } from './clearance.ts'
import type { Brief, BriefEvent, BriefSettings, Line } from './events.ts'

export type BriefCommand =
  /** Facilitators: puts a line before the sides. */
  | { readonly type: 'proposeLine'; readonly text: string }
  /** Facilitators: takes back a line that is not cleared. To change its words, propose it anew. */
  | { readonly type: 'dropLine'; readonly line: LineId }
  /** Participants: says yes to a line in exactly its words. May be taken back with `holdLine` until the release. */
  | { readonly type: 'turnLine'; readonly line: LineId }
  /** Participants: says "not yet", whatever they have said before. */
  | { readonly type: 'holdLine'; readonly line: LineId }
  /** Facilitators' devices, by themselves: tells the room that every side has cleared a line. */
  | { readonly type: 'clearLine'; readonly line: LineId }
  /** Facilitators' devices, by themselves: tells the room that a cleared line is so no more. */
  | { readonly type: 'reopenLine'; readonly line: LineId }
  /** Facilitators: sends the cleared lines, in the order of their proposal; the rest stay in the room. */
  | { readonly type: 'releaseBrief' }

type Decided = Result<readonly Addressed<BriefEvent>[], Refusal>

/** Decides what follows from a command. */
export function decideBrief(command: BriefCommand, context: RunContext<BriefSettings, Brief>, facts: Facts): Decided {
  const { run } = context
  if (context.stateIn('outbox').released) return err({ code: 'already-released' })
  if (command.type === 'proposeLine') {
    const text = visibleText(command.text)
    if (text === '') return err({ code: 'empty' })
    const id = facts.newId() as LineId
    return ok([{ space: 'room', event: { v: 1, type: 'line.proposed', run, id, text } }])
  }
  if (command.type === 'releaseBrief') return release(context)
  const line = context.stateIn('room').lines.find((one) => one.id === command.line && !one.dropped)
  return line ? decideLine(command.type, line, context, facts) : err({ code: 'no-such-line' })
}

function decideLine(
  type: 'dropLine' | 'turnLine' | 'holdLine' | 'clearLine' | 'reopenLine',
  line: Line,
  context: RunContext<BriefSettings, Brief>,
  facts: Facts,
): Decided {
  const about = { v: 1, run: context.run, line: line.id } as const
  switch (type) {
    case 'dropLine':
      return ok([{ space: 'room', event: { ...about, type: 'line.dropped' } }])
    case 'reopenLine':
      return ok([{ space: 'room', event: { ...about, type: 'line.reopened' } }])
    case 'clearLine':
      if (isBehind(context.world)) return err({ code: 'turn-missing' })
      return ok([{ space: 'room', event: { ...about, type: 'line.cleared', turns: turnsFor(context, line) } }])
    case 'turnLine':
      return turnLine(line, context, facts)
    case 'holdLine':
      return holdLine(line, context)
  }
}

/** Nobody signs words that they cannot read or that a file would show otherwise (BR1), and nobody signs twice. */
function turnLine({ id: line, subject }: Line, context: RunContext<BriefSettings, Brief>, facts: Facts): Decided {
  const space = myCaucus(context)
  if (!space) return err({ code: 'not-a-participant' })
  const text = textIn(context.world.room, line)
  if (text === undefined) return err({ code: 'not-readable' })
  if (visibleText(text) !== text) return err({ code: 'not-as-shown' })
  if (hasTurned(context, line, subject)) return err({ code: 'already-turned' })
  const event = { v: 1, type: 'line.turned', run: context.run, line, subject, signature: facts.sign(subject) } as const
  return ok([{ space, event }])
}

/** "Not yet" goes to `own`; only a yes given before is taken back where the side reads (BR4). */
function holdLine({ id: line, subject }: Line, context: RunContext<BriefSettings, Brief>): Decided {
  const space = myCaucus(context)
  if (!space) return err({ code: 'not-a-participant' })
  const { run } = context
  const passed: Addressed<BriefEvent> = { space: 'own', event: { v: 1, type: 'line.passed', run, line } }
  if (!hasTurned(context, line, subject)) return ok([passed])
  return ok([{ space, event: { v: 1, type: 'line.turn-revoked', run, line } }, passed])
}

const myCaucus = ({ me }: RunContext<BriefSettings, Brief>): SpaceName | undefined =>
  me.role === 'participant' && me.side !== undefined ? caucusOf(me.side) : undefined

/** Whether this person's caucus has their yes to this line. */
export function hasTurned(context: RunContext<BriefSettings, Brief>, line: LineId, subject: string): boolean {
  const caucus = myCaucus(context)
  return caucus !== undefined && isTurned(context.stateIn(caucus).turns, line, subject, context.me.id)
}

/**
 * Each line goes in an entry of its own, because the signatures of many people would not fit into one; recipients are
 * shown nothing before the last entry. A release that was broken off is taken up where it stopped (BR8).
 */
function release(context: RunContext<BriefSettings, Brief>): Decided {
  const { world, run } = context
  if (context.me.role !== 'facilitator') return err({ code: 'not-a-facilitator' })
  const lines = context
    .stateIn('room')
    .lines.filter((line) => !line.dropped && isCleared(line, world.room.governing.roster))
  const { delivered } = context.stateIn('outbox')
  const people = world.outbox ? participantsOf(world.outbox.governing.roster) : []
  const events: Addressed<BriefEvent>[] = []
  for (const line of lines) {
    const text = textIn(world.room, line.id)
    if (text === undefined) return err({ code: 'not-readable' })
    if (!isTurnedByAll(context, line)) return err({ code: 'turn-missing' })
    const there = delivered[line.id]
    if (there && people.every((seat) => there.includes(seat))) continue
    const turns = turnsFor(context, line)
    events.push({ space: 'outbox', event: { v: 1, type: 'line.delivered', run, line: line.id, text, turns } })
  }
  const released = { v: 1, type: 'brief.released', run, lines: lines.map((line) => line.id) } as const
  return ok([...events, { space: 'outbox', event: released }])
}

/** A facilitator's device tells the room of each line's clearance, and of its end, as soon as the caucuses say so. */
export function followUpBrief(context: RunContext<BriefSettings, Brief>): readonly BriefCommand[] {
  const { world, charter, me } = context
  const readsAll = charter.sides.every((side) => world.caucuses[side.id])
  if (me.role !== 'facilitator' || !readsAll || context.stateIn('outbox').released) return []
  return context.stateIn('room').lines.flatMap((line): readonly BriefCommand[] => {
    if (line.dropped) return []
    const cleared = isCleared(line, world.room.governing.roster)
    if (cleared === isTurnedByAll(context, line)) return []
    return [{ type: cleared ? 'reopenLine' : 'clearLine', line: line.id }]
  })
}
