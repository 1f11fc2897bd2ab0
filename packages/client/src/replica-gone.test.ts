import { DELAY_MS, type Governing, type Millis, openChapter } from '@antechamber/core'
import { type LogItem, toBase64Url } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import { makeProofs } from './proofs.ts'
import { LogMaker, newWriter, type Writer } from './testing/log-maker.ts'

const affirm = { v: 1, type: 'rules.affirmed' }

type Third = (governing: Governing, second: string) => Governing

const destroyed: Third = (governing, upTo) => ({
  ...governing,
  destroyed: [{ id: 'x'.repeat(22), upTo, visits: [], at: 1 as Millis, untold: 0 }],
})

/** Agreed, for all that its opener says; a chapter a day later destroys it. */
const agreed: Third = (governing, upTo) => ({
  ...governing,
  destruction: { id: 'x'.repeat(22), upTo, at: 1 as Millis, turns: {}, since: 1 as Millis },
})

/** A room of three chapters. Ada has read the first; the relay has nothing of the second any more. */
async function overTheSecond(third: Third, opener?: Writer) {
  const [fay, ada] = [newWriter('facilitator', 'Fay'), newWriter('participant', 'Ada')]
  const log = new LogMaker()
  const governing = log.governing(fay, ada, ...(opener ? [opener] : []))
  log.header(fay, governing)
  const replica = log.replica(ada, fay, 1, 'every chapter')
  await log.outcomes(replica)
  log.header(fay, governing)
  log.entry(ada, affirm)
  log.header(opener ?? fay, third(governing, toBase64Url(log.headerHash)))
  for (const item of log.items.slice(1, 3)) await replica.receive({ ...item, envelope: undefined }, false)
  const landing = await replica.receive(log.items[3] as LogItem, false)
  return { replica, landing, log, fay }
}

/** Another chapter, a day after the one that was jumped to. */
async function aDayLater({ replica, log, fay }: Awaited<ReturnType<typeof overTheSecond>>): Promise<void> {
  const openedAt = (1 + DELAY_MS) as Millis
  const next = openChapter(replica.state?.governing as Governing, { by: fay.seat, changes: [], openedAt }, makeProofs())
  if (!next.ok) throw new Error(next.error)
  log.header(fay, next.value, { openedAt })
  expect(await log.outcomes(replica)).toEqual(['chapter'])
}

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
    await aDayLater(room)
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
