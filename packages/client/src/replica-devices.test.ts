import { type DeviceChange, deviceSubject, type Governing, type Seat, type UnsignedChange } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { type SigningKey, signTurn } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { decoded } from './encoding.ts'
import { makeProofs } from './proofs.ts'
import { LogMaker, newWriter, type Writer } from './testing/log-maker.ts'

const affirm = { v: 1, type: 'rules.affirmed' }
const deviceOf = ({ seat }: Writer) => seat.devices[0] as Seat['devices'][number]

/** A room of Fay, who keeps it, and Ada, who takes a phone in hand. */
class Room {
  readonly log = new LogMaker()
  readonly fay = newWriter('facilitator', 'Fay')
  readonly ada = newWriter('participant', 'Ada')
  readonly phone: Writer
  readonly before: Governing

  constructor() {
    const { device, root, seat } = newWriter('participant', 'Ada')
    this.before = this.log.governing(this.fay, this.ada)
    this.log.header(this.fay, this.before)
    this.log.entry(this.ada, affirm, { kind: 200 })
    this.phone = { device, root, seat: { ...this.ada.seat, devices: seat.devices } }
  }

  vouched(by: SigningKey): DeviceChange {
    const { seat } = this.ada
    const change: UnsignedChange = { type: 'device-added', seat: seat.id, device: deviceOf(this.phone) }
    const subject = deviceSubject(makeProofs(), this.before.charter, 'room', seat, change)
    return { ...change, voucher: toBase64Url(signTurn(by, decoded(subject))) }
  }

  /** The chapter that adds the phone, vouched for by this key. */
  add(by: SigningKey): void {
    const { ada, phone } = this
    const devices = [deviceOf(ada), deviceOf(phone)]
    const roster = this.before.roster.map((seat) =>
      seat.id === ada.seat.id ? { ...seat, devices, revision: 1 } : seat,
    )
    this.log.header(this.fay, { ...this.before, roster }, { changes: [this.vouched(by)] })
  }
}

test('[DV2] [CH17] a further device begins with the chapter that adds it, and what it writes counts', async () => {
  const room = new Room()
  const { log, fay, ada, phone } = room
  room.add(ada.root)
  log.entry(phone, affirm)
  const rest = ['chapter', 'counts']
  expect(await log.outcomes(log.replica(ada, fay))).toEqual(['chapter', 'unknown-kind', ...rest])
  expect(await log.outcomes(log.replica(phone, fay, 3))).toEqual(rest)
})

test('[DV2] a chapter that adds a device to a seat that has not vouched for it is set aside by everybody', async () => {
  const room = new Room()
  const { log, fay, ada, phone } = room
  room.add(fay.root)
  log.entry(phone, affirm)
  const outcomes = await log.outcomes(log.replica(ada, fay))
  expect(outcomes.slice(0, 3)).toEqual(['chapter', 'unknown-kind', 'bad-voucher'])
  expect(outcomes).not.toContain('counts')
})

test('[DV2] [CH7] one whose roster is not what its changes lead to stops the space', async () => {
  const room = new Room()
  const { log, fay, ada } = room
  log.header(fay, room.before, { changes: [room.vouched(ada.root)] })
  expect(await log.outcomes(log.replica(ada, fay))).toEqual(['chapter', 'unknown-kind', 'stops: snapshot-differs'])
})
