import { HEADER_ROOM_BYTES } from '@antechamber/core'
import { MAX_SNAPSHOT_BYTES } from '@antechamber/sealing'
import { expect, test } from 'vitest'

test('[DG13] the room that the core reckons with is the room that a header has', () => {
  expect(HEADER_ROOM_BYTES).toBe(MAX_SNAPSHOT_BYTES)
})
