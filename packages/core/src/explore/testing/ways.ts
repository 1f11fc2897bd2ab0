import type { World } from '../../activity.ts'
import type { Command } from '../../decide.ts'
import type { ActivityCommand } from '../../registry.ts'
import type { DialogueView, RunView } from '../../view.ts'
import { CHARTER, FAY, PARTICIPANTS, SEATS, STAGES } from './cast.ts'
import { CAUCUS, type Engine, OUTBOX, PANEL, ROOM, TAKEN_OUT, type Write } from './engine.ts'
import { must } from './fault.ts'
import type { Ledger, Ledgers } from './ledger.ts'
import { factsFor, moveOf, reasonOf } from './menu.ts'
import { type Table, worldOf, written } from './table.ts'

const FAYS = SEATS.indexOf(FAY)

/** Why the core refuses this, or undefined. */
function refusal({ core }: Engine, world: World, command: Command): string | undefined {
  const decided = core.decide(world, command, factsFor(world, 'way-'), core.proofs)
  return decided.ok ? undefined : decided.error.code
}

/** Whoever is there can always say no, in each way that the specification gives, at no more cost than yes. */
export function checkWaysOut(engine: Engine, world: World, view: DialogueView, ledgers: Ledgers): void {
  const { paused, affirmed, left } = ledgers.room
  const can = (command: Command): string | undefined => refusal(engine, world, command)
  const { me } = world
  const has = (rule: string, got: string | undefined, expected: string | undefined): void =>
    must(got === expected, rule, me, got ?? 'taken', 'instead of', expected ?? 'taken')
  if (left.includes(me)) {
    must(view.runs.length + view.past.length === 0, 'who has left is shown nothing (DG9)', me)
    for (const type of ['pause', 'affirmRules'] as const)
      has('who has left does nothing (DG9)', can({ type }), 'has-left')
    return
  }
  const accepted = affirmed.includes(me)
  const isFay = me === FAY.id
  has('anyone may pause (DG7)', can({ type: 'pause' }), paused ? 'already-paused' : undefined)
  has('anyone may leave, but the last facilitator (DG9)', can({ type: 'leave' }), isFay ? 'last-keeper' : undefined)
  has(
    'anyone may accept the rules, once (GR1)',
    can({ type: 'affirmRules' }),
    accepted ? 'already-affirmed' : undefined,
  )
  const resumed = isFay ? (paused ? undefined : 'not-paused') : 'not-a-facilitator'
  has('a facilitator resumes (DG7)', can({ type: 'resume' }), resumed)
  const isOnTheWayOut = [ledgers.outbox, ...ledgers.caucuses].some(({ taken }) => taken.includes(me))
  if (!accepted || isFay || isOnTheWayOut) return
  for (const run of view.runs)
    for (const [command, but] of answersTo(run)) {
      const code = can({ run: run.run, command })
      if (paused && command.type !== 'holdLine') has('while the room is paused nobody acts (DG7)', code, 'paused')
      else must(code === undefined || but.includes(code), 'pass and answer are open alike', me, command, code)
    }
}

/** What a participant is asked for in a run, and the ways not to give it; each with the refusals that are right. */
function answersTo({ view }: RunView): readonly (readonly [command: ActivityCommand, but: readonly string[]])[] {
  switch (view.kind) {
    case 'ground-rules':
      return []
    case 'round': {
      const attribution = view.attributions[0] as 'side'
      return [
        [{ type: 'passRound' }, ['offered', 'withdrawn'].includes(view.mine.state) ? ['already-offered'] : []],
        [{ type: 'offerContribution', text: 'words', attribution }, view.status === 'open' ? [] : ['round-not-open']],
      ]
    }
    case 'mirroring':
      return [
        ...view.toRestate.flatMap(({ contribution, mine }) => [
          [{ type: 'passRestating', contribution: contribution.id }, []] as const,
          [
            { type: 'offerRestatement', contribution: contribution.id, text: 'words' },
            mine === 'waiting' ? ['waiting-for-author'] : [],
          ] as const,
        ]),
        ...view.toJudge.flatMap(({ restatement }) =>
          (['accurate', 'partly', 'not-yet'] as const).map(
            (verdict) => [{ type: 'judgeRestatement', restatement: restatement.id, verdict }, []] as const,
          ),
        ),
      ]
    case 'brief': {
      const out = view.released ? ['already-released'] : []
      return view.lines.flatMap(({ line, mine }) => [
        [{ type: 'holdLine', line }, out] as const,
        [{ type: 'turnLine', line }, mine === 'turned' ? [...out, 'already-turned'] : out] as const,
      ])
    }
  }
}

/** The table after Fay's device has decided and written this. @returns the refusal's code in its place */
function done(engine: Engine, table: Table, command: Command): Table | string {
  const world = worldOf(table, FAYS)
  const decided = engine.core.decide(world, command, factsFor(world, 'way-'), engine.core.proofs)
  if (!decided.ok) return decided.error.code
  const { table: next, setAside } = written(engine, table, moveOf(FAYS, 'way', decided.value).writes)
  must(
    setAside.every((code) => code === undefined),
    'what was decided is not set aside (DG11)',
    setAside,
    command,
  )
  return next
}

function mustDo(engine: Engine, table: Table, command: Command, rule: string): Table {
  const next = done(engine, table, command)
  must(typeof next !== 'string', rule, command, next)
  return next as Table
}

/** The facilitator's device does what it should do by itself, until there is nothing left. */
function settled(engine: Engine, table: Table): Table {
  let now = table
  for (let round = 0; round < 20; round++) {
    const [due] = engine.core.followUps(worldOf(now, FAYS), engine.core.proofs)
    if (!due) return now
    now = mustDo(engine, now, due, 'what a device does by itself is not refused (DG11)')
  }
  must(false, 'what devices do by themselves comes to an end')
}

const ledgerAt = (table: Table, at: number): Ledger => (table[at] as Table[number]).ledger

/** Who is in the room and has not left, as the ledger and the roster of the room say. */
export function presentIn(table: Table): readonly string[] {
  const { roster } = (table[ROOM] as Table[number]).state.governing
  const { left } = ledgerAt(table, ROOM)
  return roster.filter(({ id, role }) => role === 'participant' && !left.includes(id)).map(({ id }) => id)
}

/** Whose yes to a line stands in the caucuses now, or has ever stood. */
export const yesTo = (table: Table, line: string, which: 'yes' | 'ever'): readonly string[] =>
  CHARTER.sides.flatMap((_, i) => ledgerAt(table, CAUCUS + i)[which][line] ?? [])

/** No line is shown as cleared to which somebody who is there has never said yes; none, once all is settled, without it. */
function checkCleared(table: Table, view: DialogueView, which: 'yes' | 'ever'): void {
  for (const { view: brief } of view.runs) {
    if (brief.kind !== 'brief' || (which === 'yes' && brief.released)) continue
    for (const { line, room } of brief.lines) {
      const missing = presentIn(table).filter((seat) => !yesTo(table, line, which).includes(seat))
      must(
        room === 'not-yet' || missing.length === 0,
        `no line is cleared without everyone’s ${which} (BR5)`,
        line,
        missing,
      )
    }
  }
}

/** Nothing has left to which somebody who is there has never said yes. */
function checkReleased(table: Table): void {
  const { lines, shared } = ledgerAt(table, OUTBOX)
  for (const [line, text] of Object.entries(lines)) {
    const missing = presentIn(table).filter((seat) => !yesTo(table, line, 'ever').includes(seat))
    must(missing.length === 0 || !shared.includes(text), 'nothing leaves without everyone’s yes (BR8)', text, missing)
  }
}

/** Whatever has happened, the facilitator can go on: to the next stage, or to the end of the last. */
export function checkWayOn(engine: Engine, table: Table, view: DialogueView): void {
  checkCleared(table, view, 'ever')
  checkReleased(table)
  let now = table
  const { paused, affirmed } = ledgerAt(table, ROOM)
  if (paused) now = mustDo(engine, now, { type: 'resume' }, 'a facilitator can always resume (DG7)')
  if (!affirmed.includes(FAY.id))
    now = mustDo(engine, now, { type: 'affirmRules' }, 'anyone may accept the rules (GR1)')
  now = settled(engine, now)
  const seen = shownToFay(engine, now)
  checkCleared(now, seen, 'yes')
  for (const { run, view: open } of seen.runs) {
    const lost = ledgerAt(table, PANEL).kept.includes(run) ? {} : ({ unopened: true } as const)
    const command = { run, command: { type: 'closeRound', ...lost } } as const
    if (open.kind === 'round' && open.status === 'open')
      now = mustDo(engine, now, command, 'an open round can be closed (RD1, RD9)')
  }
  const stage = STAGES.indexOf((now[ROOM] as Table[number]).state.governing.stage?.stage ?? '')
  const next = STAGES[stage + 1]
  if (next === undefined) checkEnd(engine, now, seen)
  else {
    const enter = { type: 'enterStage', stage: next, reason: reasonOf(next) } as const
    mustDo(engine, now, enter, 'a facilitator can always go on, with a reason (DG8)')
  }
}

function shownToFay({ core }: Engine, table: Table): DialogueView {
  const view = core.view(worldOf(table, FAYS), core.proofs)
  must(view !== undefined, 'the last facilitator is never without a view')
  return view
}

/** The brief can be released, with what is cleared, once all spaces have been told of whom the room has lost (BR11). */
function checkEnd(engine: Engine, table: Table, view: DialogueView): void {
  let now = settled(engine, written(engine, table, tellings(table)).table)
  for (const { run, view: brief } of view.runs) {
    if (brief.kind !== 'brief' || brief.released) continue
    now = mustDo(
      engine,
      now,
      { run, command: { type: 'releaseBrief' } },
      'what is cleared can always be released (BR8)',
    )
  }
  must(shownToFay(engine, now).table?.exitMet === true, 'the last stage can end (BR10)')
}

/** Chapters of the spaces that have not been told yet whom another has lost, or who has left. */
function tellings(table: Table): readonly Write[] {
  const places = [ROOM, OUTBOX, CAUCUS, CAUCUS + 1]
  const rosterAt = (at: number): readonly string[] =>
    (table[at] as Table[number]).state.governing.roster.map((seat) => seat.id)
  const { left } = ledgerAt(table, ROOM)
  const isLost = (id: string, side: string | undefined): boolean =>
    places.some((at) => belongs(at, side) && !rosterAt(at).includes(id))
  const lost = PARTICIPANTS.filter(({ id, side }) => left.includes(id) || isLost(id, side))
  return lost.flatMap(({ id }) =>
    places
      .filter((at) => rosterAt(at).includes(id))
      .map((at) => ({ at, by: FAY, body: { type: TAKEN_OUT, id }, key: `out ${id}` })),
  )
}

const belongs = (at: number, side: string | undefined): boolean =>
  side !== undefined && (at < CAUCUS || CHARTER.sides[at - CAUCUS]?.id === side)
