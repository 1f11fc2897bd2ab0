import type { Proofs, World } from '../activity.ts'
import type { Millis, SeatId, SideId } from '../ids.ts'
import { peopleOf, type Seat } from '../roster.ts'
import { hasTurned, QUORUM_OF, suffices } from '../turns.ts'
import { hasTurnedFor } from './decide.ts'
import { DELAY_MS } from './effect.ts'
import type { ChapterMark, Destroyed, Destruction } from './events.ts'
import { subjectOf, visitsUpTo } from './extent.ts'

/** A visit of a stage, `visit` from 1. */
export interface Visit {
  readonly stage: string
  readonly visit: number
}

/** All that was said up to the end of a visit: what a facilitator can ask to be destroyed. */
export interface Extent {
  readonly upTo: string
  readonly visits: readonly Visit[]
}

/** A destruction that every side is asked about, or has agreed to. */
export interface AskedView {
  readonly visits: readonly Visit[]
  /** Every side has agreed: from then on it is a day. Never which side has not. */
  readonly isAgreed: boolean
  /** When it takes effect at the earliest, once that is known. */
  readonly dueAt: Millis | undefined
  /** What this person has said; undefined for facilitators. */
  readonly mine: 'turned' | 'not-yet' | 'undecided' | undefined
  /** Whether enough of this person's own side have said yes; undefined for facilitators. Never by name. */
  readonly side: boolean | undefined
  /** For facilitators: the same for each side whose caucus they are in. */
  readonly sides: readonly { readonly side: SideId; readonly hasAgreed: boolean }[]
}

/** What has been destroyed, and whose devices say that they have deleted it. */
export interface DestroyedView {
  readonly id: string
  readonly visits: readonly Visit[]
  readonly at: Millis
  /** Of each seat: how many of its devices have said so, and how many it has. */
  readonly seats: readonly { readonly seat: SeatId; readonly confirmed: number; readonly devices: number }[]
}

export interface DestructionView {
  readonly asked: AskedView | undefined
  /** In the order in which it took effect. */
  readonly destroyed: readonly DestroyedView[]
  /** For facilitators, where nothing is asked: each extent is all up to the end of a visit, the smallest first. */
  readonly extents: readonly Extent[]
}

/** What this person sees of what is and is to be destroyed. */
export function viewDestruction(world: World, me: Seat, proofs: Proofs): DestructionView {
  const { governing } = world.room
  const { destruction, destroyed, chapters } = governing
  const mayAsk = me.role === 'facilitator' && !destruction
  return {
    asked: destruction && viewAsked(world, me, destruction, proofs),
    destroyed: destroyed.map((one) => viewDestroyed(world, one)),
    extents: mayAsk ? chapters.flatMap((mark) => extentOf(world, mark)) : [],
  }
}

const visits = (labels: readonly string[]): readonly Visit[] =>
  labels.map((label) => {
    const [stage = '', visit = ''] = label.split('#')
    return { stage, visit: Number(visit) }
  })

function extentOf({ room: { governing } }: World, { header: upTo }: ChapterMark): readonly Extent[] {
  const labels = visitsUpTo(governing, upTo)
  return labels ? [{ upTo, visits: visits(labels) }] : []
}

function viewAsked(world: World, me: Seat, destruction: Destruction, proofs: Proofs): AskedView {
  const { governing } = world.room
  const { upTo, turns, since, id } = destruction
  const subject = subjectOf(proofs, governing.charter, destruction)
  const hasAgreed = (side: SideId): boolean => {
    const caucus = world.caucuses[side]?.governing
    if (!caucus) return false
    const people = peopleOf(caucus.roster, side).filter((seat) => !caucus.leaving.includes(seat.id))
    return suffices(QUORUM_OF.destruction, people, (seat) => hasTurned(caucus.turns, id, subject, seat.id))
  }
  const shared = {
    visits: visits(visitsUpTo(governing, upTo) ?? []),
    isAgreed: turns !== undefined,
    dueAt: since === undefined ? undefined : ((since + DELAY_MS) as Millis),
  }
  if (me.role === 'participant') {
    const passed = world.own?.governing.passed.includes(id) ? ('not-yet' as const) : ('undecided' as const)
    const mine = hasTurnedFor(world, me, destruction, proofs) ? ('turned' as const) : passed
    return { ...shared, mine, side: me.side !== undefined && hasAgreed(me.side), sides: [] }
  }
  const sides = governing.charter.sides
    .filter(({ id: side }) => world.caucuses[side])
    .map(({ id: side }) => ({ side, hasAgreed: hasAgreed(side) }))
  return { ...shared, mine: undefined, side: undefined, sides }
}

const viewDestroyed = (
  { room: { governing } }: World,
  { id, visits: labels, at, confirmed }: Destroyed,
): DestroyedView => ({
  id,
  at,
  visits: visits(labels),
  seats: governing.roster.map(({ id: seat, devices }) => ({
    seat,
    confirmed: devices.filter(({ device }) => confirmed.includes(device)).length,
    devices: devices.length,
  })),
})
