// The product's picture, large: rooms in a row seen through their open doors, in one-point perspective. Lengths are
// metres; z runs away from us, y up from the floor, x = 0 is the middle of the camera. Drawn far to near.

/** What a surface is, which decides its tone. */
export type Face = 'wall' | 'side' | 'ceiling' | 'floor' | 'reveal' | 'frame' | 'leaf' | 'light' | 'line'

/** One thing to paint: an SVG path in a square of {@link VIEW_SIZE}, and how much lamplight falls on it, 0 to 1. */
export interface Surface {
  readonly face: Face
  readonly d: string
  readonly glow: number
}

/** Side of the square that paths are drawn in. */
export const VIEW_SIZE = 800

type Point = readonly [x: number, y: number, z: number]

const FOCUS = 470
const VANISHING = { x: 452, y: 402 }
const EYE = 1.55
const AXIS = -0.28
const HALF_WIDTH = 2.5
const HEIGHT = 3.25
const FIRST_WALL = 2.9
const DEPTH = 2.7
const DOOR = { half: 0.56, height: 2.32 }
const TRIM = 0.13
const THICKNESS = 0.24
const NEAREST = 0.12

/** How far the camera walks from one room into the next, in metres. */
export const ROOM_STEP = DEPTH

/** Where wall `k` stands, as seen from a camera that has walked `walked` metres. */
const wallAt = (k: number, walked: number): number => FIRST_WALL + DEPTH * k - walked

function project([x, y, z]: Point): string {
  const scale = FOCUS / Math.max(z, NEAREST)
  return `${(VANISHING.x + x * scale).toFixed(1)} ${(VANISHING.y - (y - EYE) * scale).toFixed(1)}`
}

const polygon = (points: readonly Point[]): string => `M${points.map(project).join('L')}Z`
const line = (from: Point, to: Point): string => `M${project(from)}L${project(to)}`

/** An upright rectangle that faces us. */
const upright = (left: number, right: number, low: number, high: number, z: number): string =>
  polygon([
    [AXIS + left, low, z],
    [AXIS + right, low, z],
    [AXIS + right, high, z],
    [AXIS + left, high, z],
  ])

/** The light in room `k` when the lamp is in room `lit`: it falls off through each door, faster away from us. */
function glowOf(k: number, lit: number): number {
  if (k === lit) return 1
  return k < lit ? 0.46 * 0.52 ** (lit - k - 1) : 0.34 * 0.5 ** (k - lit - 1)
}

/**
 * Everything to paint, in order.
 *
 * @param rooms how many rooms the row has, 2 or more; the last door stays closed
 * @param lit the room with the light, from 0; its own door ahead stands ajar, those before it are open
 * @param walked how far the camera has gone in, in metres from the first room: a whole {@link ROOM_STEP} a room
 */
export function viewOf(rooms: number, lit: number, walked: number): Surface[] {
  const surfaces: Surface[] = []
  for (let k = Math.min(rooms - 1, lit + 1); k >= 0; k--) {
    if (wallAt(k, walked) <= NEAREST) break
    surfaces.push(...roomSurfaces(k, lit, walked), ...doorSurfaces(k, lit, rooms, walked))
  }
  return surfaces
}

/** The box of room `k`: its back wall with the opening cut out, and the floor, ceiling and sides up to it. */
function roomSurfaces(k: number, lit: number, walked: number): Surface[] {
  const far = wallAt(k, walked)
  const near = Math.max(k === 0 ? NEAREST : wallAt(k - 1, walked) + THICKNESS, NEAREST)
  const glow = glowOf(k, lit)
  const [a, b] = [AXIS - HALF_WIDTH, AXIS + HALF_WIDTH]
  const across = (x1: number, x2: number, y1: number, y2: number): string =>
    polygon([
      [x1, y1, far],
      [x2, y2, far],
      [x2, y2, near],
      [x1, y1, near],
    ])
  const opening = upright(-DOOR.half, DOOR.half, 0, DOOR.height, far)
  return [
    ...revealSurfaces(far, glowOf(k + 1, lit), glow),
    { face: 'wall', d: upright(-HALF_WIDTH, HALF_WIDTH, 0, HEIGHT, far) + opening, glow },
    ...panelLines(far, glow),
    { face: 'ceiling', d: across(a, b, HEIGHT, HEIGHT), glow: glow * 0.8 },
    { face: 'side', d: across(a, a, 0, HEIGHT), glow: glow * 0.9 },
    { face: 'side', d: across(b, b, 0, HEIGHT), glow: glow * 0.55 },
    { face: 'floor', d: across(a, b, 0, 0), glow: glow * 0.75 },
    ...boards(near, far, glow),
    ...(k === lit ? windowLight(near, far) : []),
    ...(k < lit ? [doorLight(far, near, glowOf(k + 1, lit))] : []),
  ]
}

/** The thickness of a wall, seen inside its opening: one jamb, the other, the lintel and the threshold. */
function revealSurfaces(z: number, beyond: number, here: number): Surface[] {
  const back = z + THICKNESS
  const [a, b] = [AXIS - DOOR.half, AXIS + DOOR.half]
  const quad = (x1: number, y1: number, x2: number, y2: number): string =>
    polygon([
      [x1, y1, z],
      [x2, y2, z],
      [x2, y2, back],
      [x1, y1, back],
    ])
  const glow = Math.max(beyond * 0.9, here)
  return [
    { face: 'reveal', d: quad(a, 0, a, DOOR.height), glow },
    { face: 'reveal', d: quad(b, 0, b, DOOR.height), glow: glow * 0.6 },
    { face: 'reveal', d: quad(a, DOOR.height, b, DOOR.height), glow: glow * 0.4 },
    { face: 'floor', d: quad(a, 0, b, 0), glow },
  ]
}

/** Wainscot on the back wall, beside the door: two rows of quiet frames, and the skirting. */
function panelLines(z: number, glow: number): Surface[] {
  const edge = DOOR.half + TRIM + 0.2
  const frames = [-1, 1].flatMap((side) =>
    [
      [0.3, 0.82],
      [1.02, 2.86],
    ].map(([low = 0, high = 0]) => {
      const ends = [side * edge, side * (HALF_WIDTH - 0.2)].sort((p, q) => p - q)
      return upright(ends[0] ?? 0, ends[1] ?? 0, low, high, z)
    }),
  )
  const skirting = [-1, 1].map((side) =>
    line([AXIS + side * (DOOR.half + TRIM), 0.15, z], [AXIS + side * HALF_WIDTH, 0.15, z]),
  )
  return [{ face: 'line', d: [...frames, ...skirting].join(''), glow }]
}

/** Floorboards: a few lines that run to the vanishing point. */
function boards(near: number, far: number, glow: number): Surface[] {
  const count = 9
  const lines = Array.from({ length: count }, (_, at) => {
    const x = AXIS - HALF_WIDTH + ((at + 1) * 2 * HALF_WIDTH) / (count + 1)
    return line([x, 0, near], [x, 0, far])
  })
  return [{ face: 'line', d: lines.join(''), glow }]
}

/** Sun through a window that we do not see, on the floor of the lit room: six panes, slanting. */
function windowLight(near: number, far: number): Surface[] {
  const panes: string[] = []
  const length = (far - near) * 0.26
  for (const row of [0, 1, 2]) {
    for (const column of [0, 1]) {
      const z = near + (far - near) * 0.1 + row * (length + 0.05)
      const x = AXIS - 0.75 + column * 0.5 + row * 0.16
      panes.push(
        polygon([
          [x, 0, z],
          [x + 0.44, 0, z],
          [x + 0.44 + 0.15, 0, z + length],
          [x + 0.15, 0, z + length],
        ]),
      )
    }
  }
  return [{ face: 'light', d: panes.join(''), glow: 0.85 }]
}

/** Light that comes through a door towards us, and widens on the floor. */
function doorLight(door: number, near: number, beyond: number): Surface {
  const end = Math.max(near, door - DEPTH * 0.8, NEAREST)
  const spread = (door - end) * 0.2
  const slant = (door - end) * -0.24
  const d = polygon([
    [AXIS - DOOR.half, 0, door],
    [AXIS + DOOR.half, 0, door],
    [AXIS + DOOR.half + spread + slant, 0, end],
    [AXIS - DOOR.half - spread + slant, 0, end],
  ])
  return { face: 'light', d, glow: 0.1 + beyond * 0.66 }
}

/** The frame around the opening, and the door itself: wide open behind the light, ajar before it, closed at the end. */
function doorSurfaces(k: number, lit: number, rooms: number, walked: number): Surface[] {
  const z = wallAt(k, walked)
  const outer = upright(-DOOR.half - TRIM, DOOR.half + TRIM, 0, DOOR.height + TRIM, z)
  const inner = upright(-DOOR.half, DOOR.half, 0, DOOR.height, z)
  const glow = glowOf(k, lit)
  const frame: Surface = { face: 'frame', d: outer + inner, glow: Math.min(1, glow + 0.12) }
  const closed = k === rooms - 1 || k > lit
  const angle = closed ? 0 : k === lit ? 0.62 : 1.78
  return [frame, ...leafSurfaces(z, angle, glow)]
}

/** A door leaf hung on the jamb at the higher x, turned towards us by `angle` radians, with its two panels. */
function leafSurfaces(z: number, angle: number, glow: number): Surface[] {
  const width = DOOR.half * 2
  const at = (along: number, y: number): Point => [
    AXIS + DOOR.half - Math.cos(angle) * along * width,
    y,
    Math.max(z - Math.sin(angle) * along * width, NEAREST),
  ]
  if (z - Math.sin(angle) * width <= NEAREST) return []
  const quad = (from: number, to: number, low: number, high: number): string =>
    polygon([at(from, low), at(to, low), at(to, high), at(from, high)])
  return [
    { face: 'leaf', d: quad(0, 1, 0.01, DOOR.height), glow: glow * 0.8 + 0.1 },
    { face: 'line', d: quad(0.16, 0.84, 0.22, 0.92) + quad(0.16, 0.84, 1.12, DOOR.height - 0.2), glow },
  ]
}
