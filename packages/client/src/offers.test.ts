import type { DeviceChange, SeatId } from '@antechamber/core'
import { toBase64Url, utf8 } from '@antechamber/protocol'
import { expect, test } from 'vitest'
import { type DeviceOffer, Offers, writeOffer } from './offers.ts'

const bytes = (length: number, fill: number): string => toBase64Url(new Uint8Array(length).fill(fill))
const ada = bytes(16, 1) as SeatId
const ben = bytes(16, 2) as SeatId
const added: DeviceChange = {
  type: 'device-added',
  seat: ada,
  device: { device: bytes(16, 3), root: bytes(32, 3) },
  voucher: bytes(64, 3),
}
const removed: DeviceChange = { type: 'device-removed', seat: ada, device: bytes(16, 4), voucher: bytes(64, 4) }
const keys = { loginKey: bytes(32, 5), sealingKey: bytes(1216, 5), signature: bytes(64, 5) }
const offer: DeviceOffer = { changes: [added], keys, until: 9 }

test('[DV4] the latest offer of each seat stands, word for word', () => {
  const offers = new Offers()
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
  const offers = new Offers()
  offers.take(ada, writeOffer(offer))
  expect(offers.take(ada, writeOffer(HOSTILE[what] as DeviceOffer))).toBe('bad-shape')
  expect(offers.take(ada, utf8('{'))).toBe('bad-shape')
  expect(offers.all).toEqual([offer])
})
