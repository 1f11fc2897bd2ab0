import { isDeepStrictEqual } from 'node:util'
import type { Addressed, Proofs, World } from '../activity.ts'
import { beginChapter, openChapter } from '../chapters.ts'
import type { Charter } from '../charter.ts'
import { type Command, decide } from '../decide.ts'
import { doorSubject } from '../door.ts'
import type { DialogueId, Millis, RunId, SeatId } from '../ids.ts'
import { PROCESSES } from '../processes.ts'
import type { ActivityCommand, ActivityView } from '../registry.ts'
import { applyRosterChanges, type Entry, replay } from '../replay.ts'
import type { Result } from '../result.ts'
import type { DeviceChange, RosterChange, Seat } from '../roster.ts'
import { readSnapshot, writeSnapshot } from '../snapshot.ts'
import { caucusOf, type SpaceName, sideOf, spaceKind } from '../space.ts'
import { type Governing, newSpace, type SpaceState, unread } from '../state.ts'
import { type WordsRef, withWords } from '../texts.ts'
import { presentOf } from '../turns.ts'
import { type DialogueView, followUps, view } from '../view.ts'
import {
  ada,
  ben,
  chi,
  dov,
  factsOf,
  fay,
  idOf,
  makeProofs,
  NORTH,
  SOUTH,
  type Someone,
  signAs,
  wordsNamed,
} from './people.ts'

export const charter: Charter = {
  dialogue: idOf<DialogueId>('dialogue'),
  title: 'The well',
  convenor: 'Fay, a teacher in the next town',
  process: PROCESSES[0] as Charter['process'],
  sides: [
    { id: NORTH, name: 'North bank', mark: 'circle' },
    { id: SOUTH, name: 'South bank', mark: 'square' },
  ],
  languages: ['en', 'ar'],
  rules: PROCESSES[0]?.rules ?? {},
  confidentiality: 'agreed-text-leaves',
  retainUntil: 4_000_000_000_000 as Millis,
}

/** What one person's device knows: the spaces that it reads. */
type Device = Map<SpaceName, SpaceState>

/** An entry as it went into a space's log, and whether it counted. */
export interface Written {
  readonly space: SpaceName
  readonly by: SeatId
  readonly body: unknown
  /** The words that it names, which travel apart. */
  readonly words: string | undefined
  readonly setAside: string | undefined
}

/** A dialogue with a device a person, all of which read the same logs; there is no network and nothing gets lost. */
export class TestDialogue {
  readonly proofs: Proofs = makeProofs()
  readonly written: Written[] = []
  readonly #people = new Map<SeatId, { readonly person: Someone; readonly facts: ReturnType<typeof factsOf> }>()
  readonly #devices = new Map<SeatId, Device>()
  readonly #gone = new Map<SeatId, Someone>()
  #entries = 0

  constructor(people: readonly Someone[] = [ada, ben, chi, dov, fay], of: Partial<Charter> = {}) {
    const founded = { ...charter, ...of }
    for (const person of people) {
      this.#people.set(person.seat.id, { person, facts: factsOf(person) })
      const device: Device = new Map()
      for (const space of this.spacesOf(person)) {
        const members = people.filter((one) => (space === 'own' ? one === person : this.spacesOf(one).includes(space)))
        const governing = newSpace(
          space,
          founded,
          members.map((one) => one.seat),
        )
        device.set(space, unread(governing))
      }
      this.#devices.set(person.seat.id, device)
    }
  }

  /** The spaces that a person belongs to. */
  spacesOf({ seat }: Someone): readonly SpaceName[] {
    return seat.role === 'facilitator'
      ? ['room', 'panel', 'outbox', ...charter.sides.map((side) => caucusOf(side.id))]
      : ['room', 'own', 'outbox', ...(seat.side ? [caucusOf(seat.side)] : [])]
  }

  get people(): readonly Someone[] {
    return [...this.#people.values()].map(({ person }) => person)
  }

  device(person: Someone): Device {
    return this.#devices.get(person.seat.id) as Device
  }

  state(person: Someone, space: SpaceName): SpaceState {
    return this.device(person).get(space) as SpaceState
  }

  get room(): Governing {
    return this.state(this.people[0] as Someone, 'room').governing
  }

  world(person: Someone): World {
    const device = this.device(person)
    const optional = (name: 'own' | 'panel' | 'outbox') => {
      const space = device.get(name)
      return space ? { [name]: space } : {}
    }
    const caucuses = charter.sides.flatMap(({ id }) => {
      const caucus = device.get(caucusOf(id))
      return caucus ? [[id, caucus] as const] : []
    })
    return {
      me: person.seat.id,
      room: device.get('room') as SpaceState,
      ...optional('own'),
      ...optional('panel'),
      ...optional('outbox'),
      caucuses: Object.fromEntries(caucuses),
      legs: Object.fromEntries([...device].filter(([name]) => spaceKind(name) === 'leg')),
    }
  }

  view(person: Someone): DialogueView {
    return view(this.world(person), this.proofs) as DialogueView
  }

  /** The view of the only run of this kind in the stage, or the one whose activity is named. */
  runView<V extends ActivityView>(person: Someone, kind: V['kind'], activity?: string): V {
    const runs = this.view(person).runs.filter(
      ({ run, view: one }) => one.kind === kind && run.includes(activity ?? ''),
    )
    if (runs.length !== 1) throw new Error(`${runs.length} runs of ${kind}`)
    return runs[0]?.view as V
  }

  /** The run of an activity in the stage that the room is in. */
  run(activity: string): RunId {
    const { stage } = this.room
    return `${stage?.stage}/${activity}#${stage?.visits[stage.stage]}` as RunId
  }

  decide(person: Someone, command: Command): Result<readonly Addressed<unknown>[], string> {
    const facts = this.#people.get(person.seat.id)?.facts as ReturnType<typeof factsOf>
    const decided = decide(this.world(person), command, facts, this.proofs)
    return decided.ok ? decided : { ok: false, error: decided.error.code }
  }

  /** Decides, and writes what follows. @returns the refusal's code, or undefined */
  act(person: Someone, command: Command): string | undefined {
    const decided = this.decide(person, command)
    if (!decided.ok) return decided.error
    for (const { space, event } of decided.value) {
      const setAside = this.write(person, space, event)
      if (setAside !== undefined) throw new Error(`decided, and then set aside: ${setAside}`)
    }
    return undefined
  }

  /** In one run of the present stage. */
  do(person: Someone, activity: string, command: { readonly type: string; readonly [field: string]: unknown }) {
    return this.act(person, { run: this.run(activity), command: command as ActivityCommand })
  }

  /** Puts an entry into a space's log, asking nobody. @returns why it was set aside, or undefined */
  write(person: Someone, space: SpaceName, body: unknown): string | undefined {
    const entry: Entry = { id: idOf(`entry ${this.#entries++}`), by: person.seat.id, body }
    const answers = new Set<string | undefined>()
    const ref = (body as { words?: WordsRef } | undefined)?.words
    const words = ref && wordsNamed(ref)
    for (const reader of space === 'own' ? [person] : this.people) {
      const device = this.device(reader)
      const unheard = device.get(space)
      const before = unheard && ref && words !== undefined ? withWords(unheard, ref, words) : unheard
      const after = before && replay(before, entry, this.proofs)
      if (after?.ok) device.set(space, after.value)
      if (after) answers.add(after.ok ? undefined : after.error)
    }
    if (answers.size !== 1) throw new Error(`devices judged differently: ${[...answers].join(', ')}`)
    const [setAside] = answers
    this.written.push({ space, by: person.seat.id, body, words, setAside })
    return setAside
  }

  /** Every device does what it should do by itself, until there is nothing left. */
  settle(): void {
    for (let round = 0; round < 20; round++) {
      const due = this.people.flatMap((person) =>
        followUps(this.world(person), this.proofs).map((command) => ({ person, command })),
      )
      if (due.length === 0) return
      // Two facilitators' devices can be about to do the same; whoever is late finds it done and is asked no more.
      for (const { person, command } of due) {
        if (followUps(this.world(person), this.proofs).some((one) => isDeepStrictEqual(one, command)))
          this.#mustBeTaken(this.act(person, command))
      }
    }
    throw new Error('follow-ups without end')
  }

  /** A device would try again what is refused, without end. */
  #mustBeTaken(refused: string | undefined): void {
    if (refused !== undefined) throw new Error(`a follow-up was refused: ${refused}`)
  }

  /** Opens a chapter in each space that the person belongs to; a newcomer's device starts from its snapshot. */
  change(change: Exclude<RosterChange, DeviceChange>, by: Someone = fay): void {
    const person = this.#changing(change)
    if (change.type !== 'admitted') this.#forget(person)
    for (const space of this.spacesOf(person).filter((one) => one !== 'own')) {
      if (change.type === 'admitted') this.#welcome(change.seat, space)
      this.changeIn(space, change, by)
    }
  }

  /** Opens a chapter in one space, asking nobody first. Whoever is taken out there goes on reading the other spaces. */
  changeIn(space: SpaceName, change: RosterChange, by: Someone = fay): void {
    if (change.type === 'admitted') this.#greet(this.#changing(change))
    const changed = applyRosterChanges(this.state(by, space).governing, by.seat, [change], this.proofs)
    if (!changed.ok) throw new Error(changed.error)
    for (const reader of this.people) {
      const before = this.device(reader).get(space)
      const isMeant = reader.seat.id === this.#changing(change).seat.id
      if (change.type === 'removed' && isMeant) this.device(reader).delete(space)
      else if (before) this.device(reader).set(space, { ...before, governing: changed.value })
      else if (change.type === 'admitted' && isMeant) this.restart(reader, space, changed.value)
    }
  }

  /** Somebody is let in with a chapter of each of their spaces: their device begins with what these say. */
  letIn(person: Someone, time: number, by: Someone = fay): void {
    this.#greet(person)
    const changes = [{ type: 'admitted', seat: person.seat } as const]
    for (const space of this.spacesOf(person).filter((name) => name !== 'own')) {
      this.#welcome(person.seat, space)
      this.chapter(space, time, by, changes)
    }
  }

  #changing(change: RosterChange): Someone {
    return change.type === 'admitted'
      ? { name: change.seat.name, seat: change.seat }
      : (this.#people.get(change.seat)?.person ?? (this.#gone.get(change.seat) as Someone))
  }

  /** Somebody comes with a device, unless they are there. */
  #greet(person: Someone): void {
    if (this.#people.has(person.seat.id)) return
    this.#people.set(person.seat.id, { person, facts: factsOf(person) })
    const own = newSpace('own', this.room.charter, [person.seat])
    this.#devices.set(person.seat.id, new Map([['own', unread(own)]]))
  }

  #forget(person: Someone): void {
    this.#gone.set(person.seat.id, person)
    this.#people.delete(person.seat.id)
    this.#devices.delete(person.seat.id)
  }

  /** Somebody of the side says yes, as people would (CH18). */
  #welcome(seat: Seat, space: SpaceName): void {
    const { roster, leaving } = this.state(fay, space).governing
    const one = sideOf(space) === undefined ? undefined : presentOf(roster, leaving)[0]
    if (!one) return
    const subject = doorSubject(this.proofs, this.room.charter, space, seat, seat.devices[0]?.root ?? '')
    const purpose = 'caucus-entry'
    const event = { v: 1, type: 'turn.given', purpose, about: seat.id, subject, signature: signAs(one, subject) }
    const by = this.#people.get(one.id)?.person as Someone
    if (this.write(by, space, event) !== undefined) throw new Error('nobody could say yes')
  }

  /** Opens a chapter in one space at this time, on every device alike. @returns the hash of its header */
  chapter(space: SpaceName, time: number, by: Someone = fay, changes: readonly RosterChange[] = []): string {
    const opening = { by: by.seat, changes, openedAt: time as Millis }
    const next = openChapter(this.state(by, space).governing, opening, this.proofs)
    if (!next.ok) throw new Error(next.error)
    const header = idOf(`header ${this.#entries++}`).padEnd(43, '-')
    for (const reader of this.people) {
      const before = this.device(reader).get(space)
      const read = readSnapshot(writeSnapshot(next.value))
      if (!read.ok) throw new Error(`snapshot of ${space}: ${read.error.field}, ${read.error.expected}`)
      const isNew = changes.some((change) => change.type === 'admitted' && change.seat.id === reader.seat.id)
      if (before || isNew)
        this.device(reader).set(space, beginChapter(before, before ? next.value : read.value, header))
    }
    return header
  }

  /** A device starts anew from a chapter's snapshot: it has the rules' state, and no words from before. */
  restart(person: Someone, space: SpaceName, governing: Governing = this.state(person, space).governing): void {
    const read = readSnapshot(writeSnapshot(governing))
    if (!read.ok) throw new Error(`snapshot of ${space}: ${read.error.field}, ${read.error.expected}`)
    this.device(person).set(space, unread(read.value))
  }

  /** Everyone accepts the ground rules. */
  affirmAll(): this {
    for (const person of this.people) this.act(person, { type: 'affirmRules' })
    return this
  }

  /** Fay goes to a stage, with a reason. */
  enter(stage: string): this {
    const code = this.act(fay, { type: 'enterStage', stage, reason: 'for the test' })
    if (code !== undefined) throw new Error(code)
    return this
  }
}
