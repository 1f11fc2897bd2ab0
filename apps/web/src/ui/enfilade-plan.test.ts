import { expect, test } from 'vitest'
import { planOf } from './enfilade-plan.ts'

test('rooms stand side by side and fill the width', () => {
  for (const now of [-1, 0, 2, 4]) {
    const { rooms } = planOf(4, now, 360)
    let x = 0
    for (const room of rooms) {
      expect(room.x).toBeCloseTo(x)
      x += room.width
    }
    expect(x).toBeCloseTo(360)
  }
})

test('doors are open up to the lit room, ajar at its far end, closed further on', () => {
  expect(planOf(4, 1, 360).rooms.map((room) => room.state)).toEqual(['done', 'now', 'ahead', 'ahead'])
  expect(planOf(4, 1, 360).doors.map((door) => door.state)).toEqual(['open', 'open', 'ajar', 'closed', 'closed'])
})

test('before the first stage and after the last no room is lit', () => {
  expect(planOf(2, -1, 100).rooms.map((room) => room.state)).toEqual(['ahead', 'ahead'])
  expect(planOf(2, -1, 100).doors.map((door) => door.state)).toEqual(['ajar', 'closed', 'closed'])
  expect(planOf(2, 2, 100).rooms.map((room) => room.state)).toEqual(['done', 'done'])
  expect(planOf(2, 2, 100).doors.map((door) => door.state)).toEqual(['open', 'open', 'open'])
})
