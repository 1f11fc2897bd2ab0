import type { EventContext } from '../../activity.ts'
import type { LineId, RunId, SeatId } from '../../ids.ts'
import { type Texts, texts } from '../../process.ts'
import { runShape, version } from '../../run.ts'
import {
  flag,
  ID,
  id,
  list,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  signatureShape,
  text,
  where,
} from '../../shape.ts'
import { type Standing, standingShape, subjectShape, type Turns, turnsShape } from '../../turns.ts'
import { isPlain } from '../../visible-text.ts'
import { subjectOf } from './clearance.ts'

export interface BriefSettings {
  readonly prompt: Texts
}

export const briefSettings: Shape<BriefSettings> = object({ prompt: texts(300) })

/** Longest line, in Unicode code points. */
export const MAX_LINE_CHARS = 400

/** Most lines of one brief that have not been dropped, and most that were ever proposed for it. */
export const MAX_LINES = 40
export const MAX_PROPOSED = 400

/** Most yeses that one person has standing in a caucus, over all runs: three briefs as long as they may be. */
export const MAX_TURNS = 3 * MAX_LINES

interface InRun {
  readonly v: 1
  readonly run: RunId
}

export type BriefEvent =
  | (InRun & { readonly type: 'line.proposed'; readonly id: LineId; readonly text: string })
  | (InRun & { readonly type: 'line.dropped'; readonly line: LineId })
  | (InRun & {
      readonly type: 'line.turned'
      readonly line: LineId
      readonly subject: string
      readonly signature: string
    })
  | (InRun & { readonly type: 'line.turn-revoked'; readonly line: LineId })
  | (InRun & { readonly type: 'line.passed'; readonly line: LineId })
  | (InRun & { readonly type: 'line.cleared'; readonly line: LineId; readonly turns: Turns })
  | (InRun & { readonly type: 'line.reopened'; readonly line: LineId })
  | (InRun & {
      readonly type: 'line.delivered'
      readonly line: LineId
      readonly text: string
      readonly turns: Turns
    })
  | (InRun & { readonly type: 'brief.released'; readonly lines: readonly LineId[] })

/** What leaves the room is what people saw (BR1). */
const lineText = where(text(MAX_LINE_CHARS), 'a text of which everything is seen', isPlain)

/** The event of one type. */
export type Of<Type extends BriefEvent['type']> = Extract<BriefEvent, { readonly type: Type }>

const ofLine = <const T extends string>(type: T) =>
  object({ v: version, type: oneOf(type), run: runShape, line: id<LineId>() })

export const briefEvents = {
  'line.proposed': {
    spaces: ['room'],
    shape: object({ v: version, type: oneOf('line.proposed'), run: runShape, id: id<LineId>(), text: lineText }),
  },
  'line.dropped': { spaces: ['room'], shape: ofLine('line.dropped') },
  'line.turned': {
    spaces: ['caucus'],
    shape: object({
      v: version,
      type: oneOf('line.turned'),
      run: runShape,
      line: id<LineId>(),
      subject: subjectShape,
      signature: signatureShape,
    }),
  },
  'line.turn-revoked': { spaces: ['caucus'], shape: ofLine('line.turn-revoked') },
  'line.passed': { spaces: ['own'], shape: ofLine('line.passed') },
  'line.cleared': {
    spaces: ['room'],
    shape: object({ v: version, type: oneOf('line.cleared'), run: runShape, line: id<LineId>(), turns: turnsShape }),
    carries: {
      from: 'caucus',
      act: 'turn-of-each-side',
      proof: ({ lines }: Brief, { line, turns }: Of<'line.cleared'>) => ({
        purpose: 'brief-line' as const,
        subject: lines.find((one) => one.id === line)?.subject ?? '',
        turns,
      }),
    },
  },
  'line.reopened': { spaces: ['room'], shape: ofLine('line.reopened') },
  'line.delivered': {
    spaces: ['outbox'],
    shape: object({
      v: version,
      type: oneOf('line.delivered'),
      run: runShape,
      line: id<LineId>(),
      text: lineText,
      turns: turnsShape,
    }),
    carries: {
      from: 'room',
      act: 'turn-of-each-side',
      proof: (_: Brief, { line, text: words, turns }: Of<'line.delivered'>, context: EventContext<BriefSettings>) => ({
        purpose: 'brief-line' as const,
        subject: subjectOf(context.proofs, context.charter, context.run, line, words),
        turns,
      }),
    },
  },
  'brief.released': {
    spaces: ['outbox'],
    shape: object({
      v: version,
      type: oneOf('brief.released'),
      run: runShape,
      lines: list(id<LineId>(), MAX_LINES),
    }),
  },
} as const

/** A line as the room knows it; its words are in the room's texts. */
export interface Line {
  readonly id: LineId
  /** What a turn signs: this line, in this run, in exactly these words. */
  readonly subject: string
  readonly dropped: boolean
  /** The participants who were in the room when every side had cleared it; none while it is not cleared. */
  readonly cleared: readonly SeatId[]
}

/** A brief in one space; each space keeps its own part. */
export interface Brief {
  /** Room: in the order of proposal. */
  readonly lines: readonly Line[]
  /** Caucus: by line, then by seat. */
  readonly turns: Standing
  /** Caucus: somebody has been taken out, and the yeses that had been given until then count no more. */
  readonly lapsed?: true | undefined
  /** Own: the lines to which this person has said "not yet". */
  readonly passed: readonly LineId[]
  /** Outbox: by line, the participants of the outbox who had turned when it came. */
  readonly delivered: Readonly<Record<LineId, readonly SeatId[]>>
  /** Outbox: the lines of the brief, once it is released. */
  readonly released?: readonly LineId[] | undefined
}

export const briefState: Shape<Brief> = object({
  lines: list(
    object({ id: id<LineId>(), subject: subjectShape, dropped: flag, cleared: list(id<SeatId>(), 200) }),
    MAX_PROPOSED,
  ),
  turns: standingShape(200 * MAX_PROPOSED),
  lapsed: optional(where(flag, 'true', (value) => value)),
  passed: list(id<LineId>(), MAX_PROPOSED),
  delivered: record(ID, list(id<SeatId>(), 200), MAX_PROPOSED),
  released: optional(list(id<LineId>(), MAX_LINES)),
}) as Shape<Brief>

export const emptyBrief: Brief = { lines: [], turns: {}, passed: [], delivered: {} }
