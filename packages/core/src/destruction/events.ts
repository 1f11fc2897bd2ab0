import type { Millis, SeatId } from '../ids.ts'
import { MAX_SPOKEN } from '../leg/events.ts'
import { MAX_SEATS } from '../limits.ts'
import { MAX_DEVICES } from '../roster.ts'
import { MAX_RUNS, version } from '../run.ts'
import { ID, id, list, match, object, oneOf, optional, record, type Shape, signatureShape, whole } from '../shape.ts'
import type { SpaceKind } from '../space.ts'
import {
  millisShape,
  purposeShape,
  QUORUM_OF,
  standingOf,
  subjectShape,
  type TurnPurpose,
  type Turns,
  turnsShape,
} from '../turns.ts'

/** A chapter as those who read the space know it: by its header's hash, and the visit of a stage that it began in. */
export interface ChapterMark {
  readonly header: string
  /** `<stage>#<visit>`; only in the room. */
  readonly visit?: string | undefined
  /** When it was opened; not in the room, where visits tell people what a chapter holds. */
  readonly at?: Millis | undefined
  /** Seats that came with it and are there still: what was before it they may be given by the others' yes alone (PC1). */
  readonly joined?: readonly SeatId[] | undefined
  /** How much of what is in the state of a leg had been said before it; left out for nothing. */
  readonly spoken?: number | undefined
}

/** All up to a chapter of a space, of which somebody has asked that it be destroyed. */
export interface Destruction {
  readonly id: string
  /** The hash of the last chapter's header, which names the one before it, and so on: a yes to it is one to all of them. */
  readonly upTo: string
  /** When the chapter was opened in which it was asked for. */
  readonly at: Millis
  /** The yeses that it takes, once they are there; none in `own`, whose author has asked for it. */
  readonly turns?: Turns | undefined
  /** Of each who has opened a chapter after that: when the first of theirs was opened. */
  readonly since?: Readonly<Record<SeatId, Millis>> | undefined
  /** How many devices were taken out while it was agreed: of these nobody can tell. */
  readonly untold?: number | undefined
}

/** All up to a chapter is destroyed. */
export interface Destroyed {
  readonly id: string
  readonly upTo: string
  /** What went with it, of what had not gone before. */
  readonly visits: readonly string[]
  readonly at: Millis
  /** How many devices were taken out, from when it was agreed, before they had said that they have deleted it. */
  readonly untold: number
}

/**
 * The devices that have yet to say that they have deleted something: each with the place in the list of what is destroyed
 * from which on. What is destroyed holds all that was before it, so who owes one owes all that came after.
 */
export type Owing = Readonly<Record<string, number>>

export type DestructionEvent =
  | { readonly v: 1; readonly type: 'destruction.asked'; readonly id: string; readonly upTo: string }
  | { readonly v: 1; readonly type: 'destruction.agreed'; readonly id: string; readonly turns: Turns }
  | { readonly v: 1; readonly type: 'destruction.stopped'; readonly id: string }
  | { readonly v: 1; readonly type: 'destruction.confirmed'; readonly id: string; readonly device: string }
  | {
      readonly v: 1
      readonly type: 'turn.given'
      readonly purpose: TurnPurpose
      readonly about: string
      readonly subject: string
      readonly signature: string
    }
  | { readonly v: 1; readonly type: 'turn.revoked'; readonly about: string }
  | { readonly v: 1; readonly type: 'turn.passed'; readonly about: string }

/** How many chapters a space remembers, the newest: what is older goes with them, and cannot go alone. */
export const MAX_CHAPTERS = 128
export const MAX_DESTROYED = 200
/** Most to which one person has said "not yet": of more, the newest. */
export const MAX_PASSED = 400
/** Most things that the yeses of a space are about: each of 200 people has so many of each purpose. */
export const MAX_ABOUT =
  200 * (Object.keys(QUORUM_OF) as TurnPurpose[]).reduce((all, purpose) => all + standingOf(purpose), 0)

/** Beyond that many nobody counts. */
export const MAX_UNTOLD = 9999

const header = match(/^[A-Za-z0-9_-]{43}$/, 'the hash of a header')
const visit = match(/^[a-z][a-z0-9-]{0,39}#[1-9][0-9]{0,3}$/, 'a visit of a stage')

/** Seats of a chapter's header. */
export const joinedShape = list(id<SeatId>(), MAX_SEATS)

export const chaptersShape = list(
  object({
    header,
    visit: optional(visit),
    at: optional(millisShape),
    joined: optional(joinedShape),
    spoken: optional(whole(1, MAX_SPOKEN)),
  }),
  MAX_CHAPTERS,
) as Shape<readonly ChapterMark[]>

export const destructionShape = object({
  id: id<string>(),
  upTo: header,
  at: millisShape,
  turns: optional(turnsShape),
  since: optional(record(ID, millisShape, MAX_SEATS)),
  untold: optional(whole(1, MAX_UNTOLD)),
}) as Shape<Destruction>

export const destroyedShape = list(
  object({
    id: id<string>(),
    upTo: header,
    visits: list(visit, MAX_CHAPTERS + MAX_RUNS),
    at: millisShape,
    untold: whole(0, MAX_UNTOLD),
  }),
  MAX_DESTROYED,
) as Shape<readonly Destroyed[]>

export const owingShape: Shape<Owing> = record(ID, whole(0, MAX_DESTROYED - 1), MAX_SEATS * MAX_DEVICES)

export const passedShape = list(match(ID, 'an id'), MAX_PASSED)

/** What leaves the room is not taken back: the outbox has no destruction but its date. */
const DESTROYED_IN = ['room', 'caucus', 'panel', 'leg', 'own'] as const
/** Where yeses are given. */
const TURNED_IN = ['caucus', 'panel', 'leg'] as const

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
    spaces: DESTROYED_IN,
    shape: ofDestruction('destruction.asked', { upTo: header }) as Shape<DestructionEvent>,
  },
  'destruction.agreed': {
    spaces: DESTROYED_IN,
    shape: ofDestruction('destruction.agreed', { turns: turnsShape }) as Shape<DestructionEvent>,
  },
  'destruction.stopped': {
    spaces: DESTROYED_IN,
    shape: ofDestruction('destruction.stopped', {}) as Shape<DestructionEvent>,
  },
  'destruction.confirmed': {
    spaces: DESTROYED_IN,
    shape: ofDestruction('destruction.confirmed', { device: id<string>() }) as Shape<DestructionEvent>,
  },
  'turn.given': {
    spaces: TURNED_IN,
    shape: aboutSomething('turn.given', {
      purpose: purposeShape,
      subject: subjectShape,
      signature: signatureShape,
    }) as Shape<DestructionEvent>,
  },
  'turn.revoked': { spaces: TURNED_IN, shape: aboutSomething('turn.revoked', {}) as Shape<DestructionEvent> },
  'turn.passed': { spaces: ['own'], shape: aboutSomething('turn.passed', {}) as Shape<DestructionEvent> },
}
