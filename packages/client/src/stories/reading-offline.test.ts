import { decode, MAX_MESSAGE_BYTES, relayMessage, toBase64Url, utf8 } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay } from '@antechamber/relay/testing'
import {
  type Around,
  admit,
  findTexts,
  foundScene,
  interfere,
  NORTH,
  openDevice,
  type Person,
  type RelayAt,
  type Rules,
  restart,
  SOUTH,
  sceneSetup,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryPlatform } from '../node/index.ts'
import { openVault } from '../vault-door.ts'

const SAID = 'We draw water before the sun is up.'
const DAY_MS = 24 * 60 * 60 * 1000

let relay: RelayAt
const open: Person[] = []
beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})
afterAll(async () => {
  for (const { device } of open) device.close()
  await relay.stop()
})

/** Fay facilitates, Ada and Chi take part, and Chi has said something in a round that is over. */
async function play(readsOffline: boolean) {
  const fay = await foundScene(relay, { ...sceneSetup(), ...(readsOffline && { readsOffline: true as const }) })
  await fay.dialogue.send({ type: 'affirmRules' })
  const ada = await admit(relay, fay, 'Ada', NORTH)
  const chi = await admit(relay, fay, 'Chi', SOUTH)
  open.push(fay, ada, chi)
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  await fay.dialogue.send({ type: 'enterStage', stage, reason: 'It is time.' })
  const { view } = await until(fay.dialogue, 'the rounds', (one) => one.view?.stages[1]?.status === 'now')
  const run = view?.runs[0]?.run as never
  await fay.dialogue.send({ run, command: { type: 'openRound' } })
  await until(chi.dialogue, 'the round is open', (one) => JSON.stringify(one.view?.runs).includes('"status":"open"'))
  const offer = { type: 'offerContribution', text: SAID, attribution: 'side' } as const
  expect(await chi.dialogue.send({ run, command: offer })).toEqual({ done: true })
  await fay.dialogue.send({ run, command: { type: 'closeRound' } })
  for (const one of [ada, chi]) {
    await until(one.dialogue, 'it is read', isRead)
    // What is seen is kept a moment later.
    await settle(one)
  }
  return { fay, ada, chi }
}

const isRead = ({ view }: Person['dialogue']['status']): boolean => JSON.stringify(view?.runs ?? []).includes(SAID)

/** No relay, as long as the rules say so; and another time, where it is given. */
const without =
  (rules: Rules, later = 0): Around =>
  (platform) => ({ ...interfere(platform, rules).platform, now: () => platform.now() + later })

/** Gives a device every chance to show something: what it will show without the relay is there by then. */
async function settle({ dialogue }: Person): Promise<void> {
  for (let n = 0; n < 20; n++) {
    dialogue.retryNow()
    await new Promise((resolve) => void setTimeout(resolve, 25))
  }
}

/** Whether the shares that the relay has given a device lie in its store, once everything there has been opened. */
async function keepsShares(person: Person): Promise<boolean> {
  const shares = person.traffic.down.flatMap((frame) => {
    const message = decode(relayMessage, frame, MAX_MESSAGE_BYTES)
    return message.ok && message.value.type === 'granted' ? [message.value.share] : []
  })
  expect(shares.length).toBeGreaterThan(0)
  person.device.close()
  await person.platform.store.close()
  const platform = await memoryPlatform(person.memory)
  const opened = await openVault(platform)
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const names = (await vault.names('')).filter((name) => name !== 'vault-key')
  expect(names.some((name) => name.startsWith('key/'))).toBe(true)
  const contents = await Promise.all(names.map((name) => vault.read(name)))
  await platform.store.close()
  const kept = Buffer.concat(contents.map((content) => content ?? new Uint8Array()))
  return shares.some((share) => [share, utf8(toBase64Url(share))].some((bytes) => kept.includes(Buffer.from(bytes))))
}

test('[ST23] without the setting no share is in the store, and without the relay nothing is shown', async () => {
  const { ada } = await play(false)
  expect(await keepsShares(ada)).toBe(false)
  const rules: Rules = { isAway: true }
  await restart(relay, ada, without(rules))
  await settle(ada)
  expect(ada.dialogue.status).toMatchObject({ isLive: false, view: undefined, readSince: undefined })
  rules.isAway = false
  ada.dialogue.retryNow()
  await until(ada.dialogue, 'the relay is back', (status) => status.isLive && isRead(status))
}, 60_000)

test('[ST24] with the setting a device that starts without the relay shows what it has read, and since when', async () => {
  const { ada, fay } = await play(true)
  const before = Date.now()
  expect(await keepsShares(ada)).toBe(true)
  const rules: Rules = { isAway: true }
  await restart(relay, ada, without(rules))
  const { readSince = 0 } = await until(ada.dialogue, 'it is read', isRead)
  expect(ada.dialogue.status).toMatchObject({ isLive: false, isShutOut: false, notices: [] })
  expect(Math.abs(before - readSince)).toBeLessThan(11 * 60 * 1000)
  // What the others do meanwhile is not there, and comes with the relay.
  await fay.dialogue.send({ type: 'pause' })
  await settle(ada)
  expect(ada.dialogue.status.view?.paused).toBe(false)
  rules.isAway = false
  ada.dialogue.retryNow()
  await until(ada.dialogue, 'the relay is back', ({ isLive, view }) => isLive && view?.paused === true)
  expect(ada.dialogue.status.readSince).toBeUndefined()
}, 60_000)

test('[ST25] a device that is cut off deletes its shares as soon as the relay tells it, and reads nothing offline', async () => {
  const { ada, chi, fay } = await play(true)
  const rules: Rules = { isAway: true }
  await restart(relay, chi, without(rules))
  await until(chi.dialogue, 'Chi still reads', isRead)
  for (const { dialogue } of [ada, chi])
    expect(await fay.dialogue.send({ type: 'remove', seat: dialogue.status.record.seat })).toEqual({ done: true })
  // Who is away goes on reading: that is what the setting loses.
  expect(isRead(chi.dialogue.status)).toBe(true)
  rules.isAway = false
  chi.dialogue.retryNow()
  for (const one of [ada, chi]) {
    await until(one.dialogue, 'shut out', ({ isShutOut }) => isShutOut)
    await settle(one)
    expect(await keepsShares(one)).toBe(false)
    await restart(relay, one, without({ isAway: true }))
    await settle(one)
    expect(one.dialogue.status.view).toBeUndefined()
  }
}, 60_000)

test('[ST25] [DX13] after the last day of the dialogue a device opens nothing, has no share any more at once, and no key after three days', async () => {
  const { ada } = await play(true)
  const openOn = async (day: number) => {
    ada.device.close()
    await ada.platform.store.close()
    ada.platform = without({ isAway: true }, day * DAY_MS)(await memoryPlatform(ada.memory))
    ada.device = await openDevice(ada.platform, relay)
    expect(ada.device.dialogues).toEqual([])
  }
  await openOn(31)
  expect(await keepsShares(ada)).toBe(false)
  await openOn(35)
  expect([...ada.memory.disk.records.keys()].filter((name) => !/^(vault-key|ended\/)/.test(name))).toEqual([])
}, 60_000)

test('[ST1] what is opened offline is kept nowhere in clear', async () => {
  const { ada } = await play(true)
  const rules: Rules = { isAway: true }
  await restart(relay, ada, without(rules))
  await until(ada.dialogue, 'it is read', isRead)
  ada.device.close()
  const kept = new Map((await ada.platform.store.list('')).map(({ name, bytes }) => [name, bytes]))
  expect(findTexts([SAID], kept)).toEqual([])
}, 60_000)
