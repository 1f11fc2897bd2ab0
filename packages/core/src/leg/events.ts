import type { SeatId } from '../ids.ts'
import { version } from '../run.ts'
import { flag, id, list, object, oneOf, optional, type Shape, where } from '../shape.ts'
import { type WordsRef, wordsRefShape } from '../texts.ts'

/** Something that one of the two has said. What it is stands in the texts, by the same id. */
export interface Spoken {
  readonly id: string
  readonly by: SeatId
  /** Taken back: it stands without its words (LE6). */
  readonly withdrawn?: true | undefined
}

/** What happens in a leg. */
export type LegEvent =
  | { readonly v: 1; readonly type: 'leg.said'; readonly id: string; readonly words: WordsRef }
  | { readonly v: 1; readonly type: 'leg.withdrawn'; readonly id: string }

/** Far more than a snapshot has room for (DG13). */
export const MAX_SPOKEN = 10_000

export const spokenShape = list(
  object({ id: id<string>(), by: id<SeatId>(), withdrawn: optional(where(flag, 'true', (value) => value)) }),
  MAX_SPOKEN,
  1,
) as Shape<readonly Spoken[]>

export const legEvents: { readonly [T in LegEvent['type']]: Shape<LegEvent> } = {
  'leg.said': object({
    v: version,
    type: oneOf('leg.said'),
    id: id<string>(),
    words: wordsRefShape,
  }) as Shape<LegEvent>,
  'leg.withdrawn': object({ v: version, type: oneOf('leg.withdrawn'), id: id<string>() }) as Shape<LegEvent>,
}
