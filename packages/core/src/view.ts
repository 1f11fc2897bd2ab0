import type { Proofs, World } from './activity.ts'
import type { Confidentiality, Side } from './charter.ts'
import { type RunCommand, runContext } from './decide.ts'
import { exitMet } from './exits.ts'
import type { RunId, SeatId, SideId } from './ids.ts'
import type { Texts } from './process.ts'
import { type Role, type Seat, seatOf } from './roster.ts'
import { runOf } from './run.ts'

/** Somebody in the room, as everyone there may see them. */
export interface Person {
  readonly seat: SeatId
  readonly name: string
  readonly role: Role
  readonly side: SideId | undefined
}

/** A stage in the strip: where we are, what it is for, what ends it. */
export interface StageView {
  readonly id: string
  readonly title: Texts
  readonly purpose: Texts
  readonly ends: Texts
  readonly status: 'done' | 'now' | 'ahead'
}

/** An activity of the stage that we are in. `view` is its kind's own, told apart by its `kind`. */
export interface RunView {
  readonly run: RunId
  readonly view: { readonly kind: string }
}

/** What only facilitators see beside the room. */
export interface FacilitatorTable {
  readonly exitMet: boolean
  readonly next: string | undefined
  /** People who have asked to leave; the next chapter takes them out. */
  readonly leaving: readonly SeatId[]
  readonly reasons: readonly string[]
}

/** The dialogue as one person meets it. */
export interface DialogueView {
  readonly title: string
  readonly convenor: string
  readonly confidentiality: Confidentiality
  readonly rules: Readonly<Record<string, string>>
  readonly sides: readonly Side[]
  readonly me: Person
  readonly people: readonly Person[]
  readonly paused: boolean
  readonly left: boolean
  readonly stages: readonly StageView[]
  readonly runs: readonly RunView[]
  readonly table: FacilitatorTable | undefined
}

const person = (seat: Seat): Person => ({ seat: seat.id, name: seat.name, role: seat.role, side: seat.side })

/**
 * What this person sees, from the spaces that their device can read. People who are leaving are shown to nobody as
 * leaving but to the panel (DG9).
 *
 * @returns undefined when the person has no seat in the room any more
 */
export function view(world: World, proofs: Proofs): DialogueView | undefined {
  const { governing } = world.room
  const { charter, stage, roster } = governing
  const me = seatOf(roster, world.me)
  if (!me || !stage) return undefined
  const { stages } = charter.process
  const at = stages.findIndex((one) => one.id === stage.stage)
  return {
    title: charter.title,
    convenor: charter.convenor,
    confidentiality: charter.confidentiality,
    rules: charter.rules,
    sides: charter.sides,
    me: person(me),
    people: roster.map(person),
    paused: governing.pausedBy !== undefined,
    left: governing.leaving.includes(me.id),
    stages: stages.map(({ id, title, purpose, exit }, i) => ({
      id,
      title,
      purpose,
      ends: exit.says,
      status: i < at ? 'done' : i === at ? 'now' : 'ahead',
    })),
    runs: (stages[at]?.activities ?? []).flatMap((activity) => viewRun(world, me, runOf(stage, activity.id), proofs)),
    table: me.role === 'facilitator' ? table(world, stages[at + 1]?.id) : undefined,
  }
}

function viewRun(world: World, me: Seat, run: RunId, proofs: Proofs): readonly RunView[] {
  const found = runContext(world, me, run, proofs)
  return found ? [{ run, view: found.kind.view(found.context) as { kind: string } }] : []
}

const table = (world: World, next: string | undefined): FacilitatorTable => ({
  exitMet: exitMet(world.room.governing),
  next,
  leaving: world.room.governing.leaving,
  reasons: Object.values(world.panel?.texts ?? {}),
})

/** What this person's device should do by itself now: the same answer until it is done. */
export function followUps(world: World, proofs: Proofs): readonly RunCommand[] {
  const { charter, stage, roster } = world.room.governing
  const me = seatOf(roster, world.me)
  const activities = charter.process.stages.find((one) => one.id === stage?.stage)?.activities ?? []
  if (!me || !stage) return []
  return activities.flatMap((activity) => {
    const run = runOf(stage, activity.id)
    const found = runContext(world, me, run, proofs)
    return (found?.kind.followUps?.(found.context) ?? []).map((command) => ({ run, command }))
  })
}
