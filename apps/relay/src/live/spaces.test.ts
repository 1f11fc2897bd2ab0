import { expect, test } from 'vitest'
import { processBus } from '../bus.ts'
import { liveSpaces, type Member } from './spaces.ts'

const SPACE = new Uint8Array(16).fill(1)

const member = (device: number, wake: () => void): Member => ({
  device: new Uint8Array(16).fill(device),
  wake,
  dismiss: () => undefined,
  check: async () => undefined,
  joined: () => undefined,
})

test('[WR9] whoever reads is woken for an envelope that somebody who has just entered knows of already', async () => {
  const bus = processBus()
  const spaces = liveSpaces(bus, { heads: async () => [] }, () => undefined)
  const woken = new Promise<void>((resolve) => void spaces.enter(SPACE, 1, member(1, resolve)))
  // The storage has envelope 2, and its hint is still on the way.
  const { space } = spaces.enter(
    SPACE,
    2,
    member(2, () => undefined),
  )
  expect(space.head()).toBe(2)
  bus.publish({ type: 'grown', space: SPACE, head: 2 })
  await woken
  spaces.close()
})
