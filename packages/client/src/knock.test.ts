import { caucusOf, type RosterChange, type Seat, type SideId } from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import { newSealingKey, sealingKeyRecord, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { type Knock, Knocks, writeKnock } from './knock.ts'
import { newWriter } from './testing/log-maker.ts'

const space = systemRandom(16)
const caucus = caucusOf('a' as SideId)
const fay = newWriter('facilitator', 'Fay')
const ada = newWriter('participant', 'Ada')
const ben = newWriter('participant', 'Ben')

async function knockOf({ seat, root, device }: typeof ben): Promise<Knock> {
  const key = sealingKeyRecord(root, space, device, await newSealingKey(0, systemRandom))
  const keys = {
    loginKey: toBase64Url(systemRandom(32)),
    sealingKey: toBase64Url(key.publicKey),
    signature: toBase64Url(key.signature),
  }
  return { seat, keys, language: 'en' }
}

test('[IN11] the latest that a keeper has said of each seat stands, word for word', async () => {
  const knocks = new Knocks(space, caucus)
  const [first, second] = [await knockOf(ben), await knockOf(ben)]
  expect(knocks.take(fay.seat, writeKnock(first))).toBeUndefined()
  expect(knocks.all).toEqual([first])
  expect(knocks.take(fay.seat, writeKnock(second))).toBeUndefined()
  expect(knocks.all).toEqual([second])
})

test('[IN11] whom others may not know is told of again, once: after a destruction, and when a device has come', async () => {
  const knocks = new Knocks(space, caucus)
  const knock = await knockOf(ben)
  const chapter = (destroyed: number, changes: readonly RosterChange[] = []) => {
    knocks.begin(systemRandom(32), changes, destroyed)
    return knocks.againId(knock)
  }
  const first = chapter(0)
  knocks.take(fay.seat, writeKnock(knock))
  expect(knocks.toTellAgain).toEqual([])
  expect(chapter(0)).toEqual(first)
  expect(chapter(0, [{ type: 'removed', seat: ada.seat.id }])).toEqual(first)
  expect(knocks.toTellAgain).toEqual([])
  let before = first
  for (const again of [() => chapter(1), () => chapter(1, [{ type: 'admitted', seat: ada.seat }])]) {
    const id = again()
    expect(id).not.toEqual(before)
    expect(knocks.toTellAgain).toEqual([knock])
    knocks.take(fay.seat, writeKnock(knock))
    expect(knocks.toTellAgain).toEqual([])
    before = id
  }
})

test('[IN11] [DV7] what is told again of a device that is lost does not take the place of the one that came after it', async () => {
  const knocks = new Knocks(space, caucus)
  const back = newWriter('participant', 'Ben')
  const [lost, later] = [await knockOf(ben), await knockOf({ ...back, seat: { ...back.seat, id: ben.seat.id } })]
  for (const told of [lost, later, lost]) knocks.take(fay.seat, writeKnock(told))
  expect(knocks.all).toContainEqual(later)
})

test('[IN11] nobody but a keeper says who is at the door, and what is not whole is set aside', async () => {
  const knocks = new Knocks(space, caucus)
  const knock = await knockOf(ben)
  const [device] = ben.seat.devices as [Seat['devices'][number]]
  expect(knocks.take(ada.seat, writeKnock(knock))).toBe('not-a-keeper')
  expect(knocks.take(fay.seat, utf8('{'))).toBe('bad-shape')
  const two = { ...knock, seat: { ...ben.seat, devices: [device, ...ada.seat.devices] } }
  expect(knocks.take(fay.seat, writeKnock(two))).toBe('bad-shape')
  expect(knocks.take(fay.seat, writeKnock({ ...knock, language: 'no language' }))).toBe('bad-shape')
  const other = { ...knock, seat: { ...ben.seat, devices: [{ ...device, root: ada.seat.devices[0]?.root ?? '' }] } }
  expect(knocks.take(fay.seat, writeKnock(other))).toBe('bad-signature')
  expect(new Knocks(systemRandom(16), caucus).take(fay.seat, writeKnock(knock))).toBe('bad-signature')
  expect(knocks.all).toEqual([])
})
