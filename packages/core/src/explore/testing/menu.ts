import type { Brief } from '../../activities/brief/events.ts'
import type { Attempt, Mirroring } from '../../activities/mirroring/events.ts'
import type { Round } from '../../activities/round/events.ts'
import type { Facts, World } from '../../activity.ts'
import type { Command } from '../../decide.ts'
import { DELAY_MS } from '../../destruction/effect.ts'
import type { ActivityCommand } from '../../registry.ts'
import type { Seat } from '../../roster.ts'
import { runAt, visitLabel } from '../../run.ts'
import type { Contribution } from '../../state.ts'
import { CHARTER, FAY, idWith, PARTICIPANTS, roundKeyFor, SEATS, STAGES, signatureOf } from './cast.ts'
import {
  type Engine,
  headerAt,
  OPENED,
  OUTBOX,
  type Part,
  placeOf,
  ROOM,
  SPACES,
  TAKEN_OUT,
  type Write,
} from './engine.ts'
import { must } from './fault.ts'
import { type Table, worldKey, worldOf } from './table.ts'
import { refOf } from './words.ts'

/** What somebody can do that is not refused, and what it would write. */
export interface Move {
  readonly person: number
  readonly label: string
  readonly writes: readonly Write[]
}

/** How much there may be of what could go on without end. Part of what "every sequence" means. */
export interface Bounds {
  readonly visits: number
  /** Of one person in one round, or at one contribution. */
  readonly versions: number
  readonly lines: number
  /** Whether the facilitator takes people out, a space at a time. */
  readonly takesOut: boolean
  /** Whether chapters open, and what was said is asked to be destroyed. */
  readonly destroys: boolean
}
export const BOUNDS: Bounds = { visits: 2, versions: 2, lines: 2, takesOut: false, destroys: false }

/** A command, and the word that the ids and texts of what it writes begin with. */
interface Asked {
  readonly command: Command
  readonly word: string
}

/** How much somebody has written whose ids begin so, with what they have taken back. */
function startingWith({ room }: Pick<World, 'room'>, word: string): number {
  let count = room.dropped.filter((ref) => ref.startsWith(`room_${word}`)).length
  for (const part of Object.values(room.texts)) for (const id in part) if (id.startsWith(word)) count++
  return count
}

/** What this device's shell tells the core: ids by what they are of, so that no order of doing shows in them. */
export const factsFor = ({ room, me }: World, word: string): Facts => ({
  newId: () => idWith(`${word}${startingWith({ room }, word)}`),
  say: refOf,
  sign: (subject) => signatureOf(me, subject),
  roundKey: () => roundKeyFor(word),
})

/** All that this person could ask: each command, of each thing that is there, in each visit of each stage. */
function commandsOf(world: World, me: Seat, bounds: Bounds): readonly Asked[] {
  const { governing } = world.room
  const stages = STAGES.filter((stage) => (governing.stage?.visits[stage] ?? 0) < bounds.visits)
  const asked: Asked[] = (['affirmRules', 'pause', 'resume', 'leave'] as const).map((type) => ({
    command: { type },
    word: '',
  }))
  if (bounds.destroys) asked.push(...destructionCommands(world, me))
  for (const stage of stages) asked.push({ command: { type: 'enterStage', stage }, word: '' })
  for (const { id: stage, activities } of CHARTER.process.stages) {
    for (let visit = 1; visit <= (governing.stage?.visits[stage] ?? 0); visit++) {
      for (const { id, kind, settings } of activities) {
        const run = runAt(stage, id, visit)
        const word = `${me.name}-${id[0]}${visit}-`
        const commands = COMMANDS[kind]?.({ world, me, bounds, word, run, settings }) ?? []
        asked.push(...commands.map(([command, more = '']) => ({ command: { run, command }, word: word + more })))
      }
    }
  }
  return asked
}

/** All that could be asked about what is to be destroyed; what devices do by themselves included. */
function destructionCommands({ room, caucuses }: World, me: Seat): readonly Asked[] {
  const { chapters, destroyed } = room.governing
  const stands = Object.values(caucuses).flatMap(({ governing }) => Object.keys(governing.turns))
  // Another id for each that somebody may have said yes to: real ones never come again.
  const word = ['d', 'e', 'f']
    .map((one) => `${one}${destroyed.length}-`)
    .find((one) => !stands.includes(idWith(`${one}0`)))
  const device = me.devices[0]?.device as string
  return [
    ...chapters.map(({ header: upTo }): Asked => ({ command: { type: 'askDestruction', upTo }, word: word ?? 'g-' })),
    ...(['dropDestruction', 'turnDestruction', 'holdDestruction', 'agreeDestruction'] as const).map(
      (type): Asked => ({ command: { type }, word: '' }),
    ),
    ...destroyed.map(
      ({ id }): Asked => ({ command: { type: 'confirmDestruction', destruction: id, device }, word: '' }),
    ),
  ]
}

/**
 * The room's next chapter, where one is due: a new stage, an agreement, or the end of the day after it (CH14, DX5). In
 * the middle of that day one by a clock that has fallen behind, once.
 */
function openings(table: Table): readonly Move[] {
  const { governing } = (table[ROOM] as Part).state
  const { chapters, destruction, time } = governing
  const isNewStage = chapters.at(-1)?.visit !== visitLabel(governing).visit
  const since = destruction?.since?.[FAY.id]
  const isDue = isNewStage || destruction?.turns !== undefined
  if (!isDue) return []
  const at = destruction?.turns && since !== undefined ? since + DELAY_MS : time + 1
  const slow = (since ?? 0) - DELAY_MS
  const isSlow = since !== undefined && chapters.every(({ header }) => header !== headerAt(slow))
  return [opening('Fay opens a chapter', at), ...(isSlow ? [opening('Fay opens a chapter by a slow clock', slow)] : [])]
}

function opening(label: string, time: number): Move {
  const write: Write = { at: ROOM, by: FAY, body: { type: OPENED, time }, key: `opened ${time}` }
  return { person: SEATS.indexOf(FAY), label, writes: [write] }
}

interface InRun {
  readonly world: World
  readonly me: Seat
  readonly bounds: Bounds
  readonly word: string
  readonly run: string
  readonly settings: unknown
}

type Commands = readonly (readonly [command: ActivityCommand, word?: string])[]

const COMMANDS: Readonly<Record<string, (inRun: InRun) => Commands>> = {
  round: ({ world, me, bounds, word, run, settings }) => {
    const { attributions } = settings as { attributions: readonly ('none' | 'side' | 'named')[] }
    const offers = startingWith(world, word) < bounds.versions ? attributions : []
    return [
      [{ type: 'openRound' }],
      [{ type: 'closeRound' }],
      ...(isLost(world, run) ? [[{ type: 'closeRound', unopened: true }] as const] : []),
      [{ type: 'passRound' }],
      ...writtenIn(world, run, me).map((contribution): Commands[number] => [
        { type: 'withdrawContribution', contribution },
      ]),
      ...offers.map((attribution): Commands[number] => [
        { type: 'offerContribution', text: textOf('room', `${word}${attribution[0]}`, world), attribution },
        attribution[0] as string,
      ]),
    ]
  },
  mirroring: ({ world, me, bounds, word, run }) => {
    const { attempts } = (world.room.governing.runs[run as never] as Mirroring | undefined) ?? { attempts: [] }
    return [
      ...world.room.governing.contributions.flatMap(({ id, by }): Commands => {
        const of = `${id.replace(/-+$/, '')}-`
        const offers = by !== me.id && startingWith(world, word + of) < bounds.versions
        return [
          [{ type: 'passRestating', contribution: id }],
          ...(offers
            ? [[{ type: 'offerRestatement', contribution: id, text: textOf('room', word + of, world) }, of] as const]
            : []),
        ]
      }),
      ...attempts.flatMap(
        ({ id }: Attempt): Commands =>
          (['accurate', 'partly', 'not-yet'] as const).map((verdict) => [
            { type: 'judgeRestatement', restatement: id, verdict },
          ]),
      ),
    ]
  },
  brief: ({ world, bounds, word, run }) => {
    const { lines } = (world.room.governing.runs[run as never] as Brief | undefined) ?? { lines: [] }
    const proposes = lines.length < bounds.lines
    return [
      ...(proposes ? [[{ type: 'proposeLine', text: textOf('room', word, world) }] as const] : []),
      [{ type: 'releaseBrief' }],
      ...lines.flatMap(
        ({ id: line }): Commands =>
          (['dropLine', 'turnLine', 'holdLine', 'clearLine', 'reopenLine'] as const).map((type) => [{ type, line }]),
      ),
    ]
  },
}

/** Whether this is the facilitator's device, and the panel has nothing that opens this round. */
const isLost = ({ panel }: World, run: string): boolean =>
  panel !== undefined && !(panel.governing.runs[run as never] as Round | undefined)?.secrets

/** The ids of what has been written in a round: the room's, and this person's while it is open. */
function writtenIn({ room }: World, run: string, me: Seat): readonly Contribution['id'][] {
  const { offered } = (room.governing.runs[run as never] as Round | undefined) ?? { offered: {} }
  const offer = (offered as Round['offered'])[me.id]
  const pool = room.governing.contributions.filter((one) => one.run === run)
  return [...(offer ? [offer] : []), ...pool].map(({ id }) => id)
}

/** Words that tell where they were written first, and by whom. */
const textOf = (space: string, word: string, world: World): string => `⟦${space}:${word}${startingWith(world, word)}⟧`
export const WORDS = /⟦[^⟧]*⟧/g
export const reasonOf = (stage: string): string => `⟦panel:Fay-${stage}⟧`

/** Decides; a stage that needs a reason gets one. */
function movesFor(engine: Engine, world: World, person: number, { command, word }: Asked): readonly Move[] {
  const { decide, proofs } = engine.core
  const decided = decide(world, command, factsFor(world, word), proofs)
  if (!decided.ok) {
    if (!('type' in command) || command.type !== 'enterStage' || decided.error.code !== 'reason-needed') return []
    return movesFor(engine, world, person, { command: { ...command, reason: reasonOf(command.stage) }, word })
  }
  return [moveOf(person, label(command), decided.value)]
}

/** What a decision writes, space by space. */
export function moveOf(
  person: number,
  said: string,
  events: readonly { readonly space: (typeof SPACES)[number]; readonly event: unknown }[],
): Move {
  const by = SEATS[person] as Seat
  const writes = events.map(({ space, event }): Write => {
    const at = placeOf(space, person)
    must(at !== undefined, 'nobody writes where they have no space', space)
    return { at, by, body: event, key: `${by.name} ${JSON.stringify(event)}` }
  })
  return { person, label: `${by.name} ${said}`, writes }
}

const label = (command: Command): string => {
  if (!('run' in command)) return Object.values(command).join(' ')
  const { type, ...about } = command.command as { type: string; [field: string]: unknown }
  return [type, command.run, ...Object.values(about)].join(' ')
}

/** A chapter of one space in which somebody is no longer. Each space's own chapter opens when it opens. */
function takeOut(table: Table): readonly Move[] {
  return PARTICIPANTS.flatMap(({ id, name }, person) =>
    [ROOM, OUTBOX, placeOf(SPACES[3 + (person >> 1)] as (typeof SPACES)[number], person) as number].flatMap((at) => {
      if (!(table[at] as Part).state.governing.roster.some((seat) => seat.id === id)) return []
      const write: Write = { at, by: FAY, body: { type: TAKEN_OUT, id }, key: `out ${id}` }
      return [{ person: SEATS.indexOf(FAY), label: `Fay takes ${name} out of ${SPACES[at]}`, writes: [write] }]
    }),
  )
}

/** Most worlds of which the moves are kept. */
const KEPT_MENUS = 40_000

/** What each person can do at a table. */
export class Menu {
  decided = 0
  readonly #engine: Engine
  readonly #bounds: Bounds
  #known = new Map<number, readonly Move[]>()

  constructor(engine: Engine, bounds: Bounds) {
    this.#engine = engine
    this.#bounds = bounds
  }

  movesAt(table: Table): readonly Move[] {
    const moves = SEATS.flatMap((_, person) => this.#movesOf(table, person))
    const { takesOut, destroys } = this.#bounds
    return [...moves, ...(takesOut ? takeOut(table) : []), ...(destroys ? openings(table) : [])]
  }

  #movesOf(table: Table, person: number): readonly Move[] {
    const key = worldKey(table, person)
    const known = this.#known.get(key)
    if (known) return known
    const world = worldOf(table, person)
    const asked = commandsOf(world, SEATS[person] as Seat, this.#bounds)
    this.decided += asked.length
    const moves = asked.flatMap((one) => movesFor(this.#engine, world, person, one))
    if (this.#known.size > KEPT_MENUS) this.#known = new Map()
    this.#known.set(key, moves)
    return moves
  }
}
