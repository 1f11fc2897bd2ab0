import { DELAY_MS, type Governing, type Millis, openChapter } from '@antechamber/core'
import { type LogItem, toBase64Url } from '@antechamber/protocol'
import { makeProofs } from '../proofs.ts'
import { LogMaker, newWriter, type Writer } from './log-maker.ts'

const affirm = { v: 1, type: 'rules.affirmed' }

/** How a third chapter's state differs from the second's. */
export type Third = (governing: Governing, second: string) => Governing

/** Its own snapshot says that what it follows on is destroyed. */
export const destroyed: Third = (governing, upTo) => ({
  ...governing,
  destroyed: [{ id: 'x'.repeat(22), upTo, visits: [], at: 1 as Millis, untold: 0 }],
})

/** Agreed, for all that its opener says; a chapter a day later destroys the visit that is over. */
export const agreed: Third = (governing, upTo) => {
  const next = governing.charter.process.stages[1]
  if (!next) throw new Error('the process has one stage')
  return {
    ...governing,
    stage: { stage: next.id, visits: { ...governing.stage?.visits, [next.id]: 1 } },
    destruction: {
      id: 'x'.repeat(22),
      upTo,
      at: 1 as Millis,
      turns: {},
      since: Object.fromEntries(governing.roster.map(({ id }) => [id, 1 as Millis])),
    },
  }
}

/** A room of three chapters. Ada has read the first; the relay has nothing of the second any more. */
export async function overTheSecond(third: Third, opener?: Writer) {
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
  return { replica, landing, log, fay, ada }
}

/** Another chapter, a day after the one that was jumped to. @returns what all since then came to, on Ada's device */
export async function aDayLater({
  replica,
  log,
  fay,
}: Awaited<ReturnType<typeof overTheSecond>>): Promise<readonly string[]> {
  const openedAt = (1 + DELAY_MS) as Millis
  const next = openChapter(replica.state?.governing as Governing, { by: fay.seat, changes: [], openedAt }, makeProofs())
  if (!next.ok) throw new Error(next.error)
  log.header(fay, next.value, { openedAt })
  return log.outcomes(replica)
}
