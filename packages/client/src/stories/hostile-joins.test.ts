import { toBase64Url } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { foundScene, joinByLink, NORTH, type Person, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Join, JoinSpace } from '../records.ts'
import { postHostileJoin } from '../testing/hostile-join.ts'

let relay: TestRelay
let fay: Person

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
  fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
})

afterAll(async () => {
  fay.device.close()
  await relay.stop()
})

const stateOf = (id: string) => fay.dialogue.status.invitations.find((one) => one.id === id)?.state
const invite = () => fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Eve' })

const firstSpace = (join: Join, change: (space: JoinSpace) => JoinSpace): Join => ({
  ...join,
  spaces: join.spaces.map((space, at) => (at === 0 ? change(space) : space)),
})

/** The same bytes to a careless reader: the last letter has bits that stand for nothing. */
const uncanonical = (key: string): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return `${key.slice(0, -1)}${letters[letters.indexOf(key.at(-1) as string) ^ 1]}`
}

const HOSTILE: Readonly<Record<string, (join: Join) => unknown>> = {
  'a sealing key of a wrong length': (join) => firstSpace(join, (space) => ({ ...space, sealingKey: 'AAAA' })),
  'a sealing key that its root key has not signed': (join) =>
    firstSpace(join, (space) => ({ ...space, signature: toBase64Url(new Uint8Array(64)) })),
  'a log-in key that is no canonical base64url': (join) =>
    firstSpace(join, (space) => ({ ...space, loginKey: uncanonical(space.loginKey) })),
  'a device id that is no canonical base64url': (join) =>
    firstSpace(join, (space) => ({ ...space, device: uncanonical(space.device) })),
  'an anchor that is no canonical base64url': (join) => ({ ...join, anchor: uncanonical(join.anchor) }),
  'a root key that is no canonical base64url': (join) => ({ ...join, root: uncanonical(join.root) }),
  'a space that is not of its seat': (join) => ({
    ...join,
    spaces: [{ ...join.spaces[0], name: 'panel' }, ...join.spaces],
  }),
  'a space too few': (join) => ({ ...join, spaces: join.spaces.slice(1) }),
  'one space twice in the place of another': (join) => ({
    ...join,
    spaces: join.spaces.map((space, at) => (at === 1 ? join.spaces[0] : space)),
  }),
  'a name with what cannot be kept': (join) => ({ ...join, name: 'Eve\t' }),
  'no object': () => [],
}

test.each(Object.keys(HOSTILE))('[IN4] a join with %s is not shown as one, and stops nothing', async (what) => {
  const { link, id } = await invite()
  await postHostileJoin(relay.url, link, HOSTILE[what] as (join: Join) => unknown)
  // Comes after it: had the first one been shown, there would be two.
  await postHostileJoin(relay.url, link, (join) => ({ ...join, name: 'Ada' }))
  const { invitations } = await until(fay.dialogue, 'the good join is seen', () => stateOf(id) === 'arrived')
  expect(invitations.find((one) => one.id === id)?.arrival?.name).toBe('Ada')
  expect(await fay.dialogue.send({ type: 'decline', invitation: id })).toEqual({ done: true })
  expect(fay.dialogue.status.notices).toEqual([])
})

test('[IN5] [CH11] one person who comes by two invitations gets one seat, and keeps nobody else out', async () => {
  const [first, second, third] = [await invite(), await invite(), await invite()]
  let kept: Join | undefined
  await postHostileJoin(relay.url, first.link, (join) => {
    kept = join
    return join
  })
  await postHostileJoin(relay.url, second.link, () => ({ ...kept, name: 'Eve once more' }))
  const ben = await joinByLink(relay, third.link, 'Ben')
  const invitations = [first.id, second.id, third.id]
  await until(fay.dialogue, 'all have come', () => invitations.every((id) => stateOf(id) === 'arrived'))
  expect(await fay.dialogue.send({ type: 'admit-all', invitations })).toEqual({ done: false, code: 'already-seated' })
  await until(ben.dialogue, 'Ben is in', ({ isLive, view }) => isLive && view?.mustAffirm === false)
  expect(fay.dialogue.status.view?.people.map(({ name }) => name).sort()).toEqual(['Ben', 'Eve', 'Fay'])
  expect(invitations.map(stateOf)).toEqual(['admitted', 'arrived', 'admitted'])
  ben.device.close()
})
