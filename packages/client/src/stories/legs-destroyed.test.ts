import { toBase64Url } from '@antechamber/protocol'
import { type MovingRelay, openScene, type Person, startMovingRelay, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { legOf, legsKeptBy, nameOfLeg, reads, say } from '../testing/leg-look.ts'
import { HOUR_MS, LongDays, noticesOf } from '../testing/long-days.ts'
import { lookInto } from '../testing/store-look.ts'

const SAID = 'Said to Fay alone, and to be gone.'
const STAYS = 'Said after it.'

const days = new LongDays()
let relay: MovingRelay
const around = (platform: Person['platform']) => days.around(relay.around(platform))

beforeAll(async () => {
  relay = await startMovingRelay()
  days.scene = await openScene(relay, around)
}, 100_000)
afterAll(() => days.scene.close())

const destructionOf = ({ dialogue }: Person, space: string) =>
  dialogue.status.view?.destructionElsewhere.find((one) => one.space === space)?.destruction

test('[LE2] [LE11] [DX12] after a week a chapter ends by itself; what was said goes by the yes of both, from both devices and the relay', async () => {
  const { fay, ada } = days.scene
  const space = nameOfLeg(ada, fay)
  await say(ada, fay, SAID)
  await reads(fay, ada, SAID)
  const extents = (person: Person) => destructionOf(person, space)?.extents ?? []
  const before = extents(fay).length
  days.moved += 7 * 24 * HOUR_MS
  for (const person of [fay, ada])
    await until(person.dialogue, 'a chapter has ended', () => extents(person).length > before)
  await say(fay, ada, STAYS)
  await reads(ada, fay, SAID, STAYS)
  const upTo = extents(ada).at(-1)?.upTo ?? ''
  expect(await ada.dialogue.send({ type: 'askDestruction', space, upTo })).toEqual({ done: true })
  for (const person of [fay, ada]) {
    await until(person.dialogue, 'asked', () => destructionOf(person, space)?.asked?.mine === 'undecided')
    expect(await person.dialogue.send({ type: 'turnDestruction', space })).toEqual({ done: true })
  }
  await until(fay.dialogue, 'agreed', () => destructionOf(fay, space)?.asked?.dueAt !== undefined)
  days.moved += 25 * HOUR_MS
  await reads(ada, fay, STAYS)
  await reads(fay, ada, STAYS)
  for (const person of [fay, ada])
    await until(person.dialogue, 'both have deleted it', () => {
      const seats = destructionOf(person, space)?.destroyed[0]?.seats ?? []
      return seats.length === 2 && seats.every(({ confirmed, devices }) => confirmed === devices)
    })
  const [leg] = await legsKeptBy(ada)
  const stored = [...relay.backup().spaces.values()].find(({ id }) => toBase64Url(id) === leg?.space)
  expect(stored?.items.some(({ n, envelope }) => n === 1 && envelope !== undefined)).toBe(false)
  for (const person of [fay, ada]) {
    expect((await lookInto(person)).names).not.toContain(`log/${leg?.space}/000000000001`)
    expect(noticesOf(person)).toEqual([])
  }
  expect(legOf(fay, ada)?.said).toHaveLength(1)
}, 100_000)
