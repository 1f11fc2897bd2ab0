import { deviceSubject, type RosterChange, type Seat, wayBackSubject } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import { newSigningKey, type SigningKey, signTurn, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { decoded } from './encoding.ts'
import { makeProofs } from './proofs.ts'
import { LogMaker, newWriter, type Writer } from './testing/log-maker.ts'

const proofs = makeProofs()

/** A room that Fay keeps alone, with somebody of each side; her device is lost. */
class LoneRoom {
  readonly log = new LogMaker()
  readonly anchor = newSigningKey(systemRandom)
  readonly fay = anchored(newWriter('facilitator', 'Fay'), this.anchor)
  readonly ada = newWriter('participant', 'Ada')
  readonly chi = onSide(newWriter('participant', 'Chi'))
  /** Fay's new device. */
  readonly back: Writer

  constructor() {
    const { device, root, seat } = newWriter('facilitator', 'Fay')
    const fays = { ...this.fay.seat, devices: seat.devices, revision: 2 }
    this.back = { device, root, seat: { ...fays, helpedBy: [this.ada.seat.id, this.chi.seat.id].sort() } }
    this.log.header(this.fay, this.log.governing(this.fay, this.ada, this.chi))
  }

  /** What a header says that brings Fay back, with what these have signed. */
  changes(helpers: readonly Writer[], signer: SigningKey = this.anchor): readonly RosterChange[] {
    const { charter, roster } = this.log.governing({ ...this.back, seat: this.plain }, this.ada, this.chi)
    const { id } = this.fay.seat
    const [device] = this.back.seat.devices
    const [lost] = this.fay.seat.devices
    const unsigned = [
      { type: 'device-added', seat: id, device: device as Seat['devices'][number] },
      { type: 'device-removed', seat: id, device: lost?.device ?? '' },
    ] as const
    const subject = wayBackSubject(proofs, charter, 'room', id, roster)
    const signed = (root: SigningKey, of: string): string => toBase64Url(signTurn(root, decoded(of)))
    return [
      ...unsigned.map((change, revision) => {
        const asked = deviceSubject(proofs, charter, 'room', { id, revision }, change)
        return { ...change, voucher: signed(signer, asked) }
      }),
      {
        type: 'returned',
        seat: id,
        turns: Object.fromEntries(helpers.map(({ seat, root }) => [seat.id, signed(root, subject)])),
      },
    ]
  }

  get plain(): Seat {
    const { helpedBy: _, ...plain } = this.back.seat
    return plain
  }

  /** What the header comes to for somebody who was there, and for the new device, which knows these two. */
  async outcomes(opener: Writer, changes: readonly RosterChange[], seat: Seat = this.back.seat) {
    const { log, ada, chi, fay, back } = this
    log.header(opener, log.governing({ ...back, seat }, ada, chi), { changes })
    const [, member] = await log.outcomes(log.replica(chi, fay))
    const helpers = [ada, chi].map((one) => ({ side: one.seat.side ?? '', root: toBase64Url(one.root.publicKey) }))
    const [guest] = await log.outcomes(log.replica(back, ada, 2, 'own chapters', helpers))
    return { member, guest }
  }
}

const anchored = (writer: Writer, anchor: SigningKey): Writer => ({
  ...writer,
  seat: { ...writer.seat, anchor: toBase64Url(anchor.publicKey) },
})
const onSide = (writer: Writer): Writer => ({
  ...writer,
  seat: { ...writer.seat, side: 'b' as NonNullable<Seat['side']> },
})

test('[DV9] the header of a helper is taken by those who were there, and by the device that it brings in', async () => {
  const room = new LoneRoom()
  expect(await room.outcomes(room.ada, room.changes([room.ada, room.chi]))).toEqual({
    member: 'chapter',
    guest: 'chapter',
  })
})

test('[DV9] the relay, or one participant, with the paper or without it, brings in nobody', async () => {
  const one = new LoneRoom()
  const alone = { ...one.back.seat, helpedBy: [one.ada.seat.id] }
  expect(await one.outcomes(one.ada, one.changes([one.ada]), alone)).toEqual({
    member: 'turn-missing',
    guest: 'stops: gap',
  })
  const without = new LoneRoom()
  expect(
    await without.outcomes(without.ada, without.changes([without.ada, without.chi], without.ada.root)),
  ).toMatchObject({
    member: 'bad-voucher',
  })
  // The relay with the paper has nobody's root key; the new device's own signs nothing before it is in.
  const relay = new LoneRoom()
  expect(await relay.outcomes(relay.back, relay.changes([relay.ada, relay.chi]))).toEqual({
    member: 'not-a-member',
    guest: 'stops: gap',
  })
})

test('[DV12] a helper who signs a header without the other’s yes shows the new device nothing', async () => {
  const room = new LoneRoom()
  const [added, removed, returned] = room.changes([room.ada, room.chi])
  if (!added || !removed || returned?.type !== 'returned') throw new Error('no way back')
  const turns = { ...returned.turns, [room.chi.seat.id]: returned.turns[room.ada.seat.id] ?? '' }
  const made = { ...returned, turns }
  expect(await room.outcomes(room.ada, [added, removed, made])).toEqual({ member: 'bad-turn', guest: 'stops: gap' })
})
