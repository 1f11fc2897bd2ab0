import type { ContributionId, Governing, RunId, SpaceState } from '@antechamber/core'
import { decodeEnvelope, fromBase64Url, toBase64Url } from '@antechamber/protocol'
import {
  encodeRoundWords,
  type OpenChapter,
  openOwnRoundWords,
  openRoundWords,
  openWords,
  type RoundKey,
  type RoundWords,
  roundKeyName,
  roundKeyOf,
  sealContent,
  signingKeyFromSecret,
  systemRandom,
} from '@antechamber/sealing'
import { beforeEach, expect, test } from 'vitest'
import type { Replica } from './replica.ts'
import { LogMaker, newWriter, type Writer } from './testing/log-maker.ts'

const RUN = 'sharing/fears#1' as RunId
const WELL = 'that the well runs dry'

let log: LogMaker
let fay: Writer
let ada: Writer
let ben: Writer
let round: RoundKey

/** A room in its second stage, in which everyone has accepted the rules and a round is open. */
beforeEach(async () => {
  log = new LogMaker()
  fay = newWriter('facilitator', 'Fay')
  ada = newWriter('participant', 'Ada')
  ben = newWriter('participant', 'Ben')
  round = await roundKeyOf(systemRandom(32))
  log.header(fay, sharing(fay, ada, ben))
  log.entry(fay, opened())
})

function sharing(...writers: readonly Writer[]): Governing {
  const affirmed = writers.map(({ seat }) => seat.id)
  return { ...log.governing(...writers), affirmed, stage: { stage: 'sharing', visits: { opening: 1, sharing: 1 } } }
}

const opened = () => ({ v: 1, type: 'round.opened', run: RUN, key: toBase64Url(round.publicKey) })
const closed = (secret: Uint8Array | undefined) => ({
  ...{ v: 1, type: 'round.closed', run: RUN },
  ...(secret && { secret: toBase64Url(secret) }),
})

/** Sends an event that says something under a name. @returns its id */
function offer(writer: Writer, words: string): ContributionId {
  const id = toBase64Url(systemRandom(16)) as ContributionId
  log.entry(writer, { v: 1, type: 'contribution.offered', run: RUN, id, words, attribution: 'side' })
  return id
}

async function write(writer: Writer, text: string): Promise<ContributionId> {
  const { ref, envelope } = await log.sealRound(writer, text, round)
  log.add(envelope)
  return offer(writer, ref)
}

/** The next chapter, from the state that the log has led to. */
async function nextChapter(): Promise<void> {
  const replica = log.replica(fay, fay)
  await log.outcomes(replica)
  log.header(fay, (replica.state as SpaceState).governing)
}

/** What a device that has read all of the log can read. */
async function readBy(writer: Writer): Promise<{ readonly replica: Replica; readonly words: readonly string[] }> {
  const replica = log.replica(writer, fay)
  await log.outcomes(replica)
  return { replica, words: wordsIn(replica) }
}

const wordsIn = ({ state }: Replica): readonly string[] =>
  Object.values(state?.words ?? {}).flatMap((part) => Object.values(part))

/** The words for a round in an envelope of this chapter. */
function sealedIn(envelope: Uint8Array): RoundWords {
  const read = decodeEnvelope(envelope)
  const opened = read.ok ? openWords(log.chapter as OpenChapter, read.value) : undefined
  if (!opened?.ok || opened.value.form !== 'for-a-round') throw new Error('no words for a round')
  return opened.value.words
}

/** Everything of 32 bytes in what a device has in memory. */
const secretsOf = (value: unknown): readonly Uint8Array[] =>
  (JSON.stringify(value).match(/(?<![\w-])[\w-]{43}(?![\w-])/g) ?? []).flatMap((text) => fromBase64Url(text) ?? [])

test('[RD8][LG17][R21] before the close nobody opens the words but their author, with all that a device has', async () => {
  const { ref, envelope } = await log.sealRound(ada, WELL, round)
  log.add(envelope)
  offer(ada, ref)
  for (const writer of [fay, ben]) expect((await readBy(writer)).words).toEqual([])
  // And again after a restart, its author; nobody else.
  expect((await readBy(ada)).words).toEqual([WELL])
  const { replica } = await readBy(ben)
  const words = sealedIn(envelope)
  const held = [ben.root.secret, ...log.halves(), ...secretsOf(replica.state), ...secretsOf(log.events)]
  expect(held.length).toBeGreaterThan(8)
  for (const secret of held) {
    expect(await openRoundWords(secret, log.space, words)).toBeUndefined()
    expect(openOwnRoundWords(signingKeyFromSecret(secret), log.space, words)).toBeUndefined()
  }
  expect(JSON.stringify(replica.state)).not.toContain(WELL)
  log.entry(fay, closed(round.secret))
  for (const writer of [fay, ada, ben]) expect((await readBy(writer)).words).toEqual([WELL])
})

test('[LG18] what came in a chapter before opens when the round closes, on a device that was there and on one that starts again', async () => {
  await write(ada, WELL)
  const there = await readBy(ben)
  await nextChapter()
  await write(fay, 'not hers to write')
  await nextChapter()
  log.entry(fay, closed(round.secret))
  await log.outcomes(there.replica)
  for (const words of [wordsIn(there.replica), (await readBy(ben)).words, (await readBy(fay)).words])
    expect(words.filter((text) => text === WELL)).toHaveLength(1)
  expect(wordsIn(there.replica)).toEqual([WELL])
  expect(there.replica.state?.governing).toEqual((await readBy(fay)).replica.state?.governing)
})

test('[LG18] garbage opens for nobody and stops nothing; whoever puts it under another’s name changes nothing', async () => {
  const { ref, envelope } = await log.sealRound(ada, WELL, round)
  const hers = sealedIn(envelope)
  const garbage = {
    ...hers,
    enc: systemRandom(1120),
    wrapped: systemRandom(48),
    sealed: systemRandom(hers.sealed.length),
  }
  const send = (words: RoundWords): void =>
    log.add(sealContent(log.chapter as OpenChapter, ben.root, encodeRoundWords(words), systemRandom))
  // Before hers too: a relay that is in it with him can put his first.
  send(garbage)
  log.add(envelope)
  send(garbage)
  const id = offer(ada, ref)
  const own = { ...garbage, ref: systemRandom(32), key: roundKeyName(round.publicKey) }
  send(own)
  const broken = offer(ben, toBase64Url(own.ref))
  log.entry(fay, closed(round.secret))
  for (const writer of [fay, ada, ben]) {
    const { replica, words } = await readBy(writer)
    expect(words).toEqual([WELL])
    expect(replica.state?.governing.contributions.map((one) => one.id).sort()).toEqual([id, broken].sort())
  }
})

test('[LG18] under one name eight are tried for each round, and no more: what costs every device time ends', async () => {
  const { ref, envelope } = await log.sealRound(ada, WELL, round)
  const hers = sealedIn(envelope)
  const send = (words: Partial<RoundWords>): void =>
    log.add(sealContent(log.chapter as OpenChapter, ben.root, encodeRoundWords({ ...hers, ...words }), systemRandom))
  const garbage = { enc: systemRandom(1120), wrapped: systemRandom(48), sealed: systemRandom(hers.sealed.length) }
  // For another round: they take nobody's place.
  for (let sent = 0; sent < 8; sent++) send({ ...garbage, key: systemRandom(32) })
  for (let sent = 0; sent < 7; sent++) send(garbage)
  log.add(envelope)
  offer(ada, ref)
  const late = await log.sealRound(ben, 'under eight others', round)
  const others = { ...garbage, ref: sealedIn(late.envelope).ref }
  for (let sent = 0; sent < 8; sent++) send(others)
  log.add(late.envelope)
  offer(ben, late.ref)
  log.entry(fay, closed(round.secret))
  expect((await readBy(fay)).words).toEqual([WELL])
  expect(new Set((await readBy(ben)).words)).toEqual(new Set([WELL, 'under eight others']))
})

test('[LG18] words that nothing names are not opened; those that come late are', async () => {
  log.add((await log.sealRound(ben, 'never said', round)).envelope)
  const { ref, envelope } = await log.sealRound(ada, WELL, round)
  offer(ada, ref)
  log.entry(fay, closed(round.secret))
  expect((await readBy(fay)).words).toEqual([])
  log.add(envelope)
  for (const writer of [fay, ada]) expect((await readBy(writer)).words).toEqual([WELL])
})

test('[RD8] a wrong secret closes nothing, whatever it is written like; the right one still does', async () => {
  await write(ada, WELL)
  const before = log.items.length
  log.entry(fay, closed(systemRandom(32)))
  log.entry(fay, { ...closed(undefined), secret: `${'A'.repeat(42)}B` })
  log.entry(fay, { ...closed(undefined), secret: 'short' })
  log.entry(ben, { ...closed(undefined), secret: 7 })
  log.entry(fay, { ...opened(), run: 'sharing/needs#1', key: toBase64Url(new Uint8Array(1216).fill(255)) })
  log.entry(fay, closed(round.secret))
  const outcomes = await log.outcomes(log.replica(ben, fay))
  const expected = ['wrong-secret', 'wrong-secret', 'bad-shape', 'bad-shape', 'bad-key', 'counts']
  expect(outcomes.slice(before)).toEqual(expected)
  expect((await readBy(ben)).words).toEqual([WELL])
})

test('[RD7][LG18] what was taken back while the round was open is never opened', async () => {
  const id = await write(ada, WELL)
  await write(ben, 'that nobody asks us')
  log.entry(ada, { v: 1, type: 'contribution.withdrawn', run: RUN, contribution: id })
  log.entry(fay, closed(round.secret))
  for (const writer of [fay, ada, ben]) expect((await readBy(writer)).words).toEqual(['that nobody asks us'])
})

test('[CH12][RD8] somebody who was taken out in the middle opens nothing of what came after, with the secret', async () => {
  const before = log.chapter as OpenChapter
  await nextChapter()
  const read = decodeEnvelope((await log.sealRound(ada, WELL, round)).envelope)
  if (!read.ok) throw new Error(read.error.code)
  const asBefore = { ...read.value, chapter: before.place.chapter }
  expect(openWords(before, read.value)).toMatchObject({ error: { code: 'late' } })
  expect(openWords(before, asBefore)).toMatchObject({ error: { code: 'unreadable' } })
})

test('[RD9] a round that closes without its secret leaves each author’s device with its own words to send again', async () => {
  await write(ada, WELL)
  await write(ben, 'that nobody asks us')
  const gone = await write(ben, 'in anger')
  log.entry(ben, { v: 1, type: 'contribution.withdrawn', run: RUN, contribution: gone })
  expect((await readBy(ada)).replica.unshared).toEqual([])
  log.entry(fay, closed(undefined))
  expect((await readBy(fay)).words).toEqual([])
  const { replica, words } = await readBy(ada)
  expect(words).toEqual([WELL])
  const [own, ...others] = replica.unshared
  expect([own?.words, others]).toEqual([WELL, []])
  expect((await readBy(ben)).replica.unshared).toEqual([])
  // In another chapter too.
  await nextChapter()
  if (own) log.words(ada, own.words, own.salt)
  for (const writer of [fay, ben]) expect((await readBy(writer)).words).toContain(WELL)
  expect((await readBy(ada)).replica.unshared).toEqual([])
})
