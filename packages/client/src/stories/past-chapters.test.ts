import type { PastReading, PastStanding } from '@antechamber/client'
import {
  type DeviceMessage,
  decode,
  deviceMessage,
  ENTRY,
  ENVELOPE_KIND_AT,
  type Grant,
  MAX_MESSAGE_BYTES,
  toBase64Url,
} from '@antechamber/protocol'
import {
  addDevice,
  admit,
  interfere,
  type MovingRelay,
  NORTH,
  openScene,
  type Person,
  type Rules,
  startMovingRelay,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LongDays, noticesOf } from '../testing/long-days.ts'
import { lookInto, spaceOf } from '../testing/store-look.ts'

const SAID = 'The well was ours before the road came.'
const IN_ROUND = 'To be asked before it is decided.'
const TAKEN_BACK = 'I never believed the engineer.'

const days = new LongDays()
let relay: MovingRelay
const around = (platform: Person['platform']) => days.around(relay.around(platform))
/** What stands between Eli's device, or Dov's, and the relay. */
const rules: Rules = {}
const rulesOfDov: Rules = {}
let eli: Person
let laptop: Person
/** The header of the chapter of the round. */
let header: string

beforeAll(async () => {
  relay = await startMovingRelay()
  days.scene = await openScene(relay, around)
  const { ada, chi, dov, fay } = days.scene
  await days.enterRounds()
  const run = days.run(1)
  await until(fay.dialogue, 'a round', ({ view }) => view?.runs.some((one) => one.run === run) === true)
  expect(await fay.dialogue.send({ run, command: { type: 'openRound' } })).toEqual({ done: true })
  for (const [{ dialogue }, text, attribution] of [
    [ada, SAID, 'named'],
    [chi, TAKEN_BACK, 'side'],
  ] as const) {
    await until(dialogue, 'open', ({ view }) => JSON.stringify(view?.runs).includes('"open"'))
    expect(await dialogue.send({ run, command: { type: 'offerContribution', text, attribution } })).toEqual({
      done: true,
    })
  }
  expect(await fay.dialogue.send({ run, command: { type: 'closeRound' } })).toEqual({ done: true })
  await until(ada.dialogue, 'it is said', ({ view }) => JSON.stringify(view?.runs).includes(SAID))
  eli = await admit(relay, fay, 'Eli', NORTH, (platform) => interfere(around(platform), rules).platform)
  await days.back(dov, (platform) => interfere(around(platform), rulesOfDov).platform)
}, 100_000)
afterAll(async () => {
  for (const { device } of [eli, laptop]) device?.close()
  await days.scene.close()
})

const pastOf = ({ dialogue }: Person) => dialogue.status.view?.pastChapters
const standing = ({ dialogue }: Person): readonly PastStanding[] => dialogue.status.past
const textsOf = (reading: PastReading): string => JSON.stringify(reading)

/** What somebody's device has asked the relay for of one kind. */
const sentBy = ({ traffic }: Person, type: DeviceMessage['type']): number =>
  traffic.up.filter((frame) => {
    const message = decode(deviceMessage, frame, MAX_MESSAGE_BYTES)
    return message.ok && message.value.type === type
  }).length

/** Everything that the relay has for one device of one space: what was granted when chapters were opened, and after. */
async function grantsFor(person: Person): Promise<readonly { readonly first: number; readonly grant: Grant }[]> {
  const { space, device } = await spaceOf(await lookInto(person), 'room')
  const stored = [...relay.backup().spaces.values()].find((one) => toBase64Url(one.id) === space)
  return [...(stored?.chapters.values() ?? [])].flatMap(({ first = 0, grants, regrants }) =>
    [...grants.values(), ...[...regrants.values()].flatMap((one) => [...one.values()])]
      .filter((grant) => toBase64Url(grant.device) === device)
      .map((grant) => ({ first, grant })),
  )
}

/** Fay asks that Eli be given the chapter of the round, which was before them. */
async function ask(): Promise<void> {
  const { fay } = days.scene
  const { seat } = eli.dialogue.status.record
  const visit = `${days.run(1).split('/')[0]}#1`
  header = pastOf(fay)?.open.findLast((one) => one.seat === seat && one.visit === visit)?.header ?? ''
  expect(await fay.dialogue.send({ type: 'askPastChapter', seat, header })).toEqual({ done: true })
}

async function answer(people: readonly Person[], type: 'turnPastChapter' | 'holdPastChapter'): Promise<void> {
  for (const { dialogue } of people) {
    await until(dialogue, 'asked', ({ view }) => view?.pastChapters?.asked?.mine === 'undecided')
    expect(await dialogue.send({ type })).toEqual({ done: true })
  }
}

test('[PC6] while one says not yet, no device gives anything, and all that the relay has does not open it for the newcomer', async () => {
  const { fay, ada, ben, chi, dov } = days.scene
  await ask()
  await answer([ada, ben, chi], 'turnPastChapter')
  await answer([dov], 'holdPastChapter')
  await until(fay.dialogue, 'one side has agreed', ({ view }) =>
    Boolean(view?.pastChapters?.asked?.sides.some(({ hasAgreed }) => hasAgreed)),
  )
  for (const person of [fay, ...days.scene.people]) expect(sentBy(person, 'regrant')).toBe(0)
  expect([standing(eli), pastOf(eli)?.granted]).toEqual([[], []])
  const since = (await grantsFor(eli))[0]?.first ?? 0
  expect(since).toBeGreaterThan(1)
  expect((await grantsFor(eli)).every(({ first }) => first >= since)).toBe(true)
  expect(await eli.dialogue.readPast(header)).toEqual({ ok: false, why: 'gone' })
  expect(await fay.dialogue.send({ type: 'dropPastChapter' })).toEqual({ done: true })
})

test('[PC6] a chapter that somebody gives without being asked is not opened', async () => {
  const { dov } = days.scene
  const { space, device } = await spaceOf(await lookInto(eli), 'room')
  const stored = [...relay.backup().spaces.values()].find((one) => toBase64Url(one.id) === space)
  const chapters = [...(stored?.chapters ?? [])].sort(([, a], [, b]) => (a.first ?? 0) - (b.first ?? 0))
  // The one before that of the round, which ends where Eli's begins: everybody else was there.
  const own = (await grantsFor(eli))[0]?.first
  const [id = ''] = chapters[chapters.findIndex(([, { first }]) => first === own) - 2] ?? []
  const chapter = new Uint8Array(Buffer.from(id, 'latin1'))
  const to = new Uint8Array(Buffer.from(device, 'base64url'))
  const grant = { device: to, keyNumber: 0, enc: new Uint8Array(1120), wrapped: new Uint8Array(48) }
  rulesOfDov.sends = (message, _, line) =>
    message.type === 'ping' && line.space === space ? { type: 'regrant', ref: message.ref, chapter, grant } : message
  dov.dialogue.retryNow()
  expect(sentBy(dov, 'regrant')).toBe(1)
  delete rulesOfDov.sends
  expect(standing(eli)).toEqual([])
  expect(sentBy(eli, 'regranted')).toBe(0)
})

test('[PC6] [PC7] [PC8] once each side has agreed, a device that was there gives it by itself; a key that the relay forges opens nothing', async () => {
  const { fay, ada, ben, chi, dov, people } = days.scene
  // The relay puts another key in the place of what was given, as long as it likes.
  rules.receives = (message) =>
    message.type === 'regranted'
      ? { ...message, grants: message.grants.map((grant) => ({ ...grant, wrapped: new Uint8Array(48).fill(7) })) }
      : message
  await ask()
  await answer([ada, ben, chi, dov], 'turnPastChapter')
  await until(eli.dialogue, 'it does not open', ({ past }) => past[0]?.state === 'unopened')
  // One device is enough: the others wait and see. (What Dov's device gave by itself is the other one.)
  expect([fay, ...people].reduce((sum, person) => sum + sentBy(person, 'regrant'), 0)).toBe(1 + 1)
  delete rules.receives
  // Those who have given look again after a while, and give again what was dropped.
  days.moved += 11 * 60_000
  await until(eli.dialogue, 'it is there', ({ past }) => past[0]?.header === header && past[0].state === 'here')
  const reading = await eli.dialogue.readPast(header)
  for (const text of [SAID, TAKEN_BACK, 'Ada', 'perceptions']) expect(textsOf(reading)).toContain(text)
  // Whose they are is told as their authors chose: by side, without a name.
  expect(textsOf(reading)).not.toContain('Chi')
  // Of what Dov's device gave by itself nothing was opened.
  expect(noticesOf(eli)).toEqual([{ code: 'not-agreed', space: 'room' }])
  expect(standing(eli)).toHaveLength(1)
})

test('[PC7] envelopes that are left out, changed, or of another chapter are not shown', async () => {
  const changes: NonNullable<Rules['receives']>[] = [
    // Entries as if they had been taken back, which words alone can be.
    (message) =>
      message.type === 'chapter'
        ? {
            ...message,
            items: message.items.map((one) =>
              one.envelope?.[ENVELOPE_KIND_AT] === ENTRY ? { ...one, envelope: undefined } : one,
            ),
          }
        : message,
    // Its end.
    (message) =>
      message.type === 'chapter' && message.items.length > 2
        ? { ...message, next: message.first + 2, items: message.items.slice(0, 3) }
        : message,
    // Another header.
    (message) => (message.type === 'chapter' ? { ...message, items: message.items.slice(1) } : message),
  ]
  for (const change of changes) {
    rules.receives = change
    expect(await eli.dialogue.readPast(header)).toEqual({ ok: false, why: 'differs' })
  }
  rules.receives = (message) =>
    message.type === 'regranted' ? { ...message, share: new Uint8Array(32).fill(1) } : message
  expect(await eli.dialogue.readPast(header)).toEqual({ ok: false, why: 'wrong-share' })
  delete rules.receives
  expect(textsOf(await eli.dialogue.readPast(header))).toContain(SAID)
})

test('[PC8] [DV15] what somebody takes back is not shown any more; after a restart the rest still is', async () => {
  const { chi } = days.scene
  const pool = chi.dialogue.status.view?.runs.flatMap(({ view }) => (view.kind === 'round' ? view.pool : [])) ?? []
  const contribution = pool.find(({ origin }) => origin.mine)?.id as never
  const run = days.run(1)
  expect(await chi.dialogue.send({ run, command: { type: 'withdrawContribution', contribution } })).toEqual({
    done: true,
  })
  await days.back(eli, (platform) => interfere(around(platform), rules).platform)
  await until(eli.dialogue, 'it stands', ({ past }) => past.length === 1 && past[0]?.state === 'here')
  const reading = await eli.dialogue.readPast(header)
  expect(textsOf(reading)).toContain(SAID)
  expect(textsOf(reading)).not.toContain(TAKEN_BACK)
})

test('[DV15] a further device is given what its person could read, and asks nobody', async () => {
  const { ada, ben, fay } = days.scene
  // In the middle of a round: what Ben has written is of the chapter before, and the closing of the laptop's own.
  const run = days.run(1).replace('perceptions', 'needs') as never
  expect(await fay.dialogue.send({ run, command: { type: 'openRound' } })).toEqual({ done: true })
  await until(ben.dialogue, 'open', ({ view }) => JSON.stringify(view?.runs).includes('"open"'))
  const offered = { type: 'offerContribution', text: IN_ROUND, attribution: 'side' } as const
  expect(await ben.dialogue.send({ run, command: offered })).toEqual({ done: true })
  laptop = await addDevice(relay, ada, around)
  expect(await fay.dialogue.send({ run, command: { type: 'closeRound' } })).toEqual({ done: true })
  await until(laptop.dialogue, 'it has the chapter', ({ past }) =>
    past.some((one) => one.header === header && one.state === 'here'),
  )
  expect(textsOf(await laptop.dialogue.readPast(header))).toContain(SAID)
  // All that she has read since she came, the last chapter too, with what its round gave to the room afterwards.
  await until(
    laptop.dialogue,
    'all of it',
    ({ past }) => past.length > 1 && past.every(({ state }) => state === 'here'),
  )
  await until(laptop.dialogue, 'closed', ({ view }) =>
    Boolean(view?.runs.some((one) => one.run === run && one.view.kind === 'round' && one.view.status === 'closed')),
  )
  const readings = await Promise.all(standing(laptop).map((one) => laptop.dialogue.readPast(one.header)))
  expect(textsOf(readings as never)).toContain(IN_ROUND)
})

test('[PC9] what is destroyed goes from those who were given it too, with every key that could open it', async () => {
  const { ada, ben, chi, dov, fay } = days.scene
  const before = await grantsFor(eli)
  await days.enterRounds()
  await days.agree(2, [ada, ben, chi, dov])
  days.moved += 25 * 60 * 60 * 1000
  for (const person of [eli, ada]) await days.confirmed(person, person === ada ? 2 : 1)
  expect(standing(eli)).toEqual([])
  expect(await eli.dialogue.readPast(header)).toEqual({ ok: false, why: 'gone' })
  await until(laptop.dialogue, 'gone there too', ({ past }) => !past.some((one) => one.header === header))
  const kept = await lookInto(eli)
  const { sealingKeys } = await spaceOf(kept, 'room')
  const gone = before.filter(({ grant, first }) => first > 0 && grant.keyNumber < (sealingKeys[0]?.number ?? 0))
  expect(gone.length).toBe(before.length)
  expect(fay.dialogue.status.view?.destruction?.destroyed.length).toBe(1)
  for (const person of [eli, laptop]) expect(noticesOf(person)).toEqual([])
})
