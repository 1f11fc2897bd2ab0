import {
  deviceChangeShape,
  err,
  type Governing,
  ok,
  type Result,
  type RosterChange,
  readSnapshot,
  type SeatId,
  seatShape,
  writeSnapshot,
} from '@antechamber/core'
import { id, list, object, oneOf, type Shape, type ShapeFault, whole } from '@antechamber/core/shape'
import { utf8 } from '@antechamber/protocol'
import { parseJson } from './encoding.ts'

/**
 * What a header's seal holds: who opened the chapter and when (their own clock), how the roster changes with it, and
 * the governing state that the chapter starts from. JSON in UTF-8.
 */
export interface ChapterSnapshot {
  /** The opener's device in this space, 22 characters of base64url. */
  readonly opener: string
  readonly openedAt: number
  readonly changes: readonly RosterChange[]
  readonly governing: Governing
}

const change = {
  read: (value: unknown, field: string): Result<RosterChange, ShapeFault> => {
    const type = object({ type: oneOf('admitted', 'removed', 'device-added', 'device-removed') }).read(value, field)
    if (!type.ok) return type
    if (type.value.type !== 'admitted' && type.value.type !== 'removed') return deviceChangeShape.read(value, field)
    const shape =
      type.value.type === 'admitted'
        ? object({ type: oneOf('admitted'), seat: seatShape })
        : object({ type: oneOf('removed'), seat: id<SeatId>() })
    return shape.read(value, field) as Result<RosterChange, ShapeFault>
  },
} satisfies Shape<RosterChange>

/**
 * What the governing state consists of is the version's: one that a device does not know it cannot go on from. Version 1
 * (before the first release) knew no time, no chapters and no turns.
 */
const VERSION = 2
const versioned = object({ v: whole(0, 65_535) })
const outside = object({
  opener: id<string>(),
  openedAt: whole(0, 8_640_000_000_000_000),
  changes: list(change, 200),
})

/** One text for one value, so that its hash is the same on every device. */
export const encodeSnapshot = ({ opener, openedAt, changes, governing }: ChapterSnapshot): Uint8Array =>
  utf8(
    `{"v":${VERSION},"opener":"${opener}","openedAt":${openedAt},"changes":${JSON.stringify(changes)},"governing":${writeSnapshot(governing)}}`,
  )

/** A snapshot of another version of the software. */
export interface OtherVersion {
  readonly code: 'other-version'
}

/** The snapshot in a header, or the first field that is wrong. */
export function decodeSnapshot(bytes: Uint8Array): Result<ChapterSnapshot, ShapeFault | OtherVersion> {
  const parsed = parseJson(bytes)
  const version = versioned.read(parsed, '')
  if (version.ok && version.value.v !== VERSION) return err({ code: 'other-version' })
  const read = outside.read(parsed, '')
  if (!read.ok) return read
  const governing = readSnapshot(JSON.stringify((parsed as { governing?: unknown }).governing))
  return governing.ok
    ? ok({ ...read.value, governing: governing.value })
    : err({ ...governing.error, field: `governing.${governing.error.field}` })
}
