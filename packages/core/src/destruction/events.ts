import type { Millis } from '../ids.ts'
import { version } from '../run.ts'
import { ID, id, list, match, object, oneOf, optional, type Shape, signatureShape } from '../shape.ts'
import type { SpaceKind } from '../space.ts'
import { millisShape, subjectShape, type Turns, turnsShape } from '../turns.ts'

/** A chapter as those who read the space know it: by its header's hash, and the visit of a stage that it began in. */
export interface ChapterMark {
  readonly header: string
  /** `<stage>#<visit>`; only in the room. */
  readonly visit?: string | undefined
}

/** All up to a chapter, of which a facilitator has asked that it be destroyed. */
export interface Destruction {
  readonly id: string
  /** The hash of the last chapter's header, which names the one before it, and so on: a yes to it is one to all of them. */
  readonly upTo: string
  /** When the chapter was opened in which it was asked for. */
  readonly at: Millis
  /** The yeses of each side, once every side has agreed. */
  readonly turns?: Turns | undefined
  /** When the first chapter was opened after that. */
  readonly since?: Millis | undefined
}

/** All up to a chapter is destroyed. */
export interface Destroyed {
  readonly id: string
  readonly upTo: string
  /** What went with it, of what had not gone before. */
  readonly visits: readonly string[]
  readonly at: Millis
  /** Devices that say that they have deleted what they had of them. */
  readonly confirmed: readonly string[]
}

export type DestructionEvent =
  | { readonly v: 1; readonly type: 'destruction.asked'; readonly id: string; readonly upTo: string }
  | { readonly v: 1; readonly type: 'destruction.agreed'; readonly id: string; readonly turns: Turns }
  | { readonly v: 1; readonly type: 'destruction.stopped'; readonly id: string }
  | { readonly v: 1; readonly type: 'destruction.confirmed'; readonly id: string; readonly device: string }
  | {
      readonly v: 1
      readonly type: 'turn.given'
      readonly about: string
      readonly subject: string
      readonly signature: string
    }
  | { readonly v: 1; readonly type: 'turn.revoked'; readonly about: string }
  | { readonly v: 1; readonly type: 'turn.passed'; readonly about: string }

/** How many chapters the room remembers, the newest: what is older goes with them, and cannot go alone. */
export const MAX_CHAPTERS = 400
export const MAX_DESTROYED = 200
/** Most things that the yeses of a space are about, and most to which one person has said "not yet". */
export const MAX_ABOUT = 400

const header = match(/^[A-Za-z0-9_-]{43}$/, 'the hash of a header')
const visit = match(/^[a-z][a-z0-9-]{0,39}#[1-9][0-9]{0,3}$/, 'a visit of a stage')
const devices = list(match(ID, 'a device'), 600)

export const chaptersShape = list(
  object({
    header,
    visit: optional(visit),
  }),
  MAX_CHAPTERS,
) as Shape<readonly ChapterMark[]>

export const destructionShape = object({
  id: id<string>(),
  upTo: header,
  at: millisShape,
  turns: optional(turnsShape),
  since: optional(millisShape),
}) as Shape<Destruction>

export const destroyedShape = list(
  object({ id: id<string>(), upTo: header, visits: list(visit, MAX_CHAPTERS), at: millisShape, confirmed: devices }),
  MAX_DESTROYED,
) as Shape<readonly Destroyed[]>

export const passedShape = list(match(ID, 'an id'), MAX_ABOUT)

const ofDestruction = <const T extends string, F extends Record<string, Shape<unknown>>>(type: T, fields: F) =>
  object({ v: version, type: oneOf(type), id: id<string>(), ...fields })
const aboutSomething = <const T extends string, F extends Record<string, Shape<unknown>>>(type: T, fields: F) =>
  object({ v: version, type: oneOf(type), about: id<string>(), ...fields })

export const destructionEvents: {
  readonly [T in DestructionEvent['type']]: {
    readonly spaces: readonly SpaceKind[]
    readonly shape: Shape<DestructionEvent>
  }
} = {
  'destruction.asked': {
    spaces: ['room'],
    shape: ofDestruction('destruction.asked', { upTo: header }) as Shape<DestructionEvent>,
  },
  'destruction.agreed': {
    spaces: ['room'],
    shape: ofDestruction('destruction.agreed', { turns: turnsShape }) as Shape<DestructionEvent>,
  },
  'destruction.stopped': {
    spaces: ['room'],
    shape: ofDestruction('destruction.stopped', {}) as Shape<DestructionEvent>,
  },
  'destruction.confirmed': {
    spaces: ['room'],
    shape: ofDestruction('destruction.confirmed', { device: id<string>() }) as Shape<DestructionEvent>,
  },
  'turn.given': {
    spaces: ['caucus'],
    shape: aboutSomething('turn.given', {
      subject: subjectShape,
      signature: signatureShape,
    }) as Shape<DestructionEvent>,
  },
  'turn.revoked': { spaces: ['caucus'], shape: aboutSomething('turn.revoked', {}) as Shape<DestructionEvent> },
  'turn.passed': { spaces: ['own'], shape: aboutSomething('turn.passed', {}) as Shape<DestructionEvent> },
}
