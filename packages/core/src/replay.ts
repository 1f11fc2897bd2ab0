import { type AnyActivityKind, type EventContext, eventContext, type Proofs, type RunEvent } from './activity.ts'
import { bytesOf } from './canonical.ts'
import { type ChapterMark, type DestructionEvent, destructionEvents } from './destruction/events.ts'
import { askAgain, evolveDestruction, withoutLost, withoutOwing, withUntold } from './destruction/evolve.ts'
import { refuseDestructionEvent } from './destruction/refuse.ts'
import { deviceSubject } from './devices.ts'
import { refuseMove } from './disclosure.ts'
import { areCountersigned, withoutUsed } from './door.ts'
import type { RunId, SeatId } from './ids.ts'
import { type LegEvent, legEvents } from './leg/events.ts'
import { evolveLeg, refuseLegEvent } from './leg/rules.ts'
import { MAX_ADMITTING_BYTES, MAX_GOVERNING_BYTES } from './limits.ts'
import { type PastChapterEvent, pastChapterEvents } from './past-chapters/events.ts'
import { evolvePastChapters, refusePastChapterEvent } from './past-chapters/rules.ts'
import { kindOf } from './registry.ts'
import { err, ok, type Result } from './result.ts'
import { changeRoster, type DeviceChange, isKeeper, type RosterChange, type Seat, seatOf } from './roster.ts'
import { activityOf, currentRuns } from './run.ts'
import { sizeOf } from './size.ts'
import { spaceKind } from './space.ts'
import { type StageEvent, stageEvents } from './stage-events.ts'
import type { Contribution, Governing, SpaceState } from './state.ts'
import { withoutText, withWritten } from './texts.ts'
import type { Turn } from './turns.ts'
import { refuseWayBack, returnedIn } from './way-back.ts'

/** An entry that counts: the log and its signature have been checked, its body is parsed JSON and nothing more. */
export interface Entry {
  readonly id: string
  readonly by: SeatId
  readonly body: unknown
}

/** What an entry says, once it has been judged. */
type Judged =
  | { readonly of: 'stage'; readonly event: StageEvent }
  | { readonly of: 'destruction'; readonly event: DestructionEvent }
  | { readonly of: 'past'; readonly event: PastChapterEvent }
  | { readonly of: 'leg'; readonly event: LegEvent }
  | {
      readonly of: 'run'
      readonly event: RunEvent
      readonly kind: AnyActivityKind
      readonly context: EventContext<unknown>
    }

/** The run's state in this space. */
export const runState = (governing: Governing, run: RunId, kind: AnyActivityKind): unknown =>
  governing.runs[run] ?? kind.empty

/** Judges an event by the rules of its own space and nothing else, so that every device judges alike (DG3). */
function judge(governing: Governing, by: Seat, body: unknown, proofs: Proofs): Result<Judged, string> {
  const type = typeof body === 'object' && body !== null ? (body as { type?: unknown }).type : undefined
  if (typeof type !== 'string') return err('no-event')
  if (Object.hasOwn(stageEvents, type)) return judgeStageEvent(governing, by, type as StageEvent['type'], body)
  if (Object.hasOwn(destructionEvents, type))
    return judgeDestructionEvent(governing, by, type as DestructionEvent['type'], body, proofs)
  if (Object.hasOwn(pastChapterEvents, type))
    return judgePastChapterEvent(governing, by, type as PastChapterEvent['type'], body, proofs)
  if (Object.hasOwn(legEvents, type)) return judgeLegEvent(governing, by, type as LegEvent['type'], body)
  return judgeRunEvent(governing, by, type, body, proofs)
}

function judgeLegEvent(governing: Governing, by: Seat, type: LegEvent['type'], body: unknown): Result<Judged, string> {
  if (spaceKind(governing.space) !== 'leg') return err('not-in-this-space')
  const event = legEvents[type].read(body, '')
  if (!event.ok) return err(event.error.code)
  const reason = refuseLegEvent(governing, by, event.value)
  return reason === undefined ? ok({ of: 'leg', event: event.value }) : err(reason)
}

function judgePastChapterEvent(
  governing: Governing,
  by: Seat,
  type: PastChapterEvent['type'],
  body: unknown,
  proofs: Proofs,
): Result<Judged, string> {
  const { spaces, shape } = pastChapterEvents[type]
  if (!spaces.includes(spaceKind(governing.space))) return err('not-in-this-space')
  const event = shape.read(body, '')
  if (!event.ok) return err(event.error.code)
  const reason = refusePastChapterEvent(governing, by, event.value, proofs)
  return reason === undefined ? ok({ of: 'past', event: event.value }) : err(reason)
}

function judgeDestructionEvent(
  governing: Governing,
  by: Seat,
  type: DestructionEvent['type'],
  body: unknown,
  proofs: Proofs,
): Result<Judged, string> {
  const { spaces, shape } = destructionEvents[type]
  if (!spaces.includes(spaceKind(governing.space))) return err('not-in-this-space')
  const event = shape.read(body, '')
  if (!event.ok) return err(event.error.code)
  const reason = refuseDestructionEvent(governing, by, event.value, proofs)
  return reason === undefined ? ok({ of: 'destruction', event: event.value }) : err(reason)
}

function judgeStageEvent(
  governing: Governing,
  by: Seat,
  type: StageEvent['type'],
  body: unknown,
): Result<Judged, string> {
  const { spaces, shape } = stageEvents[type]
  if (!spaces.includes(spaceKind(governing.space))) return err('not-in-this-space')
  const event = shape.read(body, '')
  if (!event.ok) return err(event.error.code)
  const reason = refuseStageEvent(governing, by, event.value)
  return reason === undefined ? ok({ of: 'stage', event: event.value }) : err(reason)
}

/** Rules DG6 to DG9 of docs/spec/dialogue.md, GR1 of ground-rules.md. */
function refuseStageEvent(governing: Governing, by: Seat, event: StageEvent): string | undefined {
  const { stage, paused, charter } = governing
  if (governing.leaving.includes(by.id)) return 'has-left'
  switch (event.type) {
    case 'stage.entered':
      if (by.role !== 'facilitator') return 'not-a-facilitator'
      if (paused) return 'paused'
      if (!charter.process.stages.some((one) => one.id === event.stage)) return 'no-such-stage'
      return event.visit === (stage?.visits[event.stage] ?? 0) + 1 ? unfinished(governing) : 'out-of-order'
    case 'room.paused':
      return paused ? 'already-paused' : undefined
    case 'room.resumed':
      if (by.role !== 'facilitator') return 'not-a-facilitator'
      return paused ? undefined : 'not-paused'
    case 'rules.affirmed':
      return governing.affirmed.includes(by.id) ? 'already-affirmed' : undefined
    case 'seat.leaving':
      return isLastKeeper(governing, by) ? 'last-keeper' : undefined
    case 'reason.noted':
      return undefined
  }
}

/** Nothing is left behind half done: a round that is open is closed first, so that what people wrote is not lost (R03). */
function unfinished(room: Governing): string | undefined {
  for (const { run, activity } of currentRuns(room)) {
    const kind = kindOf(activity.kind)
    const code = kind?.unfinished?.(runState(room, run, kind))
    if (code !== undefined) return code
  }
  return undefined
}

/** Somebody must stay who can let people in and take them out. */
const isLastKeeper = ({ space, roster, leaving }: Governing, seat: Seat): boolean =>
  isKeeper(space, seat) &&
  !roster.some((one) => one.id !== seat.id && isKeeper(space, one) && !leaving.includes(one.id))

function judgeRunEvent(
  governing: Governing,
  by: Seat,
  type: string,
  body: unknown,
  proofs: Proofs,
): Result<Judged, string> {
  const run = (body as { run?: unknown }).run
  const activity = typeof run === 'string' ? activityOf(governing.charter.process, run as RunId) : undefined
  const kind = activity && kindOf(activity.kind)
  const known = kind && Object.hasOwn(kind.events, type) ? kind.events[type] : undefined
  if (!activity || !kind || !known) return err('unknown-event')
  if (!known.spaces.includes(spaceKind(governing.space))) return err('not-in-this-space')
  const event = known.shape.read(body, '')
  if (!event.ok) return err(event.error.code)
  const barred = refuseSeat(governing, by, known.takesBack === true) ?? refuseId(governing, event.value)
  if (barred !== undefined) return err(barred)
  const context = eventContext(governing, by, event.value.run, activity, proofs)
  const state = runState(governing, event.value.run, kind)
  const reason =
    kind.refuse(state, event.value, context) ??
    (known.carries && refuseMove(known.carries, state, event.value, context))
  return reason === undefined ? ok({ of: 'run', event: event.value, kind, context }) : err(reason)
}

/**
 * What keeps a seat from acting in any activity; the pause and the ground rules are known in the room only. People ask for
 * a pause to be safe, so it keeps nobody from taking back what they have said (DG7).
 */
function refuseSeat({ space, leaving, affirmed, paused }: Governing, by: Seat, takesBack: boolean): string | undefined {
  if (leaving.includes(by.id)) return 'has-left'
  if (space === 'room' && !affirmed.includes(by.id)) return 'not-affirmed'
  return paused && !takesBack ? 'paused' : undefined
}

/** Otherwise one person could put their words in the place of another's (DG10). */
function refuseId({ contributions, runs, charter }: Governing, { id }: RunEvent): string | undefined {
  if (id === undefined) return undefined
  const taken =
    contributions.some((one) => one.id === id || one.confirmed?.restatement === id) ||
    Object.entries(runs).some(([other, state]) => {
      const activity = activityOf(charter.process, other as RunId)
      return activity && kindOf(activity.kind)?.ids?.(state).includes(id)
    })
  return taken ? 'id-taken' : undefined
}

/**
 * Replays one entry: the space after it, or the code of the rule for which it is set aside (LG10). Never throws; never
 * writes to `space`.
 */
export function replay(space: SpaceState, entry: Entry, proofs: Proofs): Result<SpaceState, string> {
  const by = seatOf(space.governing.roster, entry.by)
  const judged = by ? judge(space.governing, by, entry.body, proofs) : err('not-a-member')
  if (!judged.ok) return judged
  const after = evolve(space, judged.value, entry)
  return judged.value.of !== 'stage' && isTooMuch(space.governing, after.governing) ? err('no-room') : ok(after)
}

/** What makes nothing larger is always taken, so that what has begun can be ended (DG13). */
const isTooMuch = (before: Governing, after: Governing): boolean =>
  sizeOf(after) > MAX_GOVERNING_BYTES && sizeOf(after) > sizeOf(before)

/** The space after an event that was judged to count. */
function evolve(space: SpaceState, judged: Judged, entry: Pick<Entry, 'id' | 'by'>): SpaceState {
  if (judged.of === 'stage') return evolveStage(space, judged.event, entry)
  const { governing } = space
  if (judged.of === 'destruction') return { ...space, governing: evolveDestruction(governing, entry.by, judged.event) }
  if (judged.of === 'leg') return evolveLeg(space, judged.event, entry.by)
  if (judged.of === 'past') return { ...space, governing: evolvePastChapters(governing, judged.event) }
  const { kind, event, context } = judged
  const evolved = kind.evolve(runState(governing, event.run, kind), event, context)
  const { state, contributions, texts, withdrawn = [], ended } = evolved
  const after = {
    ...space,
    governing: {
      ...governing,
      contributions: contributions ? replaced(governing.contributions, contributions) : governing.contributions,
      runs: { ...governing.runs, [event.run]: state },
    },
    ended: ended ? [...space.ended, ended] : space.ended,
  }
  return withdrawn.reduce(withoutText, texts ? withWritten(after, texts) : after)
}

function replaced(old: readonly Contribution[], changed: readonly Contribution[]): readonly Contribution[] {
  const byId = new Map(changed.map((one) => [one.id, one]))
  const kept = old.map((one) => byId.get(one.id) ?? one)
  return [...kept, ...changed.filter((one) => !old.some(({ id }) => id === one.id))]
}

/** How the texts of noted reasons are told from those of things that people wrote. */
export const REASON = 'reason:'

function evolveStage(space: SpaceState, event: StageEvent, entry: Pick<Entry, 'id' | 'by'>): SpaceState {
  const { governing } = space
  const become = (next: Governing): SpaceState => ({ ...space, governing: next })
  switch (event.type) {
    case 'stage.entered':
      return become({
        ...governing,
        stage: { stage: event.stage, visits: { ...governing.stage?.visits, [event.stage]: event.visit } },
      })
    case 'room.paused':
      return become({ ...governing, paused: true })
    case 'room.resumed': {
      const { paused: _, ...resumed } = governing
      return become(resumed)
    }
    case 'rules.affirmed':
      return become({ ...governing, affirmed: [...governing.affirmed, entry.by] })
    case 'seat.leaving':
      return become({ ...governing, leaving: [...governing.leaving, entry.by] })
    case 'reason.noted':
      return withWritten(space, { [`${REASON}${entry.id}`]: event.text })
  }
}

/** The governing state after a chapter's header has changed the roster, or the rule that the change breaks (CH11, CH18, DG13). */
export function applyRosterChanges(
  governing: Governing,
  by: Seat,
  changes: readonly RosterChange[],
  proofs: Proofs,
): Result<Governing, string> {
  const { space, charter } = governing
  const sides = charter.sides.map((side) => side.id)
  const isVouched = (seat: Seat, change: DeviceChange): boolean =>
    proofs.vouched(seat, deviceSubject(proofs, charter, space, seat, change), change.voucher)
  const returned = returnedIn(changes)
  const refusal = returned && refuseWayBack(governing, by, changes, proofs)
  if (refusal !== undefined) return err(refusal)
  // Nobody is there who keeps the space: the seat that does has asked for it itself.
  const keeper = (returned && seatOf(governing.roster, returned.seat)) ?? by
  const roster = changeRoster(space, governing.roster, changes, keeper, sides, isVouched)
  if (!roster.ok) return roster
  if (!areCountersigned(governing, changes, proofs)) return err('not-countersigned')
  const seated = (seat: SeatId): boolean => seatOf(roster.value, seat) !== undefined
  const { affirmed, leaving } = governing
  const isTakenOut = governing.roster.some(
    ({ id, role }) => role === 'participant' && !leaving.includes(id) && !seated(id),
  )
  const { newcomers: _, ...before } = isTakenOut ? askAgain(governing) : governing
  const joined = changes.flatMap((change) => (change.type === 'admitted' ? [change.seat.id] : []))
  const peopled = withoutOwing({
    ...before,
    turns: withoutUsed(before.turns, joined),
    ...(joined.length > 0 && space !== 'outbox' && { newcomers: joined }),
    chapters: governing.chapters.map((mark) => withoutJoined(mark, seated)),
    roster: roster.value,
    runs: isTakenOut ? afterRemoval(governing) : governing.runs,
    affirmed: affirmed.filter(seated),
    leaving: leaving.filter(seated),
  })
  const changed = withUntold(withoutYeses(peopled, changes, proofs), governing.roster)
  // The header has the changes beside the state that they lead to.
  const isTooLarge = sizeOf(changed) + bytesOf(changes) > MAX_ADMITTING_BYTES
  const isAdding = changes.some(({ type }) => type === 'admitted' || type === 'device-added')
  return isTooLarge && isAdding ? err('no-room') : ok(changed)
}

/** A chapter's mark without people who are not there any more; the same where all are. */
function withoutJoined(mark: ChapterMark, seated: (seat: SeatId) => boolean): ChapterMark {
  const { joined, ...others } = mark
  if (!joined || joined.every(seated)) return mark
  const left = joined.filter(seated)
  return left.length > 0 ? { ...others, joined: left } : others
}

/** Without the yeses of devices that are gone: what these have signed proves nothing any more (DV6). */
function withoutYeses(governing: Governing, changes: readonly RosterChange[], proofs: Proofs): Governing {
  const seats = new Set(changes.flatMap((change) => (change.type === 'device-removed' ? [change.seat] : [])))
  if (seats.size === 0) return governing
  const { charter, runs, roster } = governing
  const holds = (id: SeatId, { subject, signature }: Turn): boolean => {
    const seat = seatOf(roster, id)
    return !seats.has(id) || (seat !== undefined && proofs.signed(seat, subject, signature))
  }
  const kept = Object.entries(runs).map(([run, state]): readonly [string, unknown] => {
    const activity = activityOf(charter.process, run as RunId)
    return [run, (activity && kindOf(activity.kind))?.afterDeviceRemoval?.(state, holds) ?? state]
  })
  return withoutLost({ ...governing, runs: Object.fromEntries(kept) }, seats, proofs)
}

/** What the activities keep, once somebody who had not left has been taken out. */
function afterRemoval({ charter, runs }: Governing): Governing['runs'] {
  const changed = Object.entries(runs).map(([run, state]): readonly [string, unknown] => {
    const activity = activityOf(charter.process, run as RunId)
    return [run, (activity && kindOf(activity.kind))?.afterRemoval?.(state) ?? state]
  })
  return Object.fromEntries(changed)
}
