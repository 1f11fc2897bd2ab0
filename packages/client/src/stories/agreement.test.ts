import type { Setup } from '@antechamber/client'
import { memoryPlatform } from '@antechamber/client/node'
import { decode, encode, invitationBody, MAX_BODY_BYTES, utf8 } from '@antechamber/protocol'
import { systemClock } from '@antechamber/relay'
import { startTestRelay, type TestRelay } from '@antechamber/relay/testing'
import { openRecord, parseLink, sealRecord, systemRandom } from '@antechamber/sealing'
import {
  foundScene,
  interfere,
  joinByLink,
  NORTH,
  openDevice,
  type Person,
  type Rules,
  restart,
  sceneSetup,
  until,
} from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseJson } from '../encoding.ts'
import { type DialogueRecord, dialogueName, type Welcome } from '../records.ts'
import { openVault } from '../vault-door.ts'

let relay: TestRelay
const people: Person[] = []

beforeAll(async () => {
  relay = await startTestRelay({ clock: systemClock })
})

afterAll(async () => {
  for (const { device } of people) device.close()
  await relay.stop()
})

async function newFay(setup?: Setup): Promise<Person> {
  const fay = await foundScene(relay, setup)
  await fay.dialogue.send({ type: 'affirmRules' })
  people.push(fay)
  return fay
}

/** The device has read something else than the rooms are opened on, as by a welcome that lies: its record is changed by hand. */
async function misinform(person: Person, change: (record: DialogueRecord) => DialogueRecord): Promise<void> {
  person.device.close()
  const opened = await openVault(person.platform)
  if (!opened.ok) throw new Error(opened.error.code)
  const { vault } = opened.value
  const [record] = (await vault.listJson('dialogue/')) as readonly DialogueRecord[]
  if (!record) throw new Error('nothing is kept')
  await vault.writeJson(dialogueName(record.local), change(record))
  await restart(relay, person)
}

const OTHERWISE: Readonly<Record<string, (record: DialogueRecord) => DialogueRecord>> = {
  'what may leave': (record) => ({ ...record, charter: { ...record.charter, confidentiality: 'nothing-leaves' } }),
  'the ground rules': (record) => ({
    ...record,
    charter: { ...record.charter, rules: { en: 'Nothing leaves this room.', ar: 'x' } },
  }),
  'their own name': (record) => ({ ...record, name: 'Ada of Northfield' }),
  'their own anchor': (record) => ({ ...record, anchor: record.trustedRoots[0] as string }),
}

test.each(Object.keys(OTHERWISE))(
  '[GR6] somebody who was told %s otherwise accepts nothing, and is told',
  async (what) => {
    const fay = await newFay()
    const { link, id } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
    const ada = await joinByLink(relay, link, 'Ada')
    people.push(ada)
    await until(fay.dialogue, 'she is seen', ({ invitations }) => invitations[0]?.state === 'arrived')
    await misinform(ada, OTHERWISE[what] as (record: DialogueRecord) => DialogueRecord)
    expect(await fay.dialogue.send({ type: 'admit', invitation: id })).toEqual({ done: true })
    const { view, notices } = await until(ada.dialogue, 'she is told', (status) => status.notices.length === 3)
    expect(notices).toMatchObject(
      ['room', 'outbox', `caucus:${NORTH}`].map((space) => ({ code: 'stopped', space, why: 'charter-differs' })),
    )
    expect(view).toBeUndefined()
    expect(await ada.dialogue.send({ type: 'affirmRules' })).toEqual({ done: false, code: 'stopped' })
    expect(fay.dialogue.status.view?.table?.exitMet).toBe(false)
    expect(fay.dialogue.status.notices).toEqual([])
  },
)

test('a setup that the rules would refuse is refused before anything is founded; what can be mended is', async () => {
  const device = await openDevice(await memoryPlatform(), relay)
  const odd: readonly Partial<Setup>[] = [
    { title: 'x'.repeat(81) },
    { title: '\t' },
    { name: 'x'.repeat(41) },
    { rules: {} },
    { languages: [] },
    { sides: [{ ...(sceneSetup().sides[0] as Setup['sides'][number]), name: '' }] },
    { process: { ...sceneSetup().process, stages: [] } },
  ]
  for (const change of odd)
    await expect(device.found({ ...sceneSetup(), ...change }, relay.secret)).rejects.toMatchObject({ code: 'bad-text' })
  expect(device.dialogues).toEqual([])
  device.close()
  const fay = await newFay({ ...sceneSetup(), title: ' The well\tbetween\u0007 ', name: 'Fay\t' })
  expect(fay.dialogue.status.record).toMatchObject({ charter: { title: 'The well between' }, name: 'Fay' })
})

test('[IN4] a name is cleaned before it is sent, and one that nobody would take is refused where it is typed', async () => {
  const fay = await newFay()
  const { link } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  await expect(joinByLink(relay, link, 'x'.repeat(41))).rejects.toMatchObject({ code: 'bad-text' })
  await expect(joinByLink(relay, link, 'Ada', 'no language')).rejects.toMatchObject({ code: 'bad-text' })
  const ada = await joinByLink(relay, link, ' Ada\tSmith\n')
  people.push(ada)
  const { invitations } = await until(fay.dialogue, 'she is seen', (status) =>
    status.invitations.some(({ state }) => state === 'arrived'),
  )
  expect(invitations[0]?.arrival?.name).toBe('Ada Smith')
})

test('[GR1] a device that is killed while it accepts what its person has read accepts it once', async () => {
  const fay = await newFay()
  const { link, id } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  let isAccepting = false
  let isKilled = false
  const keeps: Rules['keeps'] = (names) => {
    isAccepting ||= names.some((name) => name.startsWith('queue/'))
    isKilled ||= isAccepting && names.some((name) => name.startsWith('dialogue/'))
    return isKilled ? 'never' : undefined
  }
  const ada = await joinByLink(relay, link, 'Ada', 'en', (platform) => interfere(platform, { keeps }).platform)
  people.push(ada)
  await until(fay.dialogue, 'she is seen', ({ invitations }) => invitations[0]?.state === 'arrived')
  await fay.dialogue.send({ type: 'admit', invitation: id })
  // What she accepts is in the queue; that it is, no record says.
  await expect.poll(() => isKilled, { timeout: 20_000 }).toBe(true)
  await restart(relay, ada)
  const { notices } = await until(
    ada.dialogue,
    'she is in',
    ({ isLive, pending, view }) => isLive && pending.length === 0 && view?.mustAffirm === false,
  )
  await until(fay.dialogue, 'she has accepted', ({ view }) => view?.people.length === 2 && view.table?.exitMet === true)
  expect(notices).toEqual([])
  expect(await ada.dialogue.send({ type: 'pause' })).toEqual({ done: true })
  expect(ada.dialogue.status.notices).toEqual([])
})

const WELCOMES: Readonly<Record<string, (welcome: Welcome) => unknown>> = {
  'a process that nobody can hold': ({ charter, ...rest }) => ({
    ...rest,
    charter: {
      ...charter,
      process: { ...charter.process, stages: [charter.process.stages[0], charter.process.stages[0]] },
    },
  }),
  'a space that is not of its seat': (welcome) => ({
    ...welcome,
    spaces: [...welcome.spaces, { name: 'panel', space: welcome.seat }],
  }),
  'no side': ({ side: _, ...welcome }) => welcome,
  'a side that is not there': (welcome) => ({ ...welcome, side: 'z' }),
  'a seat that is no id': (welcome) => ({ ...welcome, seat: `${welcome.seat.slice(0, -1)}B` }),
}

test.each(Object.keys(WELCOMES))('[IN1] a welcome with %s does not open', async (what) => {
  const fay = await newFay()
  const { link } = await fay.dialogue.invite({ role: 'participant', side: NORTH, label: 'Ada' })
  const invitation = parseLink(link)
  if (!invitation.ok) throw new Error('no link')
  const rewrite = async (answer: Response, change: (welcome: Welcome) => unknown): Promise<Response> => {
    const body = decode(invitationBody, new Uint8Array(await answer.arrayBuffer()), MAX_BODY_BYTES)
    const opened = body.ok ? openRecord(invitation.value, body.value.record) : body
    if (!body.ok || !opened.ok) throw new Error('no record')
    const welcome = utf8(JSON.stringify(change(parseJson(opened.value) as Welcome)))
    const record = sealRecord(invitation.value, welcome, systemRandom)
    return new Response(new Uint8Array(encode(invitationBody, { ...body.value, record })))
  }
  const reading = async (change: (welcome: Welcome) => unknown) => {
    const platform = await memoryPlatform()
    const fetch: typeof globalThis.fetch = async (...asked) => rewrite(await platform.fetch(...asked), change)
    return (await openDevice({ ...platform, fetch }, relay)).readInvitation(link)
  }
  expect((await reading((welcome) => welcome)).charter.title).toBe(sceneSetup().title)
  await expect(reading(WELCOMES[what] as (welcome: Welcome) => unknown)).rejects.toMatchObject({ code: 'unreadable' })
})
