import { version } from './run.ts'
import { name, object, oneOf, type Shape, text, whole } from './shape.ts'
import type { SpaceKind } from './space.ts'

/** What happens to a dialogue as a whole, outside any activity. */
export type StageEvent =
  | { readonly v: 1; readonly type: 'stage.entered'; readonly stage: string; readonly visit: number }
  | { readonly v: 1; readonly type: 'room.paused' }
  | { readonly v: 1; readonly type: 'room.resumed' }
  | { readonly v: 1; readonly type: 'rules.affirmed' }
  | { readonly v: 1; readonly type: 'seat.leaving' }
  | { readonly v: 1; readonly type: 'reason.noted'; readonly stage: string; readonly text: string }

const bare = <const T extends string>(type: T) => object({ v: version, type: oneOf(type) })

export const MAX_REASON_CHARS = 400

export const stageEvents: {
  readonly [T in StageEvent['type']]: { readonly spaces: readonly SpaceKind[]; readonly shape: Shape<StageEvent> }
} = {
  'stage.entered': {
    spaces: ['room'],
    shape: object({ v: version, type: oneOf('stage.entered'), stage: name, visit: whole(1, 9999) }),
  },
  'room.paused': { spaces: ['room'], shape: bare('room.paused') },
  'room.resumed': { spaces: ['room'], shape: bare('room.resumed') },
  'rules.affirmed': { spaces: ['room'], shape: bare('rules.affirmed') },
  'seat.leaving': { spaces: ['room', 'caucus', 'panel', 'outbox'], shape: bare('seat.leaving') },
  'reason.noted': {
    spaces: ['panel'],
    shape: object({ v: version, type: oneOf('reason.noted'), stage: name, text: text(MAX_REASON_CHARS) }),
  },
}
