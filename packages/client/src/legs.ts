import {
  applyRosterChanges,
  deviceSubject,
  isLegCommand,
  legWith,
  pairOf,
  type RosterChange,
  type Seat,
  type SeatId,
  type SpaceName,
  seatOf,
  type UnsignedChange,
  type World,
} from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import {
  isSealingKeyGood,
  type SigningKey,
  sealingKeyFromSecret,
  sealingKeyRecord,
  signingKeyFromSecret,
  signTurn,
} from '@antechamber/sealing'
import type { Pending } from './command-queue.ts'
import { decoded } from './encoding.ts'
import { codeOf, Failure, type FailureCode, RefusedChapter } from './errors.ts'
import { firstState } from './founding.ts'
import { newcomer } from './host.ts'
import { newId, newSpaceRecord } from './identity.ts'
import { openIfDue } from './keeping.ts'
import { devicesOf, givesWay, isThere } from './leg-choice.ts'
import { openLegAtRelay } from './leg-founding.ts'
import { type Coming, type LegNote, readLegNote, writeLegNote } from './leg-notes.ts'
import type { ReadyProofs } from './proofs.ts'
import type { DialogueRecord, SpaceRecord } from './records.ts'
import type { RelayDoors } from './relay-doors.ts'
import type { Space } from './space.ts'
import type { Spaces } from './spaces.ts'
import type { AnyCommand } from './status.ts'

/** So long a note waits for an answer before it is written again. */
const AGAIN_MS = 24 * 60 * 60 * 1000
const SALT_BYTES = 32

/** What legs need of the dialogue. */
export interface LegsOf {
  readonly spaces: Spaces
  readonly doors: RelayDoors
  readonly proofs: ReadyProofs
  readonly root: SigningKey
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly record: () => DialogueRecord
  readonly save: (record: DialogueRecord) => Promise<void>
  readonly pending: () => readonly Pending<AnyCommand>[]
  readonly isInside: () => boolean
  /** Is given the code of what went wrong with this device alone; undefined when nothing did. */
  readonly tell: (code: FailureCode | undefined) => void
}

/** The legs of one person: opened when one of the two first wants to say something, and kept by the devices of both. */
export class Legs {
  readonly #of: LegsOf
  #isBusy = false
  #isAskedAgain = false
  /** Legs in which something is being done, each for itself: one that hangs keeps no other back. True: look again after it. */
  readonly #kept = new Map<Space, boolean>()
  /** Those that this device has opened at the relay since it was started, by their ids. */
  readonly #opened = new Set<string>()

  constructor(of: LegsOf) {
    this.#of = of
  }

  /** Does what is to be done now. Call it after each change, and from time to time. */
  look(): void {
    const { isInside, spaces } = this.#of
    if (!isInside() || !spaces.isLive) return
    for (const leg of spaces.legs) this.#keepOne(leg)
    this.#isAskedAgain = this.#isBusy
    if (this.#isBusy) return
    this.#isBusy = true
    this.#work()
      .then(
        () => this.#of.tell(undefined),
        (failure: unknown) => this.#failed(failure),
      )
      .finally(() => {
        this.#isBusy = false
        if (this.#isAskedAgain) this.look()
      })
  }

  #failed(failure: unknown): void {
    if (!(failure instanceof Failure || failure instanceof RefusedChapter)) this.#of.tell(codeOf(failure))
  }

  async #work(): Promise<void> {
    const { world } = this.#of.spaces
    if (!world) return
    const { notes } = this.#room
    for (const text of notes.take()) {
      const note = this.#read(text, world)
      // What fails now is tried again at the next look, unless a rule is against it.
      if (note)
        await this.#take(note, world).catch((failure: unknown) => {
          if (failure instanceof Failure) notes.putBack(text)
          this.#failed(failure)
        })
    }
    for (const seat of this.#wanted()) await this.#begin(seat, world)
  }

  get #room(): Space {
    return this.#of.spaces.get('room')
  }

  get #me(): SeatId {
    return this.#of.record().seat
  }

  get #ownRoot(): string {
    return toBase64Url(this.#of.root.publicKey)
  }

  /** With whom this person wants to speak. */
  #wanted(): readonly SeatId[] {
    const seats = this.#of
      .pending()
      .flatMap(({ command, refusal }) =>
        refusal === undefined && 'type' in command && isLegCommand(command) ? [command.with] : [],
      )
    return [...new Set(seats)]
  }

  /** A facilitator's device opens the leg; a participant's asks the facilitator's to. */
  async #begin(seat: SeatId, world: World): Promise<void> {
    const name = legWith(world, seat)
    if (!name || this.#of.spaces.find(name)?.state) return
    if (this.#of.record().role === 'facilitator') {
      if (!this.#recordOf(name)) await this.#found(name, newId(this.#of.random))
      return
    }
    const record = this.#recordOf(name) ?? (await this.#newRecord(name, newId(this.#of.random)))
    await this.#ask(record, this.#devicesOf(world, [seat]))
  }

  #recordOf(name: SpaceName): SpaceRecord | undefined {
    return this.#of.record().spaces.find((one) => one.name === name)
  }

  async #newRecord(name: SpaceName, space: string, openers?: readonly string[]): Promise<SpaceRecord> {
    const drawn = await newSpaceRecord(name, space, this.#of.random)
    return this.#put({ ...drawn, ...(openers && { openers }) })
  }

  async #put(record: SpaceRecord): Promise<SpaceRecord> {
    await this.#save(record)
    this.#of.spaces.put(record)
    return record
  }

  async #save(record: SpaceRecord): Promise<void> {
    const { record: current, save, spaces } = this.#of
    const others = current().spaces.filter(({ name }) => name !== record.name)
    const before = this.#recordOf(record.name)
    const hasKept = before && before.space !== record.space && spaces.find(record.name)?.state !== undefined
    const givenUp = [...(current().givenUp ?? []), ...(hasKept ? [before.space] : [])]
    await save({ ...current(), spaces: [...others, record], ...(givenUp.length > 0 && { givenUp }) })
  }

  async #found(name: SpaceName, space: string): Promise<void> {
    const drawn = await newSpaceRecord(name, space, this.#of.random)
    const record = { ...drawn, openers: [this.#ownRoot] }
    // Kept first: it goes on after a restart.
    await this.#save(record)
    try {
      await this.#openAtRelay(record)
    } finally {
      if (this.#recordOf(name)) this.#of.spaces.put(record)
    }
  }

  /** Where another device of this seat has opened it before, that one lets this one in. */
  async #openAtRelay(record: SpaceRecord): Promise<void> {
    const { spaces, doors, random, now, record: current, save } = this.#of
    const isOurs = await openLegAtRelay(record, { room: this.#room, doors, record: current(), random, now })
    this.#opened.add(record.space)
    if (isOurs) return
    spaces.drop(record.name)
    await save({ ...current(), spaces: current().spaces.filter(({ name }) => name !== record.name) })
  }

  // ---- notes

  /** A note of somebody who can have this leg with this person, or is this person. */
  #read(text: string, world: World): LegNote | undefined {
    const { governing } = world.room
    const of = { charter: governing.charter, proofs: this.#of.proofs, roster: governing.roster, to: this.#room.device }
    const note = readLegNote(text, of)
    const other = note && this.#otherOf(note.leg)
    const isOurs = note && other && (note.from === this.#me || note.from === other) && note.root !== this.#ownRoot
    return isOurs && legWith(world, other) === note.leg ? note : undefined
  }

  #otherOf(leg: SpaceName): SeatId | undefined {
    const pair = pairOf(leg)
    if (!pair) return undefined
    return pair.participant === this.#me ? pair.facilitator : pair.participant
  }

  async #take(note: LegNote, world: World): Promise<void> {
    const leg = this.#of.spaces.find(note.leg)
    const record = this.#recordOf(note.leg)
    if (!note.coming) return this.#called(note, world, record)
    if (!record && this.#of.record().role === 'facilitator') {
      await this.#found(note.leg, note.space)
      throw new Failure('unreachable')
    }
    if (!leg || !record) return
    // Who has taken this person out does not get them back by asking.
    if (leg.lost === 'not-found' && record.wasIn) return
    const isOther = record.space !== note.space
    if (!isOther && (!leg.isLive || !leg.state)) throw new Failure('unreachable')
    const entering = isOther ? false : this.#letIn(leg, { ...note, coming: note.coming }, world)
    const isNew = await this.#of.spaces.unlessOver(Promise.resolve(entering), leg)
    if (isNew || this.#isDue(note.leg, note.root))
      await this.#write(world, note.root, { leg: note.leg, space: record.space })
  }

  /** The leg is there: this device asks to be let in, or it is already. */
  async #called(note: LegNote, world: World, known: SpaceRecord | undefined): Promise<void> {
    const leg = this.#of.spaces.find(note.leg)
    if (known && known.space === note.space) {
      if (leg?.state) return
      await this.#put({ ...known, openers: this.#devicesOf(world, [note.from]).map(({ root }) => root) })
      return
    }
    if (known && !givesWay(leg, known, note, { ...this.#of.record(), root: this.#ownRoot })) {
      // Whoever has told of theirs knows nothing of this one.
      if (leg?.isLive && this.#isDue(note.leg, note.root))
        await this.#write(world, note.root, { leg: note.leg, space: known.space })
      return
    }
    const record = await this.#newRecord(note.leg, note.space)
    // Where this person is in it already, another device of theirs lets this one in.
    await this.#ask(record, this.#devicesOf(world, [note.from, ...(note.from === this.#me ? [] : [this.#me])]))
  }

  /** The devices that these seats have in the room, but for this one. */
  #devicesOf(world: World, seats: readonly SeatId[]): Seat['devices'] {
    return devicesOf(world, seats, this.#ownRoot)
  }

  /** Asks devices to be let in to a leg, each once a day. */
  async #ask(record: SpaceRecord, devices: Seat['devices']): Promise<void> {
    const { world } = this.#of.spaces
    const coming = await this.#comingOf(record)
    for (const { root } of devices) {
      if (!world || !this.#isDue(record.name, root)) continue
      await this.#write(world, root, { leg: record.name, space: record.space, coming })
    }
  }

  #isDue(leg: SpaceName, root: string): boolean {
    const last = this.#recordOf(leg)?.asked?.[root]
    return last === undefined || this.#of.now() - last >= AGAIN_MS
  }

  async #comingOf({ space, device, loginSecret, sealingKeys }: SpaceRecord): Promise<Coming> {
    const first = sealingKeys[0] as SpaceRecord['sealingKeys'][number]
    const key = await sealingKeyFromSecret(first.number, decoded(first.secret))
    const { publicKey, signature } = sealingKeyRecord(this.#of.root, decoded(space), decoded(device), key)
    const loginKey = toBase64Url(signingKeyFromSecret(decoded(loginSecret)).publicKey)
    return { device, keys: { loginKey, sealingKey: toBase64Url(publicKey), signature: toBase64Url(signature) } }
  }

  /** Writes to one device, sealed to the key that it has in the room now. */
  async #write({ room }: World, root: string, note: Pick<LegNote, 'leg' | 'space' | 'coming'>): Promise<void> {
    const { governing } = room
    const to = governing.roster.flatMap(({ devices }) => devices).find((one) => one.root === root)
    const { keys } = await this.#room.request({ type: 'keys' }, 'keys')
    const key = keys.find(({ device }) => toBase64Url(device) === to?.device)
    if (!to || !key || !isSealingKeyGood(decoded(root), this.#room.id, key)) return
    const { proofs, root: own, random } = this.#of
    const whole = { ...note, from: this.#me, root: this.#ownRoot, to: to.device }
    const words = writeLegNote(whole, governing.charter, proofs, own)
    await this.#room.whisper({ salt: random(SALT_BYTES), words, to: key.publicKey })
    const record = this.#recordOf(note.leg)
    if (record) await this.#save({ ...record, asked: { ...record.asked, [root]: this.#of.now() } })
  }

  // ---- keeping

  /** Lets a device in that the room knows as its seat's, if it is not in yet. @returns whether it was let in */
  async #letIn(
    leg: Space,
    { from, root, coming }: LegNote & { readonly coming: Coming },
    world: World,
  ): Promise<boolean> {
    const { proofs } = this.#of
    const governing = leg.state?.governing
    const by = governing && seatOf(governing.roster, this.#me)
    const known = seatOf(world.room.governing.roster, from)
    if (!governing || !by || !known) return false
    const device = { device: coming.device, root }
    const key = { device: decoded(coming.device), number: 0, publicKey: decoded(coming.keys.sealingKey) }
    const signature = decoded(coming.keys.signature)
    if (!isSealingKeyGood(decoded(root), leg.id, { ...key, signature })) return false
    const there = seatOf(governing.roster, from)
    if (there?.devices.some((one) => one.root === root)) return false
    const { revision: _, helpedBy: __, ...seat } = known
    let change: RosterChange = { type: 'admitted', seat: { ...seat, devices: [device] } }
    if (there && from === this.#me) change = this.#vouched(leg, by, { type: 'device-added', seat: from, device })
    else if (there) {
      // Another of their devices adds it, unless none is left that was here.
      if (isThere(there, known)) return false
      await leg.openChapter([{ type: 'removed', seat: from }], [])
    }
    const next = leg.state?.governing
    if (!next || !applyRosterChanges(next, by, [change], proofs).ok) return false
    await leg.openChapter([change], [newcomer({ device: coming.device, ...coming.keys }, true)])
    return true
  }

  #vouched(leg: Space, seat: Seat, unsigned: UnsignedChange): RosterChange {
    const { proofs, root, record } = this.#of
    const subject = deviceSubject(proofs, record().charter, leg.name, seat, unsigned)
    return { ...unsigned, voucher: toBase64Url(signTurn(root, decoded(subject))) } as RosterChange
  }

  #keepOne(leg: Space): void {
    if (this.#of.spaces.stopOf(leg) !== undefined) return
    const isBusy = this.#kept.has(leg)
    this.#kept.set(leg, isBusy)
    if (isBusy) return
    this.#keep(leg)
      .catch((failure: unknown) => this.#failed(failure))
      .finally(() => {
        const isAskedAgain = this.#kept.get(leg)
        this.#kept.delete(leg)
        if (isAskedAgain) this.#keepOne(leg)
      })
  }

  async #keep(leg: Space): Promise<void> {
    const { spaces, record, now } = this.#of
    const { world } = spaces
    const kept = this.#recordOf(leg.name)
    if (!world || !kept) return
    if (!leg.state) return this.#goOnFounding(leg, kept)
    if (!kept.wasIn) await this.#save({ ...kept, wasIn: true })
    if (!leg.isLive) return
    await this.#takeOut(leg, world)
    await this.#call(leg, kept, world)
    await openIfDue(leg, record().seat, now)
  }

  /** This device was stopped in the middle, or has just begun. */
  async #goOnFounding(leg: Space, kept: SpaceRecord): Promise<void> {
    if (!kept.openers?.includes(this.#ownRoot) || kept.wasIn) return
    if (leg.lost === 'not-found' && !this.#opened.has(kept.space)) {
      await this.#openAtRelay(kept)
      leg.retryNow()
    } else if (leg.isLive) await leg.found(firstState(this.#of.record(), kept))
  }

  /** Whoever is in the room no more, and devices of this person's own that are not. */
  async #takeOut(leg: Space, { room }: World): Promise<void> {
    const { roster } = room.governing
    for (const seat of leg.state?.governing.roster ?? []) {
      const known = seatOf(roster, seat.id)
      if (!known && seat.id !== this.#me) await leg.openChapter([{ type: 'removed', seat: seat.id }], [])
      if (seat.id !== this.#me || !known) continue
      for (const { device, root } of seat.devices) {
        const mine = seatOf(leg.state?.governing.roster ?? [], seat.id)
        if (!mine || known.devices.some((one) => one.root === root)) continue
        await leg.openChapter([this.#vouched(leg, mine, { type: 'device-removed', seat: seat.id, device })], [])
      }
    }
  }

  /** Tells those who belong here and are not here that the leg is there: further devices of one's own, and the other person. */
  async #call(leg: Space, kept: SpaceRecord, world: World): Promise<void> {
    const { roster = [] } = leg.state?.governing ?? {}
    const other = this.#otherOf(leg.name)
    const known = other && seatOf(world.room.governing.roster, other)
    const there = other && seatOf(roster, other)
    const isMissing = known && !(there && isThere(there, known))
    const here = new Set(roster.flatMap(({ devices }) => devices.map(({ root }) => root)))
    const called = this.#devicesOf(world, [this.#me, ...(isMissing ? [known.id] : [])])
    for (const { root } of called)
      if (!here.has(root) && this.#isDue(leg.name, root))
        await this.#write(world, root, { leg: leg.name, space: kept.space })
  }
}
