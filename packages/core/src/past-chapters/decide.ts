import type { Addressed, Facts, Proofs, Refusal, World } from '../activity.ts'
import { countedIn, isBehind } from '../behind.ts'
import { turnsIn } from '../destruction/extent.ts'
import type { SeatId, SideId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import type { Seat } from '../roster.ts'
import { caucusOf, type SpaceName } from '../space.ts'
import { spaceIn } from '../space-in.ts'
import type { Governing, SpaceState } from '../state.ts'
import { hasTurned, suffices, type Turns } from '../turns.ts'
import { type PastChapter, type PastChapterEvent, pastGroups, pastPurpose, pastQuorum, pastSubject } from './events.ts'
import { type ChapterName, namesOf } from './names.ts'
import { refusePastAbsence } from './rules.ts'

type Act =
  /** Facilitators: asks whether somebody who came later be given a chapter from before. */
  | { readonly type: 'askPastChapter'; readonly seat: SeatId; readonly header: string }
  /** Facilitators: asks no more. */
  | { readonly type: 'dropPastChapter' }
  /** Whoever was there then: says yes. May be taken back with `holdPastChapter` until it is given. */
  | { readonly type: 'turnPastChapter' }
  /** Whoever was there then: says "not yet", whatever they have said before. */
  | { readonly type: 'holdPastChapter' }
  /** Facilitators' devices, by themselves: tells the space that it is agreed. */
  | { readonly type: 'grantPastChapter' }

/**
 * `space`: the room, where none is named, or a caucus. `request`: what the person was shown, so that no answer becomes one
 * to something else that is asked by the time it is sent.
 */
export type PastChapterCommand = Act & {
  readonly space?: SpaceName | undefined
  readonly request?: string | undefined
}

const COMMANDS: ReadonlySet<string> = new Set<PastChapterCommand['type']>([
  'askPastChapter',
  'dropPastChapter',
  'turnPastChapter',
  'holdPastChapter',
  'grantPastChapter',
])
export const isPastChapterCommand = (command: { readonly type: string }): command is PastChapterCommand =>
  COMMANDS.has(command.type)

type Event =
  | PastChapterEvent
  | { readonly v: 1; readonly type: 'turn.given' | 'turn.revoked' | 'turn.passed'; readonly about: string }
type Decided = Result<readonly Addressed<Event>[], Refusal>

/** Decides what follows from a command. */
export function decidePastChapter(
  world: World,
  me: Seat,
  command: PastChapterCommand,
  facts: Facts,
  proofs: Proofs,
): Decided {
  const { affirmed, paused } = world.room.governing
  const space = command.space ?? 'room'
  const governing = spaceIn(world, space)?.governing
  if (!governing) return err({ code: 'not-in-this-space' })
  if (!affirmed.includes(me.id)) return err({ code: 'not-affirmed' })
  const inSpace = (event: PastChapterEvent): Decided => ok([{ space, event }])
  const asked = governing.past?.asked
  // A yes can be taken back, and a question dropped, always; the rest waits while the room is paused.
  const waits = paused && command.type !== 'holdPastChapter' && command.type !== 'dropPastChapter'
  if (waits) return err({ code: 'paused' })
  if (command.type === 'askPastChapter') {
    const { seat, header } = command
    return inSpace({ v: 1, type: 'past.asked', id: facts.newId(), seat, header })
  }
  const isShown = command.request === undefined || command.request === asked?.id
  if (!asked || !isShown) return err({ code: 'no-such-request' })
  if (command.type === 'dropPastChapter') return inSpace({ v: 1, type: 'past.stopped', id: asked.id })
  if (command.type === 'grantPastChapter') {
    const turns = standing(world, governing, asked, proofs)
    return turns ? inSpace({ v: 1, type: 'past.granted', id: asked.id, turns }) : err({ code: 'turn-missing' })
  }
  return answer(world, me, governing, asked, command.type, facts, proofs)
}

function answer(
  world: World,
  me: Seat,
  governing: Governing,
  asked: PastChapter,
  type: 'turnPastChapter' | 'holdPastChapter',
  facts: Facts,
  proofs: Proofs,
): Decided {
  const isAsked = pastGroups(governing, asked.header).some((group) => group.some(({ id }) => id === me.id))
  if (!isAsked || me.side === undefined) return err({ code: 'not-asked' })
  const [space, about] = [caucusOf(me.side), asked.id]
  const subject = pastSubject(proofs, governing, asked)
  const isTurned = hasTurned(spaceIn(world, space)?.governing.turns ?? {}, about, subject, me.id)
  if (type === 'turnPastChapter') {
    if (isTurned) return err({ code: 'already-turned' })
    const purpose = pastPurpose(governing)
    const given = { v: 1, type: 'turn.given', purpose, about, subject, signature: facts.sign(subject) } as const
    return ok([{ space, event: given }])
  }
  const revoked = isTurned ? [{ space, event: { v: 1, type: 'turn.revoked', about } as const }] : []
  return ok([...revoked, { space: 'own', event: { v: 1, type: 'turn.passed', about } }])
}

/** The yeses that stand, as far as this device reads; undefined where it cannot tell whether they still do (TN5). */
function standing(world: World, governing: Governing, asked: PastChapter, proofs: Proofs): Turns | undefined {
  const subject = pastSubject(proofs, governing, asked)
  if (governing.space !== 'room') return turnsIn([governing], asked.id, subject)
  if (isBehind(world)) return undefined
  const caucuses = Object.values(world.caucuses).map((caucus) => caucus.governing)
  return countedIn(world, turnsIn(caucuses, asked.id, subject), subject, proofs)
}

/** A facilitator's device tells a space that it is agreed there, as soon as the yeses say so. */
export function followUpPastChapters(world: World, me: Seat, proofs: Proofs): readonly PastChapterCommand[] {
  if (me.role !== 'facilitator') return []
  return [world.room, ...Object.values(world.caucuses)].flatMap(({ governing }): readonly PastChapterCommand[] => {
    const { past, space } = governing
    const turns = past?.asked && standing(world, governing, past.asked, proofs)
    if (!past?.asked || !turns || refusePastAbsence(governing, past.asked.header, turns)) return []
    return [{ type: 'grantPastChapter', ...(space !== 'room' && { space }) }]
  })
}

/** A chapter that somebody who came later may be given. */
export type NamedChapter = Pick<PastChapter, 'seat' | 'header'> & ChapterName

/** What this person sees of chapters for people who came after them, in one space. */
export interface PastChaptersView {
  readonly asked:
    | (NamedChapter & {
        readonly id: string
        /** What this person has said; undefined for those who are not asked. */
        readonly mine: 'turned' | 'not-yet' | 'undecided' | undefined
        /** For facilitators: whether enough of each side have said yes. */
        readonly sides: readonly { readonly side: SideId; readonly hasAgreed: boolean }[]
      })
    | undefined
  /** What was agreed to: everyone in the space is told. */
  readonly granted: readonly NamedChapter[]
  /** For facilitators, where nothing is asked: what could be, oldest first. `isEmpty`: nothing was written in it. */
  readonly open: readonly (NamedChapter & { readonly isEmpty: boolean })[]
}

export function viewPastChapters(world: World, me: Seat, governing: Governing, proofs: Proofs): PastChaptersView {
  const { asked, granted = [] } = governing.past ?? {}
  const open = me.role === 'facilitator' && !asked ? openIn(governing, spaceIn(world, governing.space)?.said ?? {}) : []
  const names = namesOf(governing)
  const given = granted.map(({ seat, header }) => ({ seat, header, ...names.get(header) }))
  return { asked: asked && viewAsked(world, me, governing, asked, proofs), granted: given, open }
}

/** What could be asked for. Cost: as much as there is of it. */
function openIn(governing: Governing, said: SpaceState['said']): PastChaptersView['open'] {
  const { chapters, past } = governing
  const names = namesOf(governing)
  const isGranted = (header: string, seat: SeatId): boolean =>
    past?.granted.some((one) => one.seat === seat && one.header === header) === true
  const open: PastChaptersView['open'][number][][] = []
  let later: readonly SeatId[] = []
  for (const { header, joined = [] } of chapters.toReversed()) {
    const isEmpty = said[header]?.texts.length === 0
    open.unshift(
      later.filter((seat) => !isGranted(header, seat)).map((seat) => ({ seat, header, ...names.get(header), isEmpty })),
    )
    later = [...later, ...joined]
  }
  return open.flat()
}

function viewAsked(world: World, me: Seat, governing: Governing, asked: PastChapter, proofs: Proofs) {
  const { id, seat, header } = asked
  const subject = pastSubject(proofs, governing, asked)
  const groups = pastGroups(governing, header)
  const turnsOf = (side: SideId) => world.caucuses[side]?.governing.turns ?? {}
  const isAsked = groups.some((group) => group.some((one) => one.id === me.id))
  const isTurned = me.side !== undefined && hasTurned(turnsOf(me.side), id, subject, me.id)
  const passed = world.own?.governing.passed.includes(id) ? ('not-yet' as const) : ('undecided' as const)
  const sides = groups.flatMap((group) => {
    const side = group[0]?.side
    const said = ({ id: who }: Seat): boolean => side !== undefined && hasTurned(turnsOf(side), id, subject, who)
    return side === undefined ? [] : [{ side, hasAgreed: suffices(pastQuorum(governing), group, said) }]
  })
  const mine = isAsked ? (isTurned ? ('turned' as const) : passed) : undefined
  return { id, seat, header, ...namesOf(governing).get(header), mine, sides: me.role === 'facilitator' ? sides : [] }
}
