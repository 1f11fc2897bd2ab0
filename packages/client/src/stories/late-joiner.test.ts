import type { Dialogue, Platform } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import type { RunId } from '@antechamber/core'
import {
  decode,
  decodeEnvelope,
  deviceMessage,
  encode,
  HEADER,
  MAX_MESSAGE_BYTES,
  relayMessage,
  toHex,
} from '@antechamber/protocol'
import {
  admit,
  joinByLink,
  NORTH,
  openDevice,
  openScene,
  type Person,
  restart,
  type Scene,
  SOUTH,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const SAID = 'Only for those who were there.'
const SAID_OFTEN = 40

let scene: Scene
let run: RunId
beforeAll(async () => {
  scene = await openScene()
  const { fay, ada } = scene
  const stage = fay.dialogue.status.view?.stages[1]?.id as string
  await until(fay.dialogue, 'the rounds may begin', ({ view }) => view?.table?.exitMet === true)
  await fay.dialogue.send({ type: 'enterStage', stage })
  run = `${stage}/perceptions#1` as RunId
  await until(fay.dialogue, 'the rounds', ({ isLive, view }) => isLive && view?.stages[1]?.status === 'now')
  await fay.dialogue.send({ run, command: { type: 'openRound' } })
  await until(ada.dialogue, 'open', ({ view }) => JSON.stringify(view?.runs).includes('"open"'))
  for (let i = 0; i < SAID_OFTEN; i++) {
    const text = i === 0 ? SAID : `${SAID} And once more: ${i}`
    await ada.dialogue.send({ run, command: { type: 'offerContribution', text, attribution: 'side' } })
  }
})
afterAll(() => scene.close())

interface Sent {
  readonly space: string
  readonly n: number
  readonly isHeader: boolean
}

/** Every envelope that a person's device was sent, in the order in which it came; from some frame on, if told so. */
const sentTo = ({ traffic }: Person, from = 0): readonly Sent[] =>
  traffic.down.slice(from).flatMap((frame) => {
    const message = decode(relayMessage, frame, MAX_MESSAGE_BYTES)
    if (!message.ok || message.value.type !== 'items') return []
    return message.value.items.flatMap(({ n, envelope }) => {
      const read = envelope && decodeEnvelope(envelope)
      return read?.ok ? [{ space: toHex(read.value.space), n, isHeader: read.value.kind === HEADER }] : []
    })
  })

/** How far each space's log has come, as somebody's device was sent it. */
const headsOf = (person: Person): ReadonlyMap<string, number> =>
  new Map(sentTo(person).map(({ space, n }) => [space, n]))

/** How often a person's device has asked for the keys of a chapter. */
const asked = ({ traffic }: Person): number =>
  traffic.up.filter((frame) => {
    const message = decode(deviceMessage, frame, MAX_MESSAGE_BYTES)
    return message.ok && message.value.type === 'grant'
  }).length

/** What every person of the room sees alike. */
const seenBy = ({ dialogue }: Person) => ({
  people: dialogue.status.view?.people.map(({ name }) => name).sort(),
  stages: dialogue.status.view?.stages.map(({ status }) => status),
})

/** Of the spaces that both have: nothing but what comes after `heads`, and first the chapter that lets them in. */
function expectNothingFromBefore(heads: ReadonlyMap<string, number>, person: Person): void {
  const sent = sentTo(person)
  const shared = [...heads].filter(([space]) => sent.some((one) => one.space === space))
  // The room, the outbox and the side's caucus.
  expect(shared.length).toBe(3)
  for (const [id, head] of shared) {
    const numbers = sent.filter(({ space }) => space === id)
    const [first] = numbers
    // In the caucus, behind two entries that were nothing to them: that they are at the door, and a yes (CH18).
    expect([1, 3]).toContain((first?.n ?? 0) - head)
    expect(first?.isHeader).toBe(true)
    expect(numbers.map(({ n }) => n)).toEqual(numbers.map((_, i) => (first?.n ?? 0) + i))
  }
  expect(asked(person)).toBe(sent.filter(({ isHeader }) => isHeader).length)
}

test('[WR18] somebody who comes late is sent nothing from before, sees what all see, and still does after a restart', async () => {
  const { fay, ada, relay } = scene
  await fay.dialogue.send({ run, command: { type: 'closeRound' } })
  await until(fay.dialogue, 'closed', ({ isLive, view }) => isLive && JSON.stringify(view?.runs).includes('"closed"'))
  const heads = headsOf(fay)
  expect(Math.max(...heads.values())).toBeGreaterThan(SAID_OFTEN)
  const eli = await admit(relay, fay, 'Eli', SOUTH)
  await until(ada.dialogue, 'Eli is there', ({ isLive, view }) => isLive && view?.people.length === 6)
  expectNothingFromBefore(heads, eli)
  expect(seenBy(eli)).toEqual(seenBy(ada))
  expect(JSON.stringify(ada.dialogue.status.view)).toContain(SAID)
  expect(JSON.stringify(eli.dialogue.status.view)).not.toContain(SAID)

  const before = seenBy(eli)
  const frames = eli.traffic.down.length
  await restart(relay, eli)
  await until(eli.dialogue, 'Eli is back', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  expect(seenBy(eli)).toEqual(before)
  expect(sentTo(eli, frames)).toEqual([])
  expect(eli.dialogue.status.notices).toEqual([])
  eli.device.close()
})

test('[WR18] somebody who was removed and is let in again begins anew, and is sent nothing from before that', async () => {
  const { fay, ada, relay } = scene
  const gil = await admit(relay, fay, 'Gil', NORTH)
  const { seat } = gil.dialogue.status.record
  expect(await fay.dialogue.send({ type: 'remove', seat })).toEqual({ done: true })
  await until(gil.dialogue, 'Gil is shut out', ({ isShutOut }) => isShutOut)
  await until(fay.dialogue, 'Gil is gone', ({ isLive }) => isLive && !seenBy(fay).people?.includes('Gil'))
  const heads = headsOf(fay)
  const again = await admit(relay, fay, 'Gil', NORTH)
  expectNothingFromBefore(heads, again)
  await until(ada.dialogue, 'Gil is back', ({ isLive }) => isLive && seenBy(ada).people?.includes('Gil') === true)
  expect(seenBy(again)).toEqual(seenBy(ada))
  await restart(relay, gil)
  await until(gil.dialogue, 'still shut out', ({ isShutOut }) => isShutOut)
  for (const { device } of [gil, again]) device.close()
})

type Lie = (since: number, head: number) => number

/** The platform at a relay that tells a newcomer another place to begin than its own. */
const misled = (platform: Platform, lie: Lie): Platform => ({
  ...platform,
  openSocket: (url, events) =>
    platform.openSocket(url, {
      ...events,
      received: (frame) => {
        const message = decode(relayMessage, frame, MAX_MESSAGE_BYTES)
        if (!message.ok || message.value.type !== 'entered' || message.value.since === 1) return events.received(frame)
        const { since, head } = message.value
        events.received(encode(relayMessage, { ...message.value, since: lie(since, head) }))
      },
    }),
})

async function restartMisled(person: Person, lie: Lie): Promise<void> {
  person.device.close()
  await person.platform.store.close()
  person.platform = misled(await memoryPlatform(person.memory), lie)
  person.device = await openDevice(person.platform, scene.relay)
  person.dialogue = person.device.dialogue(person.dialogue.local) as Dialogue
}

test('[CH17] a relay that names a wrong place to begin shows nothing false, and hides nothing without being noticed', async () => {
  const { fay, ada, relay } = scene
  const invitation = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Hal' })
  const hal = await joinByLink(relay, invitation.link, 'Hal')
  const arrived = ({ id, state }: { id: string; state: string }): boolean => id === invitation.id && state === 'arrived'
  await until(fay.dialogue, 'Hal arrives', ({ invitations }) => invitations.some(arrived))
  hal.device.close()
  expect(await fay.dialogue.send({ type: 'admit', invitation: invitation.id })).toEqual({ done: true })
  // What the lies are to hide: words, and a chapter that Hal is granted too.
  expect(await fay.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  expect(await fay.dialogue.send({ type: 'resume' })).toEqual({ done: true })
  const ida = await admit(relay, fay, 'Ida', SOUTH)
  ida.device.close()
  await until(ada.dialogue, 'Ida is there', ({ isLive }) => isLive && seenBy(ada).people?.includes('Ida') === true)
  const room = [...headsOf(ada)].reduce((most, one) => (one[1] > most[1] ? one : most))[0]
  const [later, own] = sentTo(ada)
    .filter(({ space, isHeader }) => space === room && isHeader)
    .map(({ n }) => n)
    .reverse() as [number, number]
  expect(later).toBeGreaterThan(own + 1)

  for (const lie of [
    () => 0,
    () => 1,
    (since: number) => since - 1,
    (since: number) => since + 1,
    (since: number, head: number) => (since === own && head >= later ? later : since),
    (_: number, head: number) => head + 1,
    () => 2 ** 50,
  ]) {
    await restartMisled(hal, lie)
    const stopped = { code: 'stopped', space: 'room', why: 'gap' }
    const { view } = await until(hal.dialogue, 'Hal is told', ({ notices }) =>
      notices.some((notice) => JSON.stringify(notice) === JSON.stringify(stopped)),
    )
    expect(view).toBeUndefined()
  }
  await restartMisled(hal, (since) => since)
  await until(hal.dialogue, 'Hal is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  expect(seenBy(hal)).toEqual(seenBy(ada))
  expect(hal.dialogue.status.notices).toEqual([])
  // Whoever has begun is not led astray any more.
  await restartMisled(hal, (_, head) => head)
  await until(hal.dialogue, 'Hal is back', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  expect(seenBy(hal)).toEqual(seenBy(ada))
  expect(hal.dialogue.status.notices).toEqual([])
  hal.device.close()
})
