import type { Governing, Millis } from '@antechamber/core'
import { type LogItem, toBase64Url } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import { LogMaker, newWriter, type Writer } from './testing/log-maker.ts'

const affirm = { v: 1, type: 'rules.affirmed' }

type Third = (governing: Governing, second: string) => Governing

const destroyed: Third = (governing, upTo) => ({
  ...governing,
  destroyed: [{ id: 'x'.repeat(22), upTo, visits: [], at: 1 as Millis, untold: 0 }],
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
  return { replica, landing }
}

test('[DX9] behind missing chapters a device goes on, and has not caught up until the log says that they were destroyed', async () => {
  for (const [third, isUnproven] of [
    [(same: Governing) => same, true],
    [(same: Governing) => destroyed(same, 'x'.repeat(43)), true],
    [destroyed, false],
  ] as const) {
    const { replica, landing } = await overTheSecond(third)
    expect(landing).toMatchObject({ ok: true, value: { type: 'chapter' } })
    expect(replica.bridge.isUnproven).toBe(isUnproven)
  }
})

test('[DX9] nobody who is no keeper leads anybody over missing chapters', async () => {
  const { landing } = await overTheSecond(destroyed, newWriter('participant', 'Ben'))
  expect(landing).toMatchObject({ ok: true, value: { type: 'set-aside', reason: 'not-a-member' } })
})
