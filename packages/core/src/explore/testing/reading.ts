import type { World } from '../../activity.ts'
import type { SpaceState } from '../../state.ts'
import type { DialogueView } from '../../view.ts'
import { FAY, SEATS, SECRET, SIGNED } from './cast.ts'
import type { Core } from './engine.ts'
import { must } from './fault.ts'
import { entitledWords, isAllowedOrigin, type Ledgers } from './ledger.ts'
import { WORDS } from './menu.ts'

/** All of a view that can ever change, as one text. */
export function textOfView(view: DialogueView | undefined): string {
  if (!view) return 'nothing'
  const { me, people, paused, left, mustAffirm, stages, runs, past, table } = view
  return JSON.stringify([me, people, paused, left, mustAffirm, stages.map(({ status }) => status), runs, past, table])
}

const nameOf = new Map<string, string>(SEATS.map(({ id, name }) => [id, name]))
const sideOf = new Map<string, string | undefined>(SEATS.map(({ id, side }) => [id, side]))

/** What one reader is shown: no words but their own to read, of nobody more than they chose, no small figures. */
export function checkShown(view: DialogueView, reader: string, ledgers: Ledgers, shown: string): void {
  const entitled = entitledWords(ledgers, reader)
  for (const words of shown.match(WORDS) ?? [])
    must(entitled.has(words), 'nothing is readable but by its author’s act or each side’s turn (DS5)', reader, words)
  must(!shown.includes(SIGNED), 'no view has a signature (DS3)', reader)
  must(!shown.includes(SECRET), 'no view has what opens a round (RD8)', reader)
  const runs = [...view.runs, ...view.past.flatMap((visit) => visit.runs)].map((run) => run.view)
  checkOrigins(runs, reader, ledgers, new Set(view.people.map(({ seat }) => seat)))
  const participants = view.people.filter(({ role }) => role === 'participant').length
  for (const run of runs) {
    const { written, waiting, affirmed } = run as { written?: number; waiting?: number; affirmed?: number }
    const small = (participants < 5 && (written ?? waiting) !== undefined) || (view.people.length < 5 && affirmed)
    must(!small, 'no figure from fewer than five people (DS2)', run)
  }
}

/** Nothing in an activity says of anybody more than they chose, and says a name only where it was chosen (DS3). */
function checkOrigins(value: unknown, reader: string, ledgers: Ledgers, seated: ReadonlySet<string>): void {
  if (typeof value === 'string')
    must(!nameOf.has(value) && !NAMES.has(value), 'nothing else in a view of an activity names a seat (DS3)', value)
  if (typeof value !== 'object' || value === null) return
  const { origin, ...others } = value as { origin?: object; id?: string }
  for (const part of Object.values(others)) checkOrigins(part, reader, ledgers, seated)
  if (!origin) return
  const piece = ledgers.room.pieces[others.id ?? '']
  const nameWhileSeated = (seat: string): string | undefined => (seated.has(seat) ? nameOf.get(seat) : undefined)
  const allowed = isAllowedOrigin(piece, origin as never, reader, (seat) => sideOf.get(seat), nameWhileSeated)
  must(allowed, 'of where words come from no more is shown than their author chose (DS3)', reader, origin, piece)
}
const NAMES = new Set(SEATS.map(({ name }) => name))

/** What a device lacks, be it destroyed, withdrawn or from before its time, it does not show, and passes on to nobody. */
export function checkLacking(core: Core, world: World, shown: string, turn: number): void {
  if (turn % 2 === 0) {
    const none = textOfView(
      core.view(
        lacking(world, () => true),
        core.proofs,
      ),
    )
    must(!none.includes('⟦'), 'words that a device has no longer are in no view', world.me)
    return
  }
  const words = [...new Set(shown.match(WORDS) ?? [])]
  const one = words[(turn >> 1) % Math.max(1, words.length)]
  if (one === undefined) return
  const rest = textOfView(
    core.view(
      lacking(world, (text) => text === one),
      core.proofs,
    ),
  )
  must(!rest.includes(one), 'a text that was destroyed is in no view', world.me, one)
  const others = words.filter((other) => other !== one && !rest.includes(other))
  // What cannot be read any more is not asked to be restated; what others have said of it goes with it.
  must(others.length === 0 || world.me !== FAY.id, 'what is destroyed takes nothing else along', others)
}

function lacking(world: World, isGone: (text: string) => boolean): World {
  const left = <T>(parts: Readonly<Record<string, Readonly<Record<string, T>>>>) =>
    Object.fromEntries(
      Object.entries(parts).map(([first, part]) => [
        first,
        Object.fromEntries(Object.entries(part).filter(([, text]) => typeof text !== 'string' || !isGone(text))),
      ]),
    )
  const without = (space: SpaceState): SpaceState => ({ ...space, texts: left(space.texts), words: left(space.words) })
  return {
    ...world,
    room: without(world.room),
    ...(world.own && { own: without(world.own) }),
    ...(world.panel && { panel: without(world.panel) }),
    ...(world.outbox && { outbox: without(world.outbox) }),
  }
}
