import type { Attempt } from '../../activities/mirroring/events.ts'
import type { AnyActivityKind, World } from '../../activity.ts'
import type { SeatId } from '../../ids.ts'
import { kindOf } from '../../registry.ts'
import { err } from '../../result.ts'
import type { Governing, SpaceState } from '../../state.ts'
import { textsIn } from '../../texts.ts'
import type { DialogueView } from '../../view.ts'
import { PARTICIPANTS, SIGNED } from './cast.ts'
import { type Core, realCore } from './engine.ts'

/** A mistake that somebody could make in the core, where it would show, and the rule that it breaks. */
export interface SownFault {
  readonly name: string
  readonly start: string
  readonly depth: number
  readonly breaks: string
  readonly core?: (core: Core) => Core
  readonly kind?: { readonly of: string; readonly with: (kind: AnyActivityKind) => Partial<AnyActivityKind> }
}

/** Does something with the fault in the core, and takes it out again. */
export function withFault({ core, kind }: SownFault, does: (core: Core) => void): void {
  const sown = kind && kindOf(kind.of)
  const healthy = { ...sown }
  if (sown && kind) Object.assign(sown, kind.with(healthy as AnyActivityKind))
  try {
    does(core ? core(realCore()) : realCore())
  } finally {
    if (sown) Object.assign(sown, healthy)
  }
}

type Body = { readonly type: string; readonly run?: string }

/** The core as it would be if it took a space for another one. */
function seeing(core: Core, concerns: (type: string) => boolean, changed: (governing: Governing) => Governing): Core {
  const seen = (space: SpaceState): SpaceState => ({ ...space, governing: changed(space.governing) })
  const worldSeen = (world: World): World => ({
    ...world,
    room: seen(world.room),
    ...(world.outbox && { outbox: seen(world.outbox) }),
  })
  return {
    ...core,
    decide: (world, command, facts, proofs) => {
      const type = 'run' in command ? command.command.type : command.type
      return core.decide(concerns(type) ? worldSeen(world) : world, command, facts, proofs)
    },
    replay: (space, entry, proofs) => {
      if (!concerns((entry.body as Body).type)) return core.replay(space, entry, proofs)
      const after = core.replay(seen(space), entry, proofs)
      if (!after.ok) return after
      const { leaving, paused } = space.governing
      const governing = { ...after.value.governing, leaving, ...(paused && { paused }) }
      return { ok: true, value: { ...after.value, governing } }
    },
  }
}

const DOV = (PARTICIPANTS[3] as (typeof PARTICIPANTS)[number]).id

/** A facilitator's device that sends without what Dov says. */
const withoutDov = (core: Core): Core =>
  seeing(
    core,
    (type) => ['clearLine', 'releaseBrief', 'line.cleared', 'line.delivered', 'brief.released'].includes(type),
    (governing) => ({ ...governing, leaving: [...governing.leaving, DOV as SeatId] }),
  )

const withoutPause = (core: Core): Core =>
  seeing(
    core,
    (type) => /Round|Contribution|^round\.|^contribution\./.test(type),
    ({ paused: _, ...governing }) => governing,
  )

/** Its devices ask whether they can read the words before they let them be restated. */
const judgingByWords = (core: Core): Core => ({
  ...core,
  replay: (space, entry, proofs) =>
    (entry.body as Body).type === 'restatement.offered' && textsIn(space).length === 0
      ? err('not-readable')
      : core.replay(space, entry, proofs),
})

const refusing =
  (type: string, when: (world: World) => boolean) =>
  (core: Core): Core => ({
    ...core,
    decide: (world, command, facts, proofs) =>
      'type' in command && command.type === type && when(world)
        ? err({ code: 'paused' })
        : core.decide(world, command, facts, proofs),
  })

/** Keeps a view as long as nothing has happened that the rules ask for. */
function remembering(core: Core): Core {
  const known = new WeakMap<Governing, Map<string, DialogueView>>()
  return {
    ...core,
    view: (world, proofs) => {
      const views = known.get(world.room.governing) ?? new Map<string, DialogueView>()
      known.set(world.room.governing, views)
      const view = views.get(world.me) ?? core.view(world, proofs)
      if (view) views.set(world.me, view)
      return view
    },
  }
}

interface Turned {
  readonly turns: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Whoever says yes says it for the person beside them too. */
const yesForTwo = ({ evolve }: AnyActivityKind): Partial<AnyActivityKind> => ({
  evolve: (state, event, context) => {
    const after = evolve(state, event, context)
    if (event.type !== 'line.turned') return after
    const { line } = event as unknown as { line: string }
    const { turns } = after.state as Turned
    const mine = turns[line]?.[context.by.id]
    const both = Object.fromEntries(
      context.roster.filter(({ side }) => side === context.by.side).map(({ id }) => [id, mine]),
    )
    return { ...after, state: { ...(after.state as Turned), turns: { ...turns, [line]: { ...turns[line], ...both } } } }
  },
})

const anySignature = (core: Core): Core => ({
  ...core,
  proofs: {
    ...core.proofs,
    signed: (_, subject, signature) => signature.startsWith(SIGNED) && signature.includes(subject),
  },
})

const passInRoom = ({ decide, events, view }: AnyActivityKind): Partial<AnyActivityKind> => ({
  events: {
    ...events,
    'round.passed': { ...(events['round.passed'] as (typeof events)[string]), spaces: ['own', 'room'] },
  },
  decide: (command, context, facts) => {
    const decided = decide(command, context, facts)
    if (!decided.ok || command.type !== 'passRound') return decided
    return { ok: true, value: decided.value.map(({ event }) => ({ space: 'room', event })) }
  },
  view: (context) => ({ ...(view(context) as object), quiet: (context.stateIn('room') as { passed: boolean }).passed }),
})

/** What opens a round is kept where everybody reads it. */
const secretInRoom = ({ decide, events }: AnyActivityKind): Partial<AnyActivityKind> => ({
  events: {
    ...events,
    'round.key-kept': { ...(events['round.key-kept'] as (typeof events)[string]), spaces: ['room'] },
  },
  decide: (command, context, facts) => {
    const decided = decide(command, context, facts)
    if (!decided.ok || command.type !== 'openRound') return decided
    return { ok: true, value: decided.value.map(({ event }) => ({ space: 'room', event })) }
  },
})

const keepingNothing = ({ evolve }: AnyActivityKind): Partial<AnyActivityKind> => ({
  evolve: (state, event, context) => (event.type === 'round.key-kept' ? { state } : evolve(state, event, context)),
})

const neverWithoutSecret = ({ refuse }: AnyActivityKind): Partial<AnyActivityKind> => ({
  refuse: (state, event, context) =>
    event.type === 'round.closed' && !('secret' in event) ? 'wrong-secret' : refuse(state, event, context),
})

const openPool = ({ view }: AnyActivityKind): Partial<AnyActivityKind> => ({
  view: (context) => {
    const { offered } = context.stateIn('room') as { offered: Readonly<Record<string, { readonly id: string }>> }
    const ids = Object.values(offered).map(({ id }) => id)
    const words = textsIn(context.world.room).filter(([id]) => ids.includes(id))
    return { ...(view(context) as object), soon: words.map(([, text]) => text) }
  },
})

const named = ({ view }: AnyActivityKind): Partial<AnyActivityKind> => ({
  view: (context) => {
    const seen = view(context) as { pool: readonly { readonly id: string; readonly origin: object }[] }
    const { contributions, roster } = context.world.room.governing
    const nameOf = (of: string) => roster.find(({ id }) => id === contributions.find((one) => one.id === of)?.by)?.name
    return { ...seen, pool: seen.pool.map((one) => ({ ...one, origin: { ...one.origin, name: nameOf(one.id) } })) }
  },
})

const judgedByAnyone = ({ view }: AnyActivityKind): Partial<AnyActivityKind> => ({
  view: (context) => {
    const { attempts } = context.stateIn('room') as { attempts: readonly Attempt[] }
    const texts = textsIn(context.world.room).filter(([id]) => attempts.some((one) => one.id === id))
    return { ...(view(context) as object), tried: texts.map(([, text]) => text) }
  },
})

/** Takes back the words of what it shows by a mark alone. */
const markedOnly = ({ evolve }: AnyActivityKind): Partial<AnyActivityKind> => ({
  evolve: (state, event, context) => {
    const { withdrawn: _, contributions, ...after } = evolve(state, event, context)
    return {
      ...after,
      ...(contributions && { contributions: contributions.map(({ withdrawn: _mark, ...one }) => one) }),
    }
  },
})

const yesForEver = ({ evolve }: AnyActivityKind): Partial<AnyActivityKind> => ({
  evolve: (state, event, context) => (event.type === 'line.turn-revoked' ? { state } : evolve(state, event, context)),
})

const lapsingNothing = (): Partial<AnyActivityKind> => ({ afterRemoval: (state) => state })

const isPaused = ({ room }: World): boolean => room.governing.paused === true

/** Each of these must be found; if one is not, an exploration that finds nothing says nothing. */
export const FAULTS: readonly SownFault[] = [
  {
    name: 'a yes counts for two',
    start: 'a line is proposed',
    depth: 3,
    breaks: 'BR5',
    core: anySignature,
    kind: { of: 'brief', with: yesForTwo },
  },
  {
    name: 'a release leaves one person out',
    start: 'a line waits for one person',
    depth: 1,
    breaks: 'BR5',
    core: withoutDov,
  },
  {
    name: 'a yes stays although it was taken back',
    start: 'a line is cleared',
    depth: 2,
    breaks: 'BR5',
    kind: { of: 'brief', with: yesForEver },
  },
  {
    name: 'a "not yet" goes with the person',
    start: 'people are taken out',
    depth: 2,
    breaks: 'BR5',
    kind: { of: 'brief', with: lapsingNothing },
  },
  { name: 'a pass shows', start: 'a round is open', depth: 1, breaks: 'DS5', kind: { of: 'round', with: passInRoom } },
  {
    name: 'words show before the round closes',
    start: 'a round is open',
    depth: 1,
    breaks: 'DS5',
    kind: { of: 'round', with: openPool },
  },
  {
    name: 'everybody has what opens a round',
    start: 'the opening of a round',
    depth: 1,
    breaks: 'RD8',
    kind: { of: 'round', with: secretInRoom },
  },
  {
    name: 'what opens a round is lost',
    start: 'the opening of a round',
    depth: 1,
    breaks: 'RD1',
    kind: { of: 'round', with: keepingNothing },
  },
  {
    name: 'a round that nobody can open stays open',
    start: 'a round that nobody can open',
    depth: 1,
    breaks: 'RD9',
    kind: { of: 'round', with: neverWithoutSecret },
  },
  {
    name: 'a name shows that nobody chose',
    start: 'a round is written in',
    depth: 1,
    breaks: 'DS3',
    kind: { of: 'round', with: named },
  },
  {
    name: 'a restatement shows before it is confirmed',
    start: 'mirroring',
    depth: 1,
    breaks: 'DS5',
    kind: { of: 'mirroring', with: judgedByAnyone },
  },
  { name: 'the pause is not asked', start: 'a round is open', depth: 2, breaks: 'DG7', core: withoutPause },
  {
    name: 'a device judges by the words that it has',
    start: 'mirroring',
    depth: 1,
    breaks: 'DG3',
    core: judgingByWords,
  },
  {
    name: 'nobody leaves while the room is paused',
    start: 'the opening',
    depth: 1,
    breaks: 'DG9',
    core: refusing('leave', isPaused),
  },
  {
    name: 'words that were taken back stay',
    start: 'mirroring',
    depth: 1,
    breaks: 'DS5',
    kind: { of: 'round', with: markedOnly },
  },
  { name: 'nobody can resume', start: 'mirroring', depth: 1, breaks: 'DG7', core: refusing('resume', () => true) },
  {
    name: 'a yes that was taken back still destroys',
    start: 'each side has agreed to destroy',
    depth: 2,
    breaks: 'DX5',
    core: (core) => ({
      ...core,
      replay: (space, entry, proofs) => {
        const after = core.replay(space, entry, proofs)
        const isStop = (entry.body as { type: string }).type === 'destruction.stopped'
        return after.ok && isStop ? { ok: true, value: { ...space } } : after
      },
    }),
  },
  {
    name: 'somebody who is taken out takes no agreement along',
    start: 'people are taken out before it is destroyed',
    depth: 2,
    breaks: 'DX5',
    core: (core) => ({
      ...core,
      applyRosterChanges: (governing, by, changes, proofs) => {
        const after = core.applyRosterChanges(governing, by, changes, proofs)
        const { destruction } = governing
        return after.ok && destruction ? { ok: true, value: { ...after.value, destruction } } : after
      },
    }),
  },
  {
    name: 'what was destroyed by turns stays on a device',
    start: 'each side has agreed to destroy',
    depth: 1,
    breaks: 'DS5',
    core: (core) => ({
      ...core,
      beginChapter: (before, governing, header) => {
        const begun = core.beginChapter(before, governing, header)
        const { contributions, runs } = before?.governing ?? governing
        return { ...begun, ...before, governing: { ...begun.governing, contributions, runs } }
      },
    }),
  },
  {
    name: 'a device remembers what was destroyed',
    start: 'mirroring',
    depth: 1,
    breaks: 'destroyed',
    core: remembering,
  },
]
