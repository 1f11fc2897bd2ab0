import type { Proofs } from '../../activity.ts'
import { canonicalJson } from '../../canonical.ts'
import { beginChapter, openChapter } from '../../chapters.ts'
import { decide } from '../../decide.ts'
import type { Millis } from '../../ids.ts'
import { applyRosterChanges, type Entry, replay } from '../../replay.ts'
import type { Seat } from '../../roster.ts'
import { readSnapshot, writeSnapshot } from '../../snapshot.ts'
import { caucusOf, type SpaceName } from '../../space.ts'
import { newSpace, type SpaceState, unread } from '../../state.ts'
import { textsIn, type WordsRef } from '../../texts.ts'
import { followUps, view } from '../../view.ts'
import { CHARTER, FAY, idWith, PARTICIPANTS, quickProofs, RENAMINGS, SEATS } from './cast.ts'
import { checkCounted } from './counting.ts'
import { must } from './fault.ts'
import { formOf, formOfGoverning, hashOf } from './form.ts'
import { type Body, type Ledger, NOTHING, noted, opened, tookOut } from './ledger.ts'
import { heard, wordsOf } from './words.ts'

/** The core under exploration: the real one, or one with a fault sown into it. */
export interface Core {
  readonly decide: typeof decide
  readonly replay: typeof replay
  readonly view: typeof view
  readonly followUps: typeof followUps
  readonly applyRosterChanges: typeof applyRosterChanges
  readonly beginChapter: typeof beginChapter
  readonly proofs: Proofs
}

export const realCore = (): Core => ({
  decide,
  replay,
  view,
  followUps,
  applyRosterChanges,
  beginChapter,
  proofs: quickProofs(),
})

/** One space as all who have read its log have it. Two that nothing could tell apart have the same ids. */
export interface Part {
  readonly space: SpaceName
  readonly state: SpaceState
  readonly ledger: Ledger
  /** What it is, and what it would be with people renamed: by renaming. Worked out when it is first asked for. */
  readonly ids: readonly number[]
  /** What came of entries here, by {@link Write.key}. */
  readonly next: Map<string, Part | string>
  twin: SpaceState | undefined
}

/** Something that one person's device writes: an entry of a space, or somebody taken out with its next chapter. */
export interface Write {
  readonly at: number
  readonly by: Seat
  readonly body: unknown
  readonly key: string
}

/** The header of a chapter that was opened then. */
export const headerAt = (time: number): string => `header-${time}`.padEnd(43, '-')

/** A chapter that opens, with its time, stands in a write in the place of an entry. */
export const OPENED = 'opened'
/** Who is taken out stands in a write in the place of an entry. */
export const TAKEN_OUT = 'taken-out'

/** The spaces of the dialogue, in this order everywhere: each participant's `own` last. */
export const SPACES: readonly SpaceName[] = [
  'room',
  'panel',
  'outbox',
  ...CHARTER.sides.map(({ id }) => caucusOf(id)),
  ...PARTICIPANTS.map(() => 'own' as const),
]
export const ROOM = 0
export const PANEL = 1
export const OUTBOX = 2
export const CAUCUS = 3
export const OWN = 5

/** Where a person's device finds a space, or undefined when it has no such space. */
export function placeOf(space: SpaceName, person: number): number | undefined {
  if (space !== 'own') return SPACES.indexOf(space)
  return SEATS[person] === FAY ? undefined : OWN + person
}

function membersOf(at: number): readonly Seat[] {
  if (at === PANEL) return [FAY]
  if (at >= OWN) return [PARTICIPANTS[at - OWN] as Seat]
  if (at < CAUCUS) return SEATS
  return SEATS.filter((seat) => seat === FAY || seat.side === CHARTER.sides[at - CAUCUS]?.id)
}

/** Most parts that are kept to be found again; more are found by their ids alone. */
const KEPT_PARTS = 60_000
/** Of how many parts one is started again from its snapshot as a newcomer's device would, with all that is checked there. */
const SNAPSHOT_EVERY = 8

/** Replays entries on every kind of device, and gives each distinct space its ids. */
export class Engine {
  readonly core: Core
  replayed = 0
  readonly #ids = new Map<string, number>()
  #kept = new Map<number, Part>()

  constructor(core: Core) {
    this.core = core
  }

  /** The spaces as they begin. */
  begin(): readonly Part[] {
    return SPACES.map((space, at) => {
      const governing = newSpace(space, CHARTER, membersOf(at))
      return this.#part(space, unread(governing), NOTHING)
    })
  }

  /** Forgets what is only kept to be quick. */
  forget(): void {
    this.#kept = new Map()
  }

  /** The space after this was written to it, or the code for which every device sets it aside. */
  write(part: Part, { by, body, key }: Write): Part | string {
    const known = part.next.get(key)
    if (known !== undefined) return known
    const after = this.#after(part, by, body as Body)
    part.next.set(key, after)
    return after
  }

  /** Of spaces that nothing could tell apart, the one that came first. */
  same(part: Part): Part {
    const id = part.ids[0] as number
    const kept = this.#kept.get(id)
    if (kept) return kept
    if (this.#kept.size > KEPT_PARTS) this.forget()
    this.#kept.set(id, part)
    if (id % SNAPSHOT_EVERY === 0) checkSnapshot(part.state)
    return part
  }

  #after(part: Part, by: Seat, body: Body): Part | string {
    if (body.type === TAKEN_OUT) return this.#takeOut(part, body)
    return body.type === OPENED ? this.#open(part, body) : this.#replay(part, by, body)
  }

  #open(part: Part, { time }: Body): Part | string {
    const opening = { by: FAY, changes: [], openedAt: time as Millis }
    const header = headerAt(time)
    const [next, twin] = [part.state, this.#twin(part)].map((state) => {
      const opened = openChapter(state.governing, opening, this.core.proofs)
      must(opened.ok, 'a chapter that changes no roster is always taken (DG13)', opened)
      return this.core.beginChapter(state, opened.value, header)
    }) as [SpaceState, SpaceState]
    must(hashed(next) === hashed(twin), 'devices judge alike what time ends (DG3)', time)
    const ledger = opened(part.ledger, header, time)
    const { length } = next.governing.destroyed
    must(length === ledger.ends, 'what is destroyed is what each side has agreed to, a day later (DX5)', length)
    return this.#part(part.space, next, ledger)
  }

  #takeOut(part: Part, { id }: Body): Part | string {
    const change = { type: 'removed', seat: id as Seat['id'] } as const
    const changed = this.core.applyRosterChanges(part.state.governing, FAY, [change], this.core.proofs)
    const twin = this.core.applyRosterChanges(this.#twin(part).governing, FAY, [change], this.core.proofs)
    must(changed.ok === twin.ok, 'devices judge a chapter alike (DG3)', change)
    if (!changed.ok) return changed.error
    return this.#part(part.space, { ...part.state, governing: changed.value }, tookOut(part.ledger, id))
  }

  #replay(part: Part, by: Seat, body: unknown): Part | string {
    this.replayed++
    const { space, state, ledger } = part
    const { replay, proofs } = this.core
    const entry = { id: idWith(`entry-${textsIn(state).length}`), by: by.id, body }
    const { words: ref } = body as { words?: WordsRef }
    const after = replay(heard(state, ref), entry, proofs)
    const twin = replay(this.#twin(part), entry, proofs)
    const answers = [after, twin].map((one) => (one.ok ? 'counts' : one.error))
    must(answers[0] === answers[1], 'devices that know different words judge alike (DG3, DG5)', answers, body)
    if (!after.ok) return after.error
    if (after.value === state) return part
    checkCounted(ledger, space, by, body as Body)
    const said = ref ? { ...(body as Body), text: wordsOf(ref) } : (body as Body)
    const next = this.#part(space, after.value, noted(ledger, space, by.id, said))
    const same = twin.ok && hashed(twin.value) === hashed(after.value)
    must(same, 'devices that know different words come to the same state (DG5)', body)
    if (ref) this.#wordsLast(state, entry, ref, after.value)
    return next
  }

  /** Words and the event that names them have no order. */
  #wordsLast(state: SpaceState, entry: Entry, ref: WordsRef, after: SpaceState): void {
    const event = this.core.replay(state, entry, this.core.proofs)
    const words = event.ok ? heard(event.value, ref) : state
    const read = [words, after].map((one) => JSON.stringify(textsIn(one).map(String).sort()))
    must(read[0] === read[1], 'words that come after their event are read as if before (DG15)', entry)
  }

  /** The space on a device that has started from its snapshot and has no words from before. */
  #twin(part: Part): SpaceState {
    if (part.twin === undefined) {
      const { charter, ...governing } = part.state.governing
      part.twin = unread({ ...JSON.parse(canonicalJson(governing)), charter })
    }
    return part.twin as SpaceState
  }

  #part(space: SpaceName, state: SpaceState, ledger: Ledger): Part {
    const id = (hash: string): number => this.#id(hash)
    let ids: readonly number[] | undefined
    return {
      space,
      state,
      ledger,
      next: new Map(),
      twin: undefined,
      get ids() {
        ids ??= RENAMINGS.map(({ rename }, r) => id(hashOf(`${rename(space)}|${formOf(state, ledger, r)}`)))
        return ids
      },
    }
  }

  #id(hash: string): number {
    const id = this.#ids.get(hash) ?? this.#ids.size
    this.#ids.set(hash, id)
    return id
  }
}

const hashed = ({ governing }: SpaceState): string => formOfGoverning(governing)

/** A newcomer's device starts from what the chapter's snapshot says, and from nothing else. */
function checkSnapshot({ governing }: SpaceState): void {
  const written = writeSnapshot(governing)
  const read = readSnapshot(written)
  must(read.ok, 'every snapshot can be read (DG5)', read)
  must(writeSnapshot(read.value) === written, 'a snapshot is read as it was written (DG5)', written)
}
