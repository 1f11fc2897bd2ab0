import type { Proofs } from '../activity.ts'
import type { Millis, SeatId } from '../ids.ts'
import { version } from '../run.ts'
import { id, list, match, object, oneOf, optional, type Shape } from '../shape.ts'
import { type SpaceKind, sideOf } from '../space.ts'
import type { Governing } from '../state.ts'
import { groupsOf, millisShape, QUORUM_OF, type Quorum, type TurnPurpose, type Turns, turnsShape } from '../turns.ts'

/** One chapter that somebody may be given who came after it. */
export interface PastChapter {
  readonly id: string
  /** Who came later. */
  readonly seat: SeatId
  /** The chapter's header. */
  readonly header: string
}

/** What is known in a space of chapters for people who came after them. */
export interface PastChapters {
  /** What people are asked about. */
  readonly asked?: (PastChapter & { readonly at: Millis }) | undefined
  /** What has been agreed to, oldest first: any device that has the chapter may give its key to that seat's devices. */
  readonly granted: readonly PastChapter[]
}

/** Most that stands agreed in one space at a time. */
export const MAX_GRANTED = 400

export type PastChapterEvent =
  | {
      readonly v: 1
      readonly type: 'past.asked'
      readonly id: string
      readonly seat: SeatId
      readonly header: string
    }
  | { readonly v: 1; readonly type: 'past.granted'; readonly id: string; readonly turns: Turns }
  | { readonly v: 1; readonly type: 'past.stopped'; readonly id: string }

const header = match(/^[A-Za-z0-9_-]{43}$/, 'the hash of a header')
const chapter = { id: id<string>(), seat: id<SeatId>(), header }

export const pastChaptersShape = object({
  asked: optional(object({ ...chapter, at: millisShape })),
  granted: list(object(chapter), MAX_GRANTED),
}) as Shape<PastChapters>

const SPACES = ['room', 'caucus'] as const
const event = <const T extends string, F extends Record<string, Shape<unknown>>>(type: T, fields: F) =>
  object({ v: version, type: oneOf(type), id: id<string>(), ...fields }) as unknown as Shape<PastChapterEvent>

export const pastChapterEvents: {
  readonly [T in PastChapterEvent['type']]: {
    readonly spaces: readonly SpaceKind[]
    readonly shape: Shape<PastChapterEvent>
  }
} = {
  'past.asked': { spaces: SPACES, shape: event('past.asked', { seat: id<SeatId>(), header }) },
  'past.granted': { spaces: SPACES, shape: event('past.granted', { turns: turnsShape }) },
  'past.stopped': { spaces: SPACES, shape: event('past.stopped', {}) },
}

export const pastPurpose = ({ space }: Pick<Governing, 'space'>): TurnPurpose & keyof typeof QUORUM_OF =>
  sideOf(space) === undefined ? 'past-chapter' : 'caucus-past-chapter'

export const pastQuorum = (of: Pick<Governing, 'space'>): Quorum => QUORUM_OF[pastPurpose(of)]

/** What a turn signs: which request, which chapter, and for whom (PC2). */
export const pastSubject = (
  proofs: Proofs,
  of: Pick<Governing, 'space' | 'charter'>,
  { id: request, seat, header: chapterHeader }: PastChapter,
): string => proofs.subject(of.charter, pastPurpose(of), `${request}\n${chapterHeader}\n${seat}`)

/** The seats that came with a chapter after this one. */
function cameAfter({ chapters }: Pick<Governing, 'chapters'>, of: string): ReadonlySet<SeatId> {
  const at = chapters.findIndex((mark) => mark.header === of)
  return new Set(chapters.slice(at + 1).flatMap(({ joined = [] }) => joined))
}

/** Whether the chapter is remembered and over, and this seat came after it. */
export function isPastFor(governing: Governing, seat: SeatId, of: string): boolean {
  const at = governing.chapters.findIndex((mark) => mark.header === of)
  return at >= 0 && at < governing.chapters.length - 1 && cameAfter(governing, of).has(seat)
}

/** Who is asked, each side for itself: people who are there and were in that chapter. */
export function pastGroups(governing: Governing, of: string) {
  const later = cameAfter(governing, of)
  return groupsOf(governing).map((group) => group.filter(({ id: seat }) => !later.has(seat)))
}
