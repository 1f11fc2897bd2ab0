import { codeNumber, type DeviceMessage, PROTOCOL_VERSIONS } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay } from '@antechamber/relay/testing'
import {
  admit,
  foundScene,
  type Interfered,
  interfere,
  NORTH,
  type Person,
  type Rules,
  restart,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let relay: Awaited<ReturnType<typeof startTestRelay>>
let fay: Person
let person: Person
let ada: Interfered
const rules: Rules = {}

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
  person = await admit(relay, fay, 'Ada', NORTH)
  await restart(relay, person, (platform) => {
    ada = interfere(platform, rules)
    return ada.platform
  })
  await until(person.dialogue, 'she is back', ({ isLive }) => isLive)
})
afterAll(async () => {
  for (const { device } of [fay, person]) device.close()
  await relay.stop()
})

const [ours] = PROTOCOL_VERSIONS
const oldest = PROTOCOL_VERSIONS[PROTOCOL_VERSIONS.length - 1] as number
/** A device that speaks these versions, and otherwise what it spoke before. */
const speaking =
  (versions: readonly number[]) =>
  (message: DeviceMessage): DeviceMessage =>
    message.type === 'hello' ? { ...message, versions } : message

/** From here on Ada's device cannot talk to the relay, and she says something all the same. Then the two can talk again. */
async function apart(why: 'client-too-old' | 'relay-too-old', sends: NonNullable<Rules['sends']>): Promise<void> {
  const { dialogue } = person
  const before = dialogue.status.view
  rules.sends = sends
  ada.cut()
  await until(dialogue, 'she is told which of the two is too old', ({ notices }) =>
    notices.some((one) => one.code === 'failed' && one.why === why),
  )
  expect(dialogue.status.notices).toEqual([{ code: 'failed', why }])
  expect(dialogue.status.isLive).toBe(false)
  expect(dialogue.status.view).toEqual(before)
  const sent = dialogue.send({ type: 'pause' })
  await until(dialogue, 'it waits', ({ pending }) => pending.length === 1)
  delete rules.sends
  dialogue.retryNow()
  expect(await sent).toEqual({ done: true })
  await until(dialogue, 'all is well', ({ isLive, notices }) => isLive && notices.length === 0)
  await until(fay.dialogue, 'it has come once', ({ view }) => view?.paused === true)
  await fay.dialogue.send({ type: 'resume' })
  await until(dialogue, 'and goes on', ({ view }) => view?.paused === false)
}

test('[WR22] an old device at a new relay says that it is too old, loses nothing, and goes on once it is new', async () => {
  await apart('client-too-old', speaking([oldest - 1]))
})

test('[WR22] a new device at an old relay says that the relay is too old, loses nothing, and goes on', async () => {
  await apart('relay-too-old', speaking([ours + 1]))
})

test('[WR22] an old relay that says so itself is believed', async () => {
  await apart('relay-too-old', (message, answer) => {
    if (message.type !== 'hello') return message
    answer({ type: 'refused', ref: 0, code: codeNumber('relay-too-old'), retryAfterMs: 0 })
    return undefined
  })
})

test('[WR3] devices and relays that have one version in common use it, whatever else they speak', async () => {
  const { dialogue } = person
  for (const versions of [[ours + 1, ours], [ours, ours - 1], [255, ours + 7, ours], [oldest]]) {
    rules.sends = speaking(versions)
    ada.cut()
    await until(dialogue, 'gone', ({ isLive }) => !isLive)
    dialogue.retryNow()
    await until(dialogue, 'and back', ({ isLive, notices }) => isLive && notices.length === 0)
  }
  delete rules.sends
})
