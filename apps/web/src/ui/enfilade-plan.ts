// The product's picture, small: the same rooms in plan, as an architect draws them. Lengths are CSS pixels.

/** Where a room is in time. */
export type RoomState = 'done' | 'now' | 'ahead'

/** One room of the row: from `x` to `x + width`. */
export interface PlanRoom {
  readonly x: number
  readonly width: number
  readonly state: RoomState
}

/** One door, in the wall at `x`: open behind us, ajar at the far end of the lit room, closed further on. */
export interface PlanDoor {
  readonly x: number
  readonly state: 'open' | 'ajar' | 'closed'
}

/** Everything the strip draws. */
export interface Plan {
  readonly rooms: readonly PlanRoom[]
  readonly doors: readonly PlanDoor[]
}

/** The room that we are in gets this many times the width of another. */
const LIT_SHARE = 1.5

/**
 * The plan of a row of rooms.
 *
 * @param count rooms, 1 or more
 * @param now the room that we are in, from 0; `count` where all is done, -1 where nothing has begun
 * @param width pixels for all of them together
 */
export function planOf(count: number, now: number, width: number): Plan {
  const hasLit = now >= 0 && now < count
  const unit = width / (hasLit ? count - 1 + LIT_SHARE : count)
  const rooms: PlanRoom[] = []
  let x = 0
  for (let at = 0; at < count; at++) {
    const state = at < now ? 'done' : at === now ? 'now' : 'ahead'
    const size = state === 'now' ? unit * LIT_SHARE : unit
    rooms.push({ x, width: size, state })
    x += size
  }
  const doors = Array.from({ length: count + 1 }, (_, at): PlanDoor => {
    const wall = rooms[at]?.x ?? width
    return { x: wall, state: at <= now ? 'open' : at === now + 1 ? 'ajar' : 'closed' }
  })
  return { rooms, doors }
}
