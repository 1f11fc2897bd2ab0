import type { ActivityKind } from '../../activity.ts'
import { decideMirroring, type MirroringCommand } from './decide.ts'
import {
  emptyMirroring,
  type Mirroring,
  type MirroringEvent,
  type MirroringSettings,
  mirroringEvents,
  mirroringSettings,
  mirroringState,
  refuseMirroringEvent,
} from './events.ts'
import { evolveMirroring } from './evolve.ts'
import { mirrored } from './exit.ts'
import { type MirroringView, viewMirroring } from './view.ts'

/**
 * People say in their own words what somebody of another side has said, until the author answers: accurate. Only the
 * author judges, and to restate is not to agree. Source: docs/spec/mirroring.md.
 */
export const mirroring: ActivityKind<MirroringSettings, Mirroring, MirroringEvent, MirroringCommand, MirroringView> = {
  kind: 'mirroring',
  settings: mirroringSettings,
  empty: emptyMirroring,
  state: mirroringState,
  events: mirroringEvents,
  commands: ['offerRestatement', 'judgeRestatement', 'passRestating'],
  refuse: refuseMirroringEvent,
  ids: ({ attempts }) => attempts.map((attempt) => attempt.id),
  evolve: evolveMirroring,
  decide: decideMirroring,
  view: viewMirroring,
  isReadAgain: ({ confirmed }) => confirmed.length > 0,
  exits: { mirrored },
}
