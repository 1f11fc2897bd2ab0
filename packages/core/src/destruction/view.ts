import { atDoorOf } from '../door.ts'
import type { Millis, SeatId, SideId } from '../ids.ts'
import { caucusOf, type SpaceName, sideOf } from '../space.ts'
import { spaceIn } from '../space-in.ts'
import type { Governing } from '../state.ts'
import { groupsOf, hasTurned, suffices } from '../turns.ts'
import { hasTurnedFor, type InSpace, votingSpace } from './decide.ts'
import { DELAY_MS } from './effect.ts'
import type { ChapterMark, Destroyed, Destruction } from './events.ts'
import { owedBy } from './evolve.ts'
import { leftBehind, quorumIn, subjectOf, visitsUpTo } from './extent.ts'

/** A visit of a stage, `visit` from 1. */
export interface Visit {
  readonly stage: string
  readonly visit: number
}

/** All that was said up to a chapter: in the room up to the end of a visit; elsewhere chapters know no visits. */
export interface Extent {
  readonly upTo: string
  readonly visits: readonly Visit[]
  /** Elsewhere: when its last chapter ended, which is when the next was opened. */
  readonly until: Millis | undefined
}

/** A destruction that people are asked about, or have agreed to. */
export interface AskedView {
  readonly id: string
  readonly visits: readonly Visit[]
  /** As of an {@link Extent}. */
  readonly until: Millis | undefined
  /** All that it takes is there: from then on it is a day. Never which side has not said yes. */
  readonly isAgreed: boolean
  /** When it takes effect at the earliest, once that is known. */
  readonly dueAt: Millis | undefined
  /** What this person has said; undefined for those who are not asked. */
  readonly mine: 'turned' | 'not-yet' | 'undecided' | undefined
  /** Whether enough of this person's own group have said yes; undefined for those who are not asked. Never by name. */
  readonly side: boolean | undefined
  /** For facilitators, of the room: the same for each side whose caucus they are in. */
  readonly sides: readonly { readonly side: SideId; readonly hasAgreed: boolean }[]
}

/** What has been destroyed, and whose devices say that they have deleted it. */
export interface DestroyedView {
  readonly id: string
  readonly visits: readonly Visit[]
  readonly at: Millis
  /** Of each seat: on how many of its devices nothing of it is left, as they say, and how many it has. */
  readonly seats: readonly { readonly seat: SeatId; readonly confirmed: number; readonly devices: number }[]
  /** How many devices were taken out after it took effect and before they had said so: of them nobody can tell. */
  readonly untold: number
}

export interface DestructionView {
  readonly asked: AskedView | undefined
  /** In the order in which it took effect. */
  readonly destroyed: readonly DestroyedView[]
  /** For those who may ask, where nothing is asked: the smallest first. */
  readonly extents: readonly Extent[]
}

/** What this person sees of what is and is to be destroyed in one space. */
export function viewDestruction(of: InSpace): DestructionView {
  const { me, governing } = of
  const { destruction, destroyed, chapters, space } = governing
  const mayAsk = !destruction && (space !== 'room' || me.role === 'facilitator')
  return {
    asked: destruction && viewAsked(of, destruction),
    destroyed: destroyed.map((one) => viewDestroyed(governing, one)),
    extents: mayAsk ? chapters.flatMap((mark) => extentOf(governing, mark)) : [],
  }
}

const visits = (labels: readonly string[]): readonly Visit[] =>
  labels.map((label) => {
    const [stage = '', visit = ''] = label.split('#')
    return { stage, visit: Number(visit) }
  })

function extentOf(governing: Governing, { header: upTo }: ChapterMark): readonly Extent[] {
  const labels = visitsUpTo(governing, upTo)
  return labels ? [{ upTo, visits: visits(labels), until: leftBehind(governing, upTo)?.[0]?.at }] : []
}

/**
 * Whether enough of a group have said yes in the space that they say it in. The room asks those too who are still at the
 * door of their caucus, where they cannot say it (IN12).
 */
function hasAgreed({ world, me, proofs, governing }: InSpace, destruction: Destruction, where: SpaceName): boolean {
  const asked = spaceIn(world, where)?.governing
  const groups = asked ? groupsOf(asked) : []
  // In a leg each of the two is asked for themselves.
  const group = groups.find((one) => one.some(({ id }) => id === me.id)) ?? groups[0]
  if (!asked || !group) return false
  const subject = subjectOf(proofs, governing, destruction)
  const side = governing.space === 'room' ? sideOf(where) : undefined
  const all = side === undefined ? group : [...group, ...atDoorOf(world, side)]
  return suffices(quorumIn(governing), all, ({ id }) => hasTurned(asked.turns, destruction.id, subject, id))
}

function viewAsked(of: InSpace, destruction: Destruction): AskedView {
  const { world, me, governing } = of
  const { upTo, turns, since, id } = destruction
  const shared = {
    id,
    visits: visits(visitsUpTo(governing, upTo) ?? []),
    until: leftBehind(governing, upTo)?.[0]?.at,
    isAgreed: turns !== undefined,
    dueAt: since && ((Math.min(...Object.values(since)) + DELAY_MS) as Millis),
  }
  const where = votingSpace(of)
  if (where) {
    const passed = world.own?.governing.passed.includes(id) ? ('not-yet' as const) : ('undecided' as const)
    // One that it carries counts, wherever else it was taken back.
    const mine = turns?.[me.id] || hasTurnedFor(of, destruction) ? ('turned' as const) : passed
    return { ...shared, mine, side: hasAgreed(of, destruction, where), sides: [] }
  }
  const ofSides = me.role === 'facilitator' && governing.space === 'room' ? governing.charter.sides : []
  const sides = ofSides
    .filter(({ id: side }) => world.caucuses[side])
    .map(({ id: side }) => ({ side, hasAgreed: hasAgreed(of, destruction, caucusOf(side)) }))
  return { ...shared, mine: undefined, side: undefined, sides }
}

const viewDestroyed = (governing: Governing, { id, visits: labels, at, untold }: Destroyed): DestroyedView => ({
  id,
  at,
  visits: visits(labels),
  seats: governing.roster.map(({ id: seat, devices }) => ({
    seat,
    confirmed: devices.filter(({ device }) => !owedBy(governing, device).includes(id)).length,
    devices: devices.length,
  })),
  untold,
})
