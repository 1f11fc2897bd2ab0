import { newSigningKey, type OpenChapter, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { LogMaker, newWriter, type Writer } from './testing/log-maker.ts'

const affirm = { v: 1, type: 'rules.affirmed' }
const pause = { v: 1, type: 'room.paused' }

/** A room of Fay, who keeps it, and Ada, with its first chapter open. */
function room(): { readonly log: LogMaker; readonly fay: Writer; readonly ada: Writer } {
  const log = new LogMaker()
  const fay = newWriter('facilitator', 'Fay')
  const ada = newWriter('participant', 'Ada')
  log.header(fay, log.governing(fay, ada))
  return { log, fay, ada }
}

test('[LG6] an entry by a stranger, with another hand under it, or out of its count is set aside; the next good one counts', async () => {
  const { log, fay, ada } = room()
  log.entry(ada, affirm)
  log.entry(newWriter('participant', 'Eve'), affirm)
  log.entry(ada, pause, { root: newSigningKey(systemRandom), counter: 1 })
  log.entry(ada, pause, { counter: 0 })
  log.entry(ada, pause, { counter: 3 })
  log.entry(ada, pause, { counter: 1, kind: 200 })
  log.entry(ada, pause, { counter: 1 })
  log.entry(fay, affirm)
  const outcomes = await log.outcomes(log.replica(ada, fay))
  expect(outcomes).toEqual([
    'chapter',
    'counts',
    'not-a-member',
    'bad-signature',
    'bad-counter',
    'fork',
    'unknown-kind',
    'bad-counter',
    'counts',
  ])
})

test('[LG6] a place from before the chapter is set aside by those who know it as by those who do not', async () => {
  const { log, fay, ada } = room()
  const ben = newWriter('participant', 'Ben')
  log.entry(ada, affirm, { kind: 200 })
  log.header(fay, log.governing(fay, ada, ben), { changes: [{ type: 'admitted', seat: ben.seat }] })
  const before = log.placeAt(2)
  const opening = log.placeAt(3)
  log.entry(ben, affirm, { seen: before })
  log.entry(ben, affirm, { seen: opening, counter: 1 })
  log.entry(ada, pause, { seen: { n: 3, logHash: new Uint8Array(32) } })
  const chapter = ['chapter', 'bad-place', 'counts', 'fork']
  for (const reader of [fay, ada]) {
    expect(await log.outcomes(log.replica(reader, fay))).toEqual(['chapter', 'unknown-kind', ...chapter])
  }
  expect(await log.outcomes(log.replica(ben, fay, 3))).toEqual(chapter)
})

/** The relay shows no more than the hash of the n-th envelope. */
function takeOut(log: LogMaker, n: number): void {
  const shown = log.items[n - 1] as (typeof log.items)[number]
  log.items[n - 1] = { ...shown, envelope: undefined }
}

test('[LG12] words may be missing: what they were said with counts, and the chain goes on', async () => {
  const { log, fay, ada } = room()
  log.words(ada, 'that the well runs dry')
  log.entry(ada, affirm, { kind: 200 })
  log.header(fay, log.governing(fay, ada))
  takeOut(log, 2)
  expect(await log.outcomes(log.replica(fay, fay))).toEqual(['chapter', 'words', 'unknown-kind', 'chapter'])
})

test('[LG12] nothing else may be missing: the next chapter shows it, and the space stops', async () => {
  const { log, fay, ada } = room()
  log.entry(ada, affirm)
  log.entry(ada, pause)
  log.entry(fay, affirm)
  log.header(fay, log.governing(fay, ada))
  takeOut(log, 2)
  const outcomes = ['chapter', 'words', 'fork', 'fork', 'stops: withheld']
  expect(await log.outcomes(log.replica(fay, fay))).toEqual(outcomes)
})

test('[LG12] words of another chapter are late; whatever was changed is set aside', async () => {
  const { log, fay, ada } = room()
  log.words(ada, 'in time')
  const [, sent] = log.items
  log.header(fay, log.governing(fay, ada))
  log.add(sent?.envelope as Uint8Array)
  const bytes = new Uint8Array(sent?.envelope as Uint8Array)
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
  log.add(bytes)
  expect(await log.outcomes(log.replica(fay, fay))).toEqual(['chapter', 'words', 'chapter', 'late', 'late'])
})

test('[LG7] an entry under a chapter that has ended is late, on every device', async () => {
  const { log, fay, ada } = room()
  const ended = log.chapter as OpenChapter
  log.header(fay, log.governing(fay, ada))
  log.entry(ada, affirm, { chapter: ended })
  log.entry(ada, affirm, { counter: 0 })
  for (const reader of [fay, ada]) {
    expect(await log.outcomes(log.replica(reader, fay))).toEqual(['chapter', 'chapter', 'late', 'counts'])
  }
})

test('[LG8] an entry that has seen another log is set aside, its author is named, and the others go on', async () => {
  const { log, fay, ada } = room()
  log.entry(ada, affirm, { seen: { n: 1, logHash: new Uint8Array(32) } })
  log.entry(fay, affirm)
  const replica = log.replica(fay, fay)
  expect(await log.outcomes(replica)).toEqual(['chapter', 'fork', 'counts'])
  expect(replica.forks).toEqual([ada.seat.id])
})

test('[LG8] whoever has seen a place that is still to come, or an entry of their own that has not, has seen another log', async () => {
  const { log, fay, ada } = room()
  log.entry(ada, affirm, { seen: { n: 99, logHash: new Uint8Array(32) } })
  const ahead = log.replica(fay, fay)
  expect(await log.outcomes(ahead)).toEqual(['chapter', 'fork'])
  expect(ahead.forks).toEqual([ada.seat.id])
  const { log: short, fay: keeper, ada: author } = room()
  short.entry(author, affirm, { counter: 1 })
  const behind = short.replica(keeper, keeper)
  expect(await short.outcomes(behind)).toEqual(['chapter', 'fork'])
  expect(behind.forks).toEqual([author.seat.id])
})

test('[LG9] two envelopes of one entry count once; another device may use the same id', async () => {
  const { log, fay, ada } = room()
  const entryId = systemRandom(16)
  log.entry(ada, affirm, { entryId })
  log.entry(ada, affirm, { entryId })
  log.entry(fay, affirm, { entryId })
  expect(await log.outcomes(log.replica(ada, fay))).toEqual(['chapter', 'counts', 'duplicate', 'counts'])
})

test('[LG10] bytes that are nothing, and events that break a rule, stop nobody', async () => {
  const { log, fay, ada } = room()
  log.entry(ada, affirm)
  log.entry(ada, affirm)
  log.entry(ada, 'no event')
  const broken = log.items[1]
  if (broken?.envelope) log.items[1] = { ...broken, envelope: broken.envelope.slice(0, 100) }
  const outcomes = await log.outcomes(log.replica(ada, fay))
  expect(outcomes).toEqual(['chapter', 'stops: bad-hash'])
  const { log: whole, fay: keeper, ada: reader } = room()
  whole.entry(reader, affirm)
  whole.entry(reader, affirm)
  whole.entry(reader, 'no event')
  expect(await whole.outcomes(whole.replica(reader, keeper))).toEqual([
    'chapter',
    'counts',
    'already-affirmed',
    'no-event',
  ])
})

test('[CH7] a header that does not follow from the log is set aside; one from another state stops the space', async () => {
  const { log, fay, ada } = room()
  log.entry(ada, affirm)
  log.header(fay, log.governing(fay, ada), { previous: { headerHash: new Uint8Array(32), ...log.head } })
  const replica = log.replica(ada, fay)
  expect(await log.outcomes(replica)).toEqual(['chapter', 'counts', 'broken-chain'])
  expect(replica.isOrphaned).toBe(true)
  expect(replica.forks).toEqual([fay.seat.id])

  const { log: other, fay: keeper, ada: reader } = room()
  other.entry(reader, affirm)
  other.header(keeper, other.governing(keeper, reader))
  expect(await other.outcomes(other.replica(reader, keeper))).toEqual(['chapter', 'counts', 'stops: snapshot-differs'])
})

test('[CH20] a chapter of another version stops the space if a keeper has signed it, and is set aside otherwise', async () => {
  for (const version of [1, 3]) {
    const { log, fay, ada } = room()
    log.header(fay, log.governing(fay, ada), { version })
    expect(await log.outcomes(log.replica(ada, fay))).toEqual(['chapter', 'stops: other-version'])

    const begun = new LogMaker()
    begun.header(fay, begun.governing(fay, ada), { version })
    expect(await begun.outcomes(begun.replica(ada, fay))).toEqual(['stops: other-version'])

    const { log: other, fay: keeper, ada: reader } = room()
    other.header(reader, other.governing(keeper, reader), { version })
    expect(await other.outcomes(other.replica(reader, keeper))).toEqual(['chapter', 'bad-snapshot'])
  }
})

test('[CH11] a chapter that somebody opens who keeps nothing is set aside, whatever it changes', async () => {
  const { log, fay, ada } = room()
  const eve = newWriter('participant', 'Eve')
  log.header(ada, log.governing(fay, ada, eve), { changes: [{ type: 'admitted', seat: eve.seat }] })
  const replica = log.replica(fay, fay)
  expect(await log.outcomes(replica)).toEqual(['chapter', 'not-a-keeper'])
  expect(replica.state?.governing.roster.map(({ name }) => name)).toEqual(['Fay', 'Ada'])
})

test("[CH6] a wrong share is told as the server's", async () => {
  const log = new LogMaker()
  const fay = newWriter('facilitator', 'Fay')
  log.header(fay, log.governing(fay), { share: systemRandom(32) })
  expect(await log.outcomes(log.replica(fay, fay))).toEqual(['stops: wrong-share'])
})

test('[CH5] a first chapter by somebody whom the invitation does not name is not taken for one', async () => {
  const log = new LogMaker()
  const eve = newWriter('facilitator', 'Eve')
  const fay = newWriter('facilitator', 'Fay')
  log.header(eve, log.governing(eve, fay))
  const replica = log.replica(fay, fay)
  expect(await log.outcomes(replica)).toEqual(['stops: gap'])
  expect(replica.state).toBeUndefined()
})
