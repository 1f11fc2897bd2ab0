import type { Facts, Proofs, World } from './activity.ts'
import type { Confidentiality, Side } from './charter.ts'
import { decide, type RunCommand, runContext } from './decide.ts'
import { type DestructionCommand, followUpDestruction } from './destruction/decide.ts'
import { type DestructionView, viewDestruction } from './destruction/view.ts'
import { type DoorView, viewDoors } from './door.ts'
import { exitMet } from './exits.ts'
import type { RunId, SeatId, SideId } from './ids.ts'
import { type LegView, viewLegs } from './leg/view.ts'
import {
  followUpPastChapters,
  type PastChapterCommand,
  type PastChaptersView,
  viewPastChapters,
} from './past-chapters/decide.ts'
import type { Texts } from './process.ts'
import { type ActivityCommand, type ActivityView, kindOf } from './registry.ts'
import { REASON } from './replay.ts'
import { type Role, type Seat, seatOf } from './roster.ts'
import type { RoundKey, RoundSecret } from './round-key.ts'
import { currentRuns, runAt } from './run.ts'
import type { SpaceName } from './space.ts'
import { textsIn, type WordsRef } from './texts.ts'

/** Somebody in the room, as everyone there may see them. */
export interface Person {
  readonly seat: SeatId
  readonly name: string
  readonly role: Role
  readonly side: SideId | undefined
  /** How many devices they are here with. */
  readonly devices: number
}

/** A stage in the strip: where we are, what it is for, what ends it. */
export interface StageView {
  readonly id: string
  readonly title: Texts
  readonly purpose: Texts
  readonly ends: Texts
  readonly status: 'done' | 'now' | 'ahead'
  /** How often it has been entered, the present visit included. */
  readonly visits: number
}

/** An activity of the stage that we are in, in the order of the process. */
export interface RunView {
  readonly run: RunId
  readonly view: ActivityView
}

/** What was said in one visit of a stage that is over. */
export interface PastVisit {
  readonly stage: string
  /** From 1. */
  readonly visit: number
  /** In the order of the process; only those of which there is something to read. Nothing is to be done here. */
  readonly runs: readonly RunView[]
}

/** What only facilitators see beside the room. */
export interface FacilitatorTable {
  /** The stage may end without a reason. */
  readonly exitMet: boolean
  /** The stage after this one. */
  readonly next: string | undefined
  /** People who have asked to leave; the next chapter takes them out. */
  readonly leaving: readonly SeatId[]
  /** Why stages were left before their end, in the order of noting. Kept in the panel. */
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
  /** Somebody has asked everyone to stop: nobody but a facilitator may act until one of them resumes. */
  readonly paused: boolean
  /** This person has left: nothing is shown to them any more. */
  readonly left: boolean
  /** This person has not accepted the ground rules: they see these and nothing that anybody said (GR2). */
  readonly mustAffirm: boolean
  readonly stages: readonly StageView[]
  /** The activities of this stage. */
  readonly runs: readonly RunView[]
  /**
   * What can be read again of the visits that are over, in the order of the process, then of the visits (DG14). Worked
   * out when it is first asked for; costs as much as a view of as many runs.
   */
  readonly past: readonly PastVisit[]
  /** What is to be destroyed, and what has been; undefined before the rules are accepted, and once this person has left. */
  readonly destruction: DestructionView | undefined
  /** The same of the other spaces that this person reads and in which something can be destroyed. */
  readonly destructionElsewhere: readonly { readonly space: SpaceName; readonly destruction: DestructionView }[]
  /** What people are asked, and have agreed to, of the room's chapters for those who came after them; undefined as above. */
  readonly pastChapters: PastChaptersView | undefined
  /** Who waits to come into a caucus; undefined before the rules are accepted, and once this person has left. */
  readonly doors: DoorView | undefined
  /** This person's private lines, in no order that means anything; none before the rules are accepted, and once they have left. */
  readonly legs: readonly LegView[]
  /** Only for facilitators who have accepted the ground rules. */
  readonly table: FacilitatorTable | undefined
}

const person = (seat: Seat): Person => ({
  seat: seat.id,
  name: seat.name,
  role: seat.role,
  side: seat.side,
  devices: seat.devices.length,
})

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
  const left = governing.leaving.includes(me.id)
  const mustAffirm = !governing.affirmed.includes(me.id)
  const at = stages.findIndex((one) => one.id === stage.stage)
  let past: readonly PastVisit[] | undefined
  return {
    title: charter.title,
    convenor: charter.convenor,
    confidentiality: charter.confidentiality,
    rules: charter.rules,
    sides: charter.sides,
    me: person(me),
    people: roster.map(person),
    paused: governing.paused ?? false,
    left,
    mustAffirm,
    stages: stages.map(({ id, title, purpose, exit }, i) => ({
      id,
      title,
      purpose,
      ends: exit.says,
      status: i < at ? 'done' : i === at ? 'now' : 'ahead',
      visits: governing.stage?.visits[id] ?? 0,
    })),
    runs: left ? [] : currentRuns(governing).flatMap(({ run }) => viewRun(world, me, run, proofs)),
    get past() {
      past ??= left ? [] : viewPast(world, me, proofs)
      return past
    },
    destruction: left || mustAffirm ? undefined : viewDestruction({ world, me, governing, proofs }),
    pastChapters: left || mustAffirm ? undefined : viewPastChapters(world, me, governing, proofs),
    destructionElsewhere: left || mustAffirm ? [] : viewElsewhere(world, me, proofs),
    doors: left || mustAffirm ? undefined : viewDoors(world, me, proofs),
    legs: left || mustAffirm ? [] : viewLegs(world),
    table: me.role === 'facilitator' && !mustAffirm && !left ? table(world, stages[at + 1]?.id) : undefined,
  }
}

const viewElsewhere = (world: World, me: Seat, proofs: Proofs): DialogueView['destructionElsewhere'] =>
  [...Object.values(world.caucuses), ...Object.values(world.legs ?? {}), world.panel, world.own].flatMap((space) =>
    space
      ? [
          {
            space: space.governing.space,
            destruction: viewDestruction({ world, me, governing: space.governing, proofs }),
          },
        ]
      : [],
  )

function viewRun(world: World, me: Seat, run: RunId, proofs: Proofs): readonly RunView[] {
  const found = runContext(world, me, run, proofs)
  const shown = found && (found.kind.beforeAffirmation || world.room.governing.affirmed.includes(me.id))
  return shown ? [{ run, view: found.kind.view(found.context) as ActivityView }] : []
}

/** The same views as those of their own time, of runs of other visits than the present one (DG14). */
function viewPast(world: World, me: Seat, proofs: Proofs): readonly PastVisit[] {
  const { governing } = world.room
  const now = new Set(currentRuns(governing).map(({ run }) => run))
  return governing.charter.process.stages.flatMap(({ id: stage, activities }) => {
    const visits = Array.from({ length: governing.stage?.visits[stage] ?? 0 }, (_, n) => n + 1)
    return visits.flatMap((visit): readonly PastVisit[] => {
      const runs = activities
        .map(({ id }) => runAt(stage, id, visit))
        .filter((run) => !now.has(run))
        .flatMap((run) => viewRun(world, me, run, proofs))
        .filter(({ view: shown }) => kindOf(shown.kind)?.isReadAgain?.(shown))
      return runs.length > 0 ? [{ stage, visit, runs }] : []
    })
  })
}

const table = (world: World, next: string | undefined): FacilitatorTable => ({
  exitMet: exitMet(world),
  next,
  leaving: world.room.governing.leaving,
  reasons: (world.panel ? textsIn(world.panel) : []).flatMap(([key, text]) => (key.startsWith(REASON) ? [text] : [])),
})

/** A device draws and signs nothing by itself. */
const NO_FACTS: Facts = {
  newId: () => '',
  sign: () => '',
  say: () => '' as WordsRef,
  roundKey: () => ({ key: '' as RoundKey, secret: '' as RoundSecret }),
}

/**
 * What this person's device should do by itself now: the same answer until it is done. What would be refused is not
 * due: it would be tried again without end.
 */
export function followUps(
  world: World,
  proofs: Proofs,
): readonly (RunCommand | DestructionCommand | PastChapterCommand)[] {
  const { governing } = world.room
  const me = seatOf(governing.roster, world.me)
  if (!me || !governing.affirmed.includes(me.id) || governing.leaving.includes(me.id)) return []
  const ofPanel = Object.keys(world.panel?.governing.runs ?? {}) as RunId[]
  const ofRuns = [...new Set([...currentRuns(governing).map(({ run }) => run), ...ofPanel])].flatMap((run) => {
    const found = runContext(world, me, run, proofs)
    return (found?.kind.followUps?.(found.context) ?? []).map((command) => ({
      run,
      command: command as ActivityCommand,
    }))
  })
  const ofChapters = followUpPastChapters(world, me, proofs)
  return [...followUpDestruction(world, me, proofs), ...ofChapters, ...ofRuns].filter(
    (command) => decide(world, command, NO_FACTS, proofs).ok,
  )
}
