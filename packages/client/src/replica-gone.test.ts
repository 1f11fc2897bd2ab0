import type { Governing } from '@antechamber/core'
import { expect, test } from 'vitest'
import { aDayLater, agreed, destroyed, overTheSecond } from './testing/gone-room.ts'
import { newWriter } from './testing/log-maker.ts'

test('[DX9] behind missing chapters a device goes on, and has not caught up until a later chapter says that they were destroyed', async () => {
  for (const [third, isUnproven] of [
    [(same: Governing) => same, true],
    [(same: Governing) => destroyed(same, 'x'.repeat(43)), true],
    [agreed, false],
  ] as const) {
    const room = await overTheSecond(third)
    expect(room.landing).toMatchObject({ ok: true, value: { type: 'chapter' } })
    expect(room.replica.bridge.isUnproven).toBe(true)
    expect(room.replica.bridge.beginning).toBeUndefined()
    expect(await aDayLater(room)).toEqual(['chapter'])
    expect(room.replica.bridge.isUnproven).toBe(isUnproven)
    expect(room.replica.bridge.beginning?.n).toBe(isUnproven ? undefined : 4)
  }
})

test('[DX9] a header does not prove by itself that what it follows on was destroyed', async () => {
  const { replica, landing } = await overTheSecond(destroyed)
  expect(landing).toEqual({ ok: false, error: 'withheld' })
  expect(replica.bridge.beginning).toBeUndefined()
})

test('[DX9] nobody who is no keeper leads anybody over missing chapters', async () => {
  const { landing } = await overTheSecond(destroyed, newWriter('participant', 'Ben'))
  expect(landing).toMatchObject({ ok: true, value: { type: 'set-aside', reason: 'not-a-member' } })
})
