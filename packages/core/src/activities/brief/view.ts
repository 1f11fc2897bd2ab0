import type { RunContext } from '../../activity.ts'
import { mayLeave } from '../../disclosure.ts'
import type { LineId, SideId } from '../../ids.ts'
import type { Texts } from '../../process.ts'
import { caucusOf } from '../../space.ts'
import { textIn } from '../../texts.ts'
import { type Clearance, isCleared, sideClearance } from './clearance.ts'
import { hasTurned } from './decide.ts'
import { type Brief, type BriefSettings, type Line, MAX_LINE_CHARS, MAX_LINES } from './events.ts'

/** A line that has been proposed, as one person meets it. */
export interface LineView {
  readonly line: LineId
  /** Undefined where this device may not read it; such a line cannot be turned by this person. */
  readonly text: string | undefined
  /** What everyone in the room is told: every side has cleared it, or not yet. Never which side has not (BR7). */
  readonly room: Clearance
  /** What this person has said; undefined for facilitators, who have nothing to say to it. */
  readonly mine: 'turned' | 'not-yet' | 'undecided' | undefined
  /** Whether this person's own side has cleared it; undefined for facilitators. Never by name. */
  readonly side: Clearance | undefined
  /** For facilitators: the same for each side whose caucus they are in. Empty for participants. */
  readonly sides: readonly { readonly side: SideId; readonly clearance: Clearance }[]
}

/** The brief as one person meets it. */
export interface BriefView {
  readonly kind: 'brief'
  readonly prompt: Texts
  /** Longest line, in Unicode code points. */
  readonly maxChars: number
  /** Most lines at one time. */
  readonly maxLines: number
  /** Whether the dialogue's confidentiality lets cleared lines leave the room; if not, only a brief without lines can be released. */
  readonly mayLeave: boolean
  /**
   * This person is asked again: somebody of their side has been taken out, so that what they had said yes to lapsed, and
   * there is a line to which they have said nothing since (BR11). Never so for facilitators.
   */
  readonly askedAgain: boolean
  /** In the order of proposal, without dropped ones. */
  readonly lines: readonly LineView[]
  /**
   * What has left the room, for everyone at the same moment: the texts of the lines, in order; none, if no line was
   * cleared. A text is undefined where this device may not read it. Undefined until the release.
   */
  readonly released: readonly { readonly line: LineId; readonly text: string | undefined }[] | undefined
}

export function viewBrief(context: RunContext<BriefSettings, Brief>): BriefView {
  const { settings, charter, world, me } = context
  const lines = context
    .stateIn('room')
    .lines.filter((line) => !line.dropped)
    .map((line) => viewLine(line, context))
  const hasLapsed = me.side !== undefined && context.stateIn(caucusOf(me.side)).lapsed === true
  return {
    kind: 'brief',
    prompt: settings.prompt,
    maxChars: MAX_LINE_CHARS,
    maxLines: MAX_LINES,
    mayLeave: mayLeave(charter.confidentiality),
    askedAgain: hasLapsed && lines.some((line) => line.mine === 'undecided'),
    lines,
    released: context.stateIn('outbox').released?.map((line) => ({ line, text: textIn(world.outbox, line) })),
  }
}

function viewLine(line: Line, context: RunContext<BriefSettings, Brief>): LineView {
  const { world, me, charter } = context
  const shared = {
    line: line.id,
    text: textIn(world.room, line.id),
    room: isCleared(line, world.room.governing.roster) ? ('cleared' as const) : ('not-yet' as const),
  }
  if (me.role === 'participant') {
    const side = me.side === undefined ? undefined : sideClearance(context, me.side, line)
    return { ...shared, mine: mine(line, context), side, sides: [] }
  }
  const sides = charter.sides
    .filter(({ id }) => world.caucuses[id])
    .map(({ id }) => ({ side: id, clearance: sideClearance(context, id, line) }))
  return { ...shared, mine: undefined, side: undefined, sides }
}

function mine(line: Line, context: RunContext<BriefSettings, Brief>): LineView['mine'] {
  if (hasTurned(context, line.id, line.subject)) return 'turned'
  return context.stateIn('own').passed.includes(line.id) ? 'not-yet' : 'undecided'
}
