import { codeNumber, toBase64Url } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import {
  admit,
  foundScene,
  interfere,
  joinByLink,
  NORTH,
  type Person,
  type Rules,
  restart,
  SOUTH,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decoded } from '../encoding.ts'
import type { InvitationRecord } from '../records.ts'
import { RelayDoors } from '../relay-doors.ts'
import { openVault } from '../vault-door.ts'

let relay: TestRelay
let fay: Person
let rules: Rules
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
})

afterAll(async () => {
  for (const { device } of [fay, ...people]) device.close()
  await relay.stop()
})

/** Fay's device starts again, with rules around it. */
async function restartFay(around: Rules = {}): Promise<() => void> {
  let cut: () => void = () => undefined
  rules = around
  await restart(relay, fay, (platform) => {
    const around = interfere(platform, rules)
    cut = around.cut
    return around.platform
  })
  await until(fay.dialogue, 'she is back', ({ isLive, view }) => isLive && view !== undefined)
  return cut
}

const stateOf = (id: string) => fay.dialogue.status.invitations.find((one) => one.id === id)?.state
const invite = () => fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
const isIn = (person: Person) =>
  until(person.dialogue, 'she is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)

test('[IN7] whoever is let in while the answer to their join is lost is in, and is told nothing else', async () => {
  const { link, id } = await invite()
  const wire: Rules = {}
  wire.answers = (path, answer) => {
    if (!path.endsWith('/joins')) return answer
    wire.isAway = true
    return undefined
  }
  const ada = await joinByLink(relay, link, 'Ada', 'en', (platform) => interfere(platform, wire).platform)
  people.push(ada)
  await until(fay.dialogue, 'she is seen', () => stateOf(id) === 'arrived')
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  delete wire.answers
  wire.isAway = false
  await isIn(ada)
  expect(ada.dialogue.status.notices).toEqual([])
})

test('[IN5] whoever comes by an invitation that somebody else was let in by is told that it has been used', async () => {
  const { link, id } = await invite()
  const late: Rules = { isAway: false }
  const wanted = await joinByLink(relay, link, 'Ada')
  people.push(wanted)
  await until(fay.dialogue, 'she is seen', () => stateOf(id) === 'arrived')
  late.asks = (path) => !path.endsWith('/joins')
  const other = await joinByLink(relay, link, 'Somebody', 'en', (platform) => interfere(platform, late).platform)
  people.push(other)
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
  delete late.asks
  const { notices } = await until(other.dialogue, 'they are told', ({ phase }) => phase === 'declined')
  expect(notices).toEqual([{ code: 'failed', why: 'used' }])
  await isIn(wanted)
})

test('[IN4] an invitation that the relay does not know hides nobody who came by another', async () => {
  await restartFay()
  const lost = await invite()
  const good = await invite()
  const { link } = good
  const ada = await joinByLink(relay, link, 'Ada')
  people.push(ada)
  await until(fay.dialogue, 'she is seen', () => stateOf(good.id) === 'arrived')
  await restartFay({
    sends: (message, answer) => {
      if (!('invitation' in message) || toBase64Url(message.invitation) !== lost.id) return message
      answer({ type: 'refused', ref: message.ref, code: codeNumber('not-found'), retryAfterMs: 0 })
      return undefined
    },
  })
  await until(fay.dialogue, 'she is seen again', () => stateOf(good.id) === 'arrived')
  expect(stateOf(lost.id)).toBe('expired')
  // Taking it back ends it here, whatever the relay knows.
  expect(await fay.dialogue.send({ type: 'revoke', invitation: lost.id })).toEqual({ done: true })
  expect(await fay.dialogue.send({ type: 'decline', invitation: good.id })).toEqual({ done: true })
})

test('an invitation that the relay refuses is not kept, and nobody is shown its link', async () => {
  const before = fay.dialogue.status.invitations.length
  const wish = { role: 'participant', side: NORTH, label: 'Too long', expiresInMs: 40 * 24 * 60 * 60 * 1000 } as const
  await expect(fay.dialogue.invite(wish)).rejects.toMatchObject({ code: 'malformed' })
  await restartFay()
  expect(fay.dialogue.status.invitations).toHaveLength(before)
})

test('[IN4] whoever came while the facilitator’s connection was away is seen when it is back', async () => {
  const cut = await restartFay()
  const { link, id } = await invite()
  rules.isAway = true
  cut()
  await until(fay.dialogue, 'she is away', ({ isLive }) => !isLive)
  people.push(await joinByLink(relay, link, 'Ada'))
  const doors = new RelayDoors(relay.url, fetch)
  while ((await doors.readInvitation(decoded(id))).state !== 'waiting')
    await new Promise((resolve) => setTimeout(resolve, 20))
  rules.isAway = false
  fay.dialogue.retryNow()
  await until(fay.dialogue, 'she is seen', () => stateOf(id) === 'arrived')
  expect(await fay.dialogue.send({ type: 'decline', invitation: id })).toEqual({ done: true })
})

test('[IN5] letting somebody in whose closing got lost is done once more, and never told as nobody having come', async () => {
  await restartFay()
  const { link, id } = await invite()
  const ada = await joinByLink(relay, link, 'Ada')
  people.push(ada)
  await until(fay.dialogue, 'she is seen', () => stateOf(id) === 'arrived')
  let isClosing = false
  rules.sends = (message) => {
    isClosing ||= message.type === 'close-invitation'
    return message
  }
  // The relay has closed it; the answer gets lost with everything after it.
  rules.receives = (message) => {
    rules.isAway ||= isClosing && message.type === 'done'
    return rules.isAway ? undefined : message
  }
  void fay.dialogue.send({ type: 'admit', invitation: id })
  await until(fay.dialogue, 'it is closed here', () => stateOf(id) === 'admitted')
  await isIn(ada)
  await restartFay()
  const { notices } = await until(fay.dialogue, 'it is done', ({ pending }) => pending.length === 0)
  expect(notices).toEqual([])
  expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
})

test('[IN4] once nobody can come by an invitation any more, its secrets are gone from the device', async () => {
  await restartFay()
  const revoked = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ben', spoken: 'en' })
  expect(revoked.link).not.toBe('')
  expect(await fay.dialogue.send({ type: 'revoke', invitation: revoked.id })).toEqual({ done: true })
  const shown = fay.dialogue.status.invitations.find(({ id }) => id === revoked.id)
  expect(shown).toMatchObject({ state: 'revoked', link: '', spokenCode: undefined, label: 'Ben' })
  const opened = await openVault(fay.platform)
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const records = (await vault.listJson('invitation/')) as readonly InvitationRecord[]
  expect(records.length).toBeGreaterThan(3)
  for (const record of records) {
    expect(record.state).not.toBe('open')
    expect(Object.keys(record).sort()).toEqual([
      'expiresAt',
      'id',
      'label',
      'madeAt',
      'madeIn',
      'role',
      'seat',
      'side',
      'state',
      'v',
    ])
  }
})

test('[ST9] a device that is full when a chapter is due says so, and opens it when there is room', async () => {
  await restartFay()
  const ada = await admit(relay, fay, 'Ada', SOUTH)
  people.push(ada)
  rules.keeps = (names) => (names.some((name) => name.startsWith('key/')) ? 'full' : undefined)
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  await fay.dialogue.send({ type: 'enterStage', stage, reason: 'It is time.' })
  const isTold = { code: 'failed', why: 'not-kept' }
  await until(fay.dialogue, 'she is told', ({ notices }) => JSON.stringify(notices).includes(JSON.stringify(isTold)))
  delete rules.keeps
  expect(await fay.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  await until(fay.dialogue, 'all is well', ({ notices, isLive }) => isLive && notices.length === 0)
})
