import type { RosterChange } from '@antechamber/core'
import { EMPTY_LOG_HASH, type LogItem } from '@antechamber/protocol'
import { hash, newSigningKey, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { type HeaderWish, LogMaker, newWriter, type Writer } from './testing/log-maker.ts'

const affirm = { v: 1, type: 'rules.affirmed' }
const random32 = (): Uint8Array => systemRandom(32)

/** A room of Fay, who keeps it, and Ada: a chapter and an entry that changes nothing. The third envelope is Ben's. */
class LateRoom {
  readonly log = new LogMaker()
  readonly fay = newWriter('facilitator', 'Fay')
  readonly ada = newWriter('participant', 'Ada')
  readonly ben = newWriter('participant', 'Ben')
  readonly other = newWriter('participant', 'Other')

  constructor() {
    this.log.header(this.fay, this.log.governing(this.fay, this.ada))
    this.log.entry(this.ada, affirm, { kind: 200 })
  }

  /** The chapter that lets Ben in, or one with something wrong. */
  admit(wish: HeaderWish = {}, opener: Writer = this.fay): void {
    const { log, fay, ada, ben } = this
    log.header(opener, log.governing(fay, ada, ben), { changes: [admitted(ben)], ...wish })
  }

  /** What comes after: an entry, another chapter, an entry. */
  goOn(): void {
    const { log, fay, ada, ben } = this
    log.entry(ada, affirm)
    log.header(fay, { ...log.governing(fay, ada, ben), affirmed: [ada.seat.id] })
    log.entry(ben, affirm)
  }

  /** What the relay gives out as the third envelope. */
  swap(at: Partial<LogItem>): void {
    this.log.items[2] = { ...(this.log.items[2] as LogItem), ...at }
  }

  /** What the third envelope comes to for Ben's device, to which the invitation has named `trusted`. */
  async begin(trusted: Writer = this.fay): Promise<string | undefined> {
    const replica = this.log.replica(this.ben, trusted, 3)
    const [outcome] = await this.log.outcomes(replica)
    if (outcome !== 'chapter') expect([replica.state, replica.head]).toEqual([undefined, 2])
    return outcome
  }
}

const admitted = ({ seat }: Writer): RosterChange => ({ type: 'admitted', seat })

test('[CH17] somebody who comes late begins with the chapter that lets them in, and goes on like the others', async () => {
  const room = new LateRoom()
  room.admit()
  room.goOn()
  const { log, fay, ada, ben } = room
  const [member, guest] = [log.replica(ada, fay), log.replica(ben, fay, 3)]
  const since = ['chapter', 'counts', 'chapter', 'counts']
  expect(await log.outcomes(member)).toEqual(['chapter', 'unknown-kind', ...since])
  expect(await log.outcomes(guest)).toEqual(since)
  expect(guest.state?.governing).toEqual(member.state?.governing)
  expect([guest.head, guest.logHash, guest.headerHash]).toEqual([member.head, member.logHash, member.headerHash])
})

test('[CH17] a wrong place to begin stops the space: before, after, at an entry, at a later chapter, nowhere', async () => {
  const room = new LateRoom()
  room.admit()
  room.goOn()
  const { log, fay, ben } = room
  for (const [since, stop] of [
    [1, 'no-grant'],
    [2, 'gap'],
    [4, 'gap'],
    [5, 'gap'],
    [6, 'gap'],
  ] as const) {
    const replica = log.replica(ben, fay, since)
    expect([since, await log.outcomes(replica)]).toEqual([since, [`stops: ${stop}`]])
    expect([replica.state, replica.head]).toEqual([undefined, since - 1])
  }
  for (const since of [0, 7, 2 ** 50]) expect(() => log.replica(ben, fay, since)).toThrow('nothing begins')
})

test('[CH17] a chapter that does not let in this seat with this device hides what came before it', async () => {
  for (const changes of [
    () => [],
    ({ ben }: LateRoom): RosterChange[] => [{ type: 'removed', seat: ben.seat.id }],
    ({ other }: LateRoom) => [admitted(other)],
    ({ ben, other }: LateRoom) => [admitted({ ...ben, seat: { ...ben.seat, devices: other.seat.devices } })],
    ({ ben, other }: LateRoom) => [admitted({ ...ben, seat: { ...other.seat, devices: ben.seat.devices } })],
  ]) {
    const room = new LateRoom()
    room.admit({ changes: changes(room) })
    expect(await room.begin()).toBe('stops: gap')
  }
  const room = new LateRoom()
  room.admit({ changes: [admitted(room.other), admitted(room.ben)] })
  expect(await room.begin()).toBe('chapter')
})

test('[CH17] only a chapter of a keeper whom the invitation names is begun with', async () => {
  const signedByNobody = (room: LateRoom): Writer => ({ ...room.fay, root: newSigningKey(systemRandom) })
  for (const opener of [signedByNobody, () => newWriter('facilitator', 'Eve'), (room: LateRoom) => room.ada]) {
    const room = new LateRoom()
    room.admit({}, opener(room))
    expect(await room.begin()).toBe('stops: gap')
    // Also where the invitation names a participant: nobody lets people in but a keeper.
    expect(await room.begin(room.ada)).toBe('stops: gap')
  }
  const room = new LateRoom()
  room.admit({ share: random32() })
  expect(await room.begin()).toBe('stops: wrong-share')
})

test('[CH17] what stands there is the chapter itself, unchanged', async () => {
  const garbage = random32()
  for (const [at, stop] of [
    [{}, undefined],
    [{ envelope: garbage, envelopeHash: hash(garbage) }, 'gap'],
    [{ envelopeHash: random32() }, 'bad-hash'],
  ] as const) {
    const room = new LateRoom()
    room.admit()
    room.swap(at)
    expect(await room.begin()).toBe(stop === undefined ? 'chapter' : `stops: ${stop}`)
  }
})

test('[CH17] a chapter under another number than its own is none to begin with', async () => {
  const room = new LateRoom()
  room.admit()
  const { log, fay, ben } = room
  const admission = log.items[2] as LogItem
  for (const since of [1, 2]) {
    const replica = log.replica(ben, fay, since)
    expect(await replica.receive({ ...admission, n: since }, false)).toEqual({ ok: false, error: 'gap' })
  }
  expect((await log.replica(ben, fay, 3).receive(admission, false)).ok).toBe(true)
})

test('[CH17] the first chapter of a space has nothing before it, and this device in it', async () => {
  for (const previous of [
    { headerHash: random32(), n: 0, logHash: EMPTY_LOG_HASH },
    { headerHash: new Uint8Array(32), n: 0, logHash: random32() },
  ]) {
    const log = new LogMaker()
    const fay = newWriter('facilitator', 'Fay')
    log.header(fay, log.governing(fay), { previous })
    expect(await log.outcomes(log.replica(fay, fay))).toEqual(['stops: gap'])
  }
  const { log, fay, ben } = new LateRoom()
  expect(await log.outcomes(log.replica(ben, fay))).toEqual(['stops: no-grant'])
  expect(await log.outcomes(log.replica(ben, fay, 1, 'every chapter'))).toEqual(['stops: gap'])
})
