import { expect, test } from 'vitest'
import { ROOM_STEP, viewOf } from './enfilade-view.ts'

test('every path is drawn with finite numbers, wherever the camera stands', () => {
  for (let walked = 0; walked < ROOM_STEP * 5; walked += 0.13) {
    for (const { d, glow } of viewOf(6, 4, walked)) {
      expect(d).toMatch(/^M-?\d/)
      expect(d).not.toMatch(/NaN|Infinity/)
      expect(glow).toBeGreaterThanOrEqual(0)
      expect(glow).toBeLessThanOrEqual(1.1)
    }
  }
})

test('the lit room is the brightest, and light grows weaker with each door', () => {
  const walls = (lit: number) => viewOf(5, lit, 0).flatMap((one) => (one.face === 'wall' ? [one.glow] : []))
  // Drawn far to near: the room beyond the light, the lit one, and those between it and us.
  const [beyond = 0, bright = 0, ...nearer] = walls(3)
  expect(bright).toBe(1)
  expect(beyond).toBeLessThan(bright)
  expect([...nearer].sort((a, b) => b - a)).toEqual(nearer)
})

test('walls behind the camera are left out', () => {
  const count = (walked: number) => viewOf(6, 4, walked).filter((one) => one.face === 'wall').length
  expect(count(ROOM_STEP * 3)).toBeLessThan(count(0))
})
