import { bytesOf } from './canonical.ts'
import { MAX_CHAPTERS } from './destruction/events.ts'
import { CHAPTER_BYTES, OWING_BYTES } from './limits.ts'
import type { Governing } from './state.ts'

/**
 * How large what governs a space is, with the room that must be left for what grows by itself: chapters begin, and when
 * something is destroyed each device has to say that it has deleted it. No size forbids either (DG13).
 */
export function sizeOf(governing: Governing): number {
  const { space, chapters, roster, owing } = governing
  if (space === 'outbox') return bytesOf(governing)
  const devices = roster.flatMap((seat) => seat.devices).filter(({ device }) => owing[device] === undefined).length
  return bytesOf(governing) + (MAX_CHAPTERS - chapters.length) * CHAPTER_BYTES + devices * OWING_BYTES
}
