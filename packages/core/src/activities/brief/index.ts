import type { ActivityKind } from '../../activity.ts'
import { type BriefCommand, decideBrief, followUpBrief } from './decide.ts'
import {
  type Brief,
  type BriefEvent,
  type BriefSettings,
  briefEvents,
  briefSettings,
  briefState,
  emptyBrief,
} from './events.ts'
import { ageTurns, evolveBrief, keepTurns, lapseTurns } from './evolve.ts'
import { briefReleased } from './exit.ts'
import { refuseBriefEvent } from './refuse.ts'
import { type BriefView, viewBrief } from './view.ts'

/**
 * A short text that leaves the room, line by line: each line only by a yes of everyone on every side to exactly its
 * words, all at one moment, with nobody's name. Source: docs/spec/brief.md.
 */
export const brief: ActivityKind<BriefSettings, Brief, BriefEvent, BriefCommand, BriefView> = {
  kind: 'brief',
  settings: briefSettings,
  empty: emptyBrief,
  state: briefState,
  events: briefEvents,
  commands: ['proposeLine', 'dropLine', 'turnLine', 'holdLine', 'clearLine', 'reopenLine', 'releaseBrief'],
  takingBack: ['holdLine'],
  refuse: refuseBriefEvent,
  ids: ({ lines }) => lines.map((line) => line.id),
  evolve: evolveBrief,
  afterRemoval: lapseTurns,
  afterDeviceRemoval: keepTurns,
  afterOpening: ageTurns,
  decide: decideBrief,
  view: viewBrief,
  isReadAgain: ({ lines, released }) => lines.length > 0 || released !== undefined,
  followUps: followUpBrief,
  exits: { 'brief-released': briefReleased },
}
