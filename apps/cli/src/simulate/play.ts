import type { DialogueView, Process, RunId } from '@antechamber/core'
import { CommandError, EXIT } from '../exit.ts'
import { playBrief } from './briefs.ts'
import { type Entrance, enter } from './entrance.ts'
import { playMirroring } from './mirrors.ts'
import { command, type Player, until } from './player.ts'
import type { Room } from './room.ts'
import { playRound } from './rounds.ts'

/** A stage that has been played. */
export interface PlayedStage {
  readonly id: string
  readonly title: string
  readonly seconds: number
}

/** A play from the first invitation to the last stage. */
export interface Play {
  readonly room: Room
  readonly stages: readonly PlayedStage[]
}

/** Told as it happens, for whoever watches. */
export interface Audience {
  readonly entered: (room: Room, seconds: number) => void
  readonly stageBegins: (title: string) => void
  readonly stageEnded: (room: Room, stage: PlayedStage) => void
  readonly step: () => void
}

type Scene = (room: Room, run: RunId) => Promise<void>

/** How each kind of activity is played. The ground rules are affirmed at the door. */
const SCENES: Readonly<Record<string, Scene>> = {
  'ground-rules': async () => undefined,
  round: playRound,
  mirroring: playMirroring,
  brief: playBrief,
}

/** The first kind of activity of a process that cannot be played, if there is one. */
export const unplayableKind = ({ stages }: Process): string | undefined =>
  stages.flatMap(({ activities }) => activities).find(({ kind }) => !Object.hasOwn(SCENES, kind))?.kind

const secondsSince = (start: number): number => (performance.now() - start) / 1000

const stageNow = (view: DialogueView | undefined) => view?.stages.find(({ status }) => status === 'now')

/** Plays a whole dialogue. The caller closes the devices, of which the entrance tells. */
export async function play(entrance: Entrance, audience: Audience): Promise<Play> {
  let start = performance.now()
  const room = await enter(entrance, audience.step)
  audience.entered(room, secondsSince(start))
  const stages: PlayedStage[] = []
  for (;;) {
    start = performance.now()
    const now = stageNow(room.facilitator.dialogue.status.view)
    const stage = { id: now?.id ?? '', title: now?.title['en'] ?? now?.id ?? '' }
    audience.stageBegins(stage.title)
    const next = await playStage(room)
    stages.push({ ...stage, seconds: secondsSince(start) })
    audience.stageEnded(room, { ...stage, seconds: secondsSince(start) })
    if (next === undefined) return { room, stages }
    await advance(room, next)
  }
}

/** @returns the stage after this one, once this one may end */
async function playStage(room: Room): Promise<string | undefined> {
  const { facilitator } = room
  for (const { run, view } of facilitator.dialogue.status.view?.runs ?? []) {
    const scene = SCENES[view.kind]
    if (!scene) throw new CommandError(EXIT.usage, `an activity of the kind "${view.kind}" cannot be played yet`)
    await scene(room, run)
  }
  await until(facilitator, 'the end of the stage', ({ view }) => view?.table?.exitMet === true)
  return facilitator.dialogue.status.view?.table?.next
}

async function advance({ facilitator, participants }: Room, stage: string): Promise<void> {
  await command(facilitator, { type: 'enterStage', stage })
  const isThere = (player: Player): Promise<void> =>
    until(player, 'the next stage', ({ view, isLive }) => isLive && stageNow(view)?.id === stage)
  await Promise.all([facilitator, ...participants.map(({ player }) => player)].map(isThere))
}
