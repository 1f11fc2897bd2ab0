import type { DeviceChange, SeatId } from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import { newSealingKey, newSigningKey, sealingKeyRecord, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { type DeviceOffer, Offers, writeOffer } from './offers.ts'

const bytes = (length: number, fill: number): string => toBase64Url(new Uint8Array(length).fill(fill))
const space = new Uint8Array(16).fill(9)
const ada = bytes(16, 1) as SeatId
const ben = bytes(16, 2) as SeatId
const root = newSigningKey(systemRandom)
const device = new Uint8Array(16).fill(3)
const sealing = sealingKeyRecord(root, space, device, await newSealingKey(0, systemRandom))
const added: DeviceChange = {
  type: 'device-added',
  seat: ada,
  device: { device: toBase64Url(device), root: toBase64Url(root.publicKey) },
  voucher: bytes(64, 3),
}
const removed: DeviceChange = { type: 'device-removed', seat: ada, device: bytes(16, 4), voucher: bytes(64, 4) }
const keys = {
  loginKey: bytes(32, 5),
  sealingKey: toBase64Url(sealing.publicKey),
  signature: toBase64Url(sealing.signature),
}
const offer: DeviceOffer = { changes: [added], keys, until: 9 }

test('[DV4] the latest offer of each seat stands, word for word', () => {
  const offers = new Offers(space)
  expect(offers.take(ada, writeOffer(offer))).toBeUndefined()
  expect(offers.all).toEqual([offer])
  const later: DeviceOffer = { changes: [removed], until: 10 }
  expect(offers.take(ada, writeOffer(later))).toBeUndefined()
  expect(offers.all).toEqual([later])
})

const HOSTILE: Readonly<Record<string, DeviceOffer | unknown>> = {
  'for the seat of somebody else': { ...offer, changes: [{ ...added, seat: ben }] },
  'that brings a device without its keys': { changes: [added], until: 9 },
  'that brings keys without a device': { ...offer, changes: [removed] },
  'that brings two devices with keys for one': { ...offer, changes: [added, added] },
  'of nothing': { changes: [], until: 9 },
  'with a sealing key of a wrong length': { ...offer, keys: { ...keys, sealingKey: bytes(32, 5) } },
  'that lets somebody in': { ...offer, changes: [{ ...added, type: 'admitted' }] },
  'that is no object': 7,
}

test.each(Object.keys(HOSTILE))('[DV4] an offer %s is set aside, and what stood stays', (what) => {
  const offers = new Offers(space)
  offers.take(ada, writeOffer(offer))
  expect(offers.take(ada, writeOffer(HOSTILE[what] as DeviceOffer))).toBe('bad-shape')
  expect(offers.take(ada, utf8('{'))).toBe('bad-shape')
  expect(offers.all).toEqual([offer])
})

test('[DV4] [CH9] an offer whose sealing key is not signed for this space by its device is set aside', () => {
  expect(new Offers(new Uint8Array(16)).take(ada, writeOffer(offer))).toBe('bad-signature')
  const other = { ...added, device: { ...added.device, root: bytes(32, 8) } }
  expect(new Offers(space).take(ada, writeOffer({ ...offer, changes: [other] }))).toBe('bad-signature')
})
