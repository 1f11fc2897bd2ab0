import { bytesOf } from './canonical.ts'
import type { DialogueId, Millis, SideId } from './ids.ts'
import { MAX_CHARTER_BYTES } from './limits.ts'
import { LANGUAGE, type Process, processShape, texts } from './process.ts'
import { flag, id, list, match, object, oneOf, optional, type Shape, text, where, whole } from './shape.ts'
import { sideShape } from './space.ts'

/** What may leave the dialogue: nothing, ideas without their source, or text that each side has cleared. */
export type Confidentiality = 'nothing-leaves' | 'ideas-leave' | 'agreed-text-leaves'

/** The marks by which sides are told apart, whatever their tone. */
export const SIDE_MARKS = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'hexagon',
  'pentagon',
  'octagon',
  'trapezoid',
] as const
export type SideMark = (typeof SIDE_MARKS)[number]

export interface Side {
  readonly id: SideId
  readonly name: string
  readonly mark: SideMark
}

/** What a dialogue was founded on. It is in every snapshot, and never changes. */
export interface Charter {
  readonly dialogue: DialogueId
  readonly title: string
  readonly convenor: string
  readonly process: Process
  readonly sides: readonly Side[]
  readonly languages: readonly string[]
  readonly rules: Readonly<Record<string, string>>
  readonly confidentiality: Confidentiality
  readonly retainUntil: Millis
  /** The key that the relay signs its receipts with (WR23); left out where the relay gave none. */
  readonly receiptKey?: string | undefined
  /** Devices keep the relay's shares too, and read without the relay (ST24); left out where they do not. */
  readonly readsOffline?: true | undefined
}

const shape = object({
  dialogue: id<DialogueId>(),
  title: text(80),
  convenor: text(600),
  process: processShape,
  sides: list(object({ id: sideShape, name: text(40), mark: oneOf(...SIDE_MARKS) }), 8, 2),
  languages: list(match(LANGUAGE, 'a language'), 40, 1),
  rules: texts(4000),
  confidentiality: oneOf('nothing-leaves', 'ideas-leave', 'agreed-text-leaves'),
  retainUntil: whole<Millis>(0, 8_640_000_000_000_000),
  receiptKey: optional(match(/^[A-Za-z0-9_-]{43}$/, 'a public key')),
  readsOffline: optional(where(flag, 'true', (value) => value)),
}) as Shape<Charter>

export const charterShape: Shape<Charter> = where(
  shape,
  `at most ${MAX_CHARTER_BYTES} bytes as JSON`,
  (charter) => bytesOf(charter) <= MAX_CHARTER_BYTES,
)
