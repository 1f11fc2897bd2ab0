import { type DialogueStatus, Failure } from '@antechamber/client'
import { newRecoveryCode } from '@antechamber/sealing'
import {
  comeBackAlone,
  joinByLink,
  openDevice,
  openScene,
  type Person,
  type Scene,
  until,
  untilAsked,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenInvitation, opened } from '../invitation.ts'
import type { Welcome } from '../records.ts'

let scene: Scene
let links: { readonly north: string; readonly south: string }
let ids: { readonly north: string; readonly south: string }
beforeAll(async () => {
  scene = await openScene()
  scene.fay.device.close()
  const [north, south] = await Promise.all([scene.ada, scene.chi].map(({ dialogue }) => dialogue.helpBack()))
  if (!north || !south) throw new Error('nobody helps')
  links = { north: north.link, south: south.link }
  ids = { north: north.id, south: south.id }
}, 60_000)
afterAll(() => scene.close())

const paper = (): string => (scene.fay.paper ?? []).join(' ')
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (failure: unknown) => (failure instanceof Failure ? failure.code : String(failure)),
  )
/** What a new device reads of links, and asks for with a code. */
async function asking(
  read: readonly string[],
  recoveryCode: string,
  change = (one: OpenInvitation) => one,
): Promise<string> {
  const device = await openDevice(scene.ben.platform, scene.relay)
  const invitations = await Promise.all(read.map((link) => device.readInvitation(link)))
  const code = await codeOf(device.returnAlone(invitations.map(change), { language: 'en', recoveryCode }))
  device.close()
  return code
}
const isAlone = ({ alone, notices }: DialogueStatus): boolean =>
  alone === scene.fay.dialogue.status.record.seat && notices.length === 0

test('[DV13] another code, or what is none, is refused on the device, and nothing is sent', async () => {
  const other = await newRecoveryCode('en', random)
  expect(await asking([links.north, links.south], other.join(' '))).toBe('other-code')
  expect(await asking([links.north, links.south], 'wells and rivers')).toBe('mistyped')
  for (const { dialogue } of [scene.ada, scene.chi])
    expect(dialogue.status.rescues.map(({ state }) => state)).toEqual(['open'])
}, 60_000)

test('[DV13] one side’s help is not enough, nor are two of one side', async () => {
  const { link } = await scene.ben.dialogue.helpBack()
  for (const some of [[links.north], [links.south], [links.north, link], [links.north, links.north]])
    expect(await asking(some, paper())).toBe('helpers-differ')
}, 60_000)

test('[DV13] a false helper who tells another room, seat, people or devices than the other is found out', async () => {
  const lies: readonly ((welcome: Welcome) => Welcome)[] = [
    (one) => ({ ...one, spaces: one.spaces.map((space) => ({ ...space, space: 'A'.repeat(22) })) }),
    (one) => ({ ...one, spaces: one.spaces.map((space) => ({ ...space, revision: 4 })) }),
    (one) => ({ ...one, spaces: one.spaces.map((space) => ({ ...space, devices: [] })) }),
    (one) => ({ ...one, seat: 'A'.repeat(22) as Welcome['seat'] }),
    (one) => ({ ...one, seated: { name: 'Fay', anchor: 'A'.repeat(43) } }),
    (one) => ({ ...one, charter: { ...one.charter, title: 'Another well' } }),
  ]
  for (const lie of lies) {
    let read = 0
    const change = (one: OpenInvitation): OpenInvitation =>
      read++ > 0 ? one : { ...one, [opened]: { ...one[opened], welcome: lie(one[opened].welcome) } }
    expect(await asking([links.north, links.south], paper(), change)).toBe('helpers-differ')
  }
}, 60_000)

test('[DV13] a thief with the paper gets nowhere by one helper who is deceived, not into that side’s caucus either', async () => {
  const { ada, chi, people, relay } = scene
  const thief = await comeBackAlone(relay, [links.north, links.south], scene.fay)
  for (const [helper, id] of [
    [ada, ids.north],
    [chi, ids.south],
  ] as const)
    await untilAsked(helper, id)
  expect(await ada.dialogue.send({ type: 'let-back', invitation: ids.north })).toEqual({ done: true })
  // All that Ada's device has to do for it is done before this is.
  expect(await ada.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  await until(chi.dialogue, 'heard of it', ({ view }) => view?.paused === true)
  expect(await chi.dialogue.send({ type: 'decline-back', invitation: ids.south })).toEqual({ done: true })
  await until(thief.dialogue, 'turned away', ({ phase }) => phase === 'declined')
  for (const { dialogue } of people) expect(isAlone(dialogue.status)).toBe(true)
  thief.device.close()
}, 60_000)

test('[DV9] where another facilitator has come meanwhile, nobody is helped back', async () => {
  const { ada, ben, chi, relay } = scene
  const invited = await Promise.all([ben, chi].map(({ dialogue }) => dialogue.helpBack()))
  const back = await comeBackAlone(
    relay,
    invited.map(({ link }) => link),
    scene.fay,
  )
  await restartFay()
  const gil = await withGil()
  await until(ben.dialogue, 'two keep the room', ({ alone }) => alone === undefined)
  await untilAsked(ben, invited[0]?.id as string)
  const outcome = await ben.dialogue.send({ type: 'let-back', invitation: invited[0]?.id as string })
  expect(outcome).toEqual({ done: false, code: 'not-alone' })
  expect(await codeOf(ada.dialogue.helpBack())).toBe('not-found')
  expect(back.dialogue.status.phase).toBe('waiting')
  for (const { device } of [back, gil]) device.close()
}, 60_000)

async function restartFay(): Promise<void> {
  const { fay, relay } = scene
  fay.device = await openDevice(fay.platform, relay)
  fay.dialogue = fay.device.dialogue(fay.dialogue.local) ?? fay.dialogue
  await until(fay.dialogue, 'Fay has found her phone', ({ isLive, view }) => isLive && view?.table !== undefined)
}

async function withGil(): Promise<Person> {
  const { fay, relay } = scene
  const { id, link } = await fay.dialogue.invite({ role: 'facilitator', label: 'Gil' })
  const gil = await joinByLink(relay, link, 'Gil')
  await until(fay.dialogue, 'Gil has come', ({ invitations }) =>
    invitations.some((one) => one.id === id && one.state === 'arrived'),
  )
  await fay.dialogue.send({ type: 'admit', invitation: id })
  await until(gil.dialogue, 'Gil is in', ({ isLive, view }) => isLive && view?.table !== undefined)
  return gil
}
