import type { Charter } from './charter.ts'
import type { Carried } from './disclosure.ts'
import type { Millis, RunId, SeatId } from './ids.ts'
import type { ProcessActivity } from './process.ts'
import type { Result } from './result.ts'
import type { Roster, Seat } from './roster.ts'
import type { EndedKey, RoundKey, RoundSecret } from './round-key.ts'
import { activityOf, runOf } from './run.ts'
import type { Shape } from './shape.ts'
import type { SpaceKind, SpaceName } from './space.ts'
import type { Contribution, Governing, SpaceState } from './state.ts'
import type { WordsRef } from './texts.ts'
import type { Turn } from './turns.ts'

/** Pure functions that the core needs and may not contain. They answer alike on every device. */
export interface Proofs {
  /** What a turn signs for an exact text that is to leave for `purpose`: 43 characters of base64url. */
  readonly subject: (charter: Charter, purpose: string, exact: string) => string
  /** Whether one of the seat's devices signed this subject with its root key. */
  readonly signed: (seat: Seat, subject: string, signature: string) => boolean
  /** Whether words can be sealed to this key at all. */
  readonly canSealTo: (key: RoundKey) => boolean
  /** Whether this secret is the key's own. */
  readonly opens: (secret: RoundSecret, key: RoundKey) => boolean
  /** Whether one of the seat's devices, or its anchor, signed this subject (DV2). */
  readonly vouched: (seat: Seat, subject: string, signature: string) => boolean
}

/** What only the shell can know, asked for when a command is decided. */
export interface Facts {
  readonly newId: () => string
  /** This device's root signature over a turn's subject: 86 characters of base64url. */
  readonly sign: (subject: string) => string
  /** Has these words sent before the event that names them by what this returns; sealed to `key`, if one is given. */
  readonly say: (words: string, key?: RoundKey) => WordsRef
  /** A key that this device has drawn for the round that it is about to open. */
  readonly roundKey: () => { readonly key: RoundKey; readonly secret: RoundSecret }
}

/** Something that happened in one run of an activity, as it stands in an entry. */
export interface RunEvent {
  readonly v: 1
  readonly type: string
  readonly run: RunId
  /** The id of a new thing that the event brings. The frame refuses one that something in the space has (DG10). */
  readonly id?: string
}

/** The circumstances in which an event of an activity is judged and replayed: its own space's, and no other's. */
export interface EventContext<Settings> {
  readonly space: SpaceName
  readonly by: Seat
  readonly charter: Charter
  readonly roster: Roster
  /** Seats of the roster whose person has left. */
  readonly leaving: readonly SeatId[]
  /** When this chapter was opened, as its opener says (TN4). */
  readonly time: Millis
  readonly run: RunId
  readonly settings: Settings
  /** What has been shared in this space before, by any activity. */
  readonly contributions: readonly Contribution[]
  /** Whether the run belongs to the stage that the room is in; true in other spaces, which know no stage. */
  readonly current: boolean
  /** The states of all runs of the same kind in this space. */
  readonly ofThisKind: () => readonly unknown[]
  readonly proofs: Proofs
}

/** An activity's state after an event, and what the event adds to the space. */
export interface Evolved<State> {
  readonly state: State
  /** New ones, or changed ones in the place of those with the same id. */
  readonly contributions?: readonly Contribution[]
  /** What was written, by an id that this event brought: the text itself, or what the event names its words by. */
  readonly texts?: Readonly<Record<string, string | { readonly ref: WordsRef }>>
  /** Ids under which nothing is written any more. */
  readonly withdrawn?: readonly string[]
  /** The key of a round that closes with this. */
  readonly ended?: EndedKey
}

/** The spaces that one device can read. */
export interface World {
  readonly me: SeatId
  readonly room: SpaceState
  readonly own?: SpaceState
  readonly panel?: SpaceState
  readonly outbox?: SpaceState
  readonly caucuses: Readonly<Record<string, SpaceState>>
  /** By name: those of this person's private lines that are there. */
  readonly legs?: Readonly<Record<string, SpaceState>>
}

/** An event and the space it is to be written to. */
export interface Addressed<Event> {
  readonly space: SpaceName
  readonly event: Event
}

export interface Refusal {
  readonly code: string
}

/** A run of an activity as one reader meets it, for deciding and viewing. */
export interface RunContext<Settings, State> {
  readonly world: World
  readonly me: Seat
  readonly charter: Charter
  readonly run: RunId
  readonly settings: Settings
  readonly current: boolean
  /** The run's state in a space that the reader can read; the kind's `empty` where nothing has happened yet. */
  readonly stateIn: (space: SpaceName) => State
  readonly proofs: Proofs
}

/** A named predicate over the dialogue: may the stage that it is in end without a reason being noted? */
export interface Exit<Settings> {
  readonly settings: Shape<Settings>
  readonly met: (world: World, settings: Settings) => boolean
}

/** An exit whose own type the table has forgotten. */
export interface AnyExit {
  readonly settings: Shape<unknown>
  readonly met: (world: World, settings: never) => boolean
}

/** Where an event may be written, what it looks like, and what it carries there out of a narrower space. */
export interface EventRule<Settings, State, Event> {
  readonly spaces: readonly SpaceKind[]
  readonly shape: Shape<Event>
  readonly carries?: Carried<State, Event, Settings>
  /** It takes something of one's own back: it counts while the room is paused as well (DG7). */
  readonly takesBack?: true
}

/**
 * One thing that people do together. A kind is a folder: `events.ts` (what can happen, where, and what is against the
 * rules), `evolve.ts`, `decide.ts`, `view.ts`; the registry lists the kinds and nothing else knows them by name.
 */
export interface ActivityKind<
  Settings,
  State,
  Event extends RunEvent,
  Command extends { readonly type: string },
  View,
> {
  readonly kind: string
  readonly settings: Shape<Settings>
  readonly empty: State
  /** A run's state as it stands in a snapshot, which comes from another device. */
  readonly state: Shape<State>
  readonly events: { readonly [type: string]: EventRule<Settings, State, Event> }
  readonly commands: readonly Command['type'][]
  /** Those that may be given of a visit that is over, in which nothing else can be done (DG14). */
  readonly afterwards?: readonly Command['type'][]
  /** Those that take something of one's own back: they may be given while the room is paused (DG7). */
  readonly takingBack?: readonly Command['type'][]
  /** The code of the first rule that the event breaks, or undefined. Judged on every device, from the same log. */
  readonly refuse: (state: State, event: Event, context: EventContext<Settings>) => string | undefined
  /** The ids that things in this state have, other than contributions. */
  readonly ids?: (state: State) => readonly string[]
  /** Total: called only with events that were not refused. */
  readonly evolve: (state: State, event: Event, context: EventContext<Settings>) => Evolved<State>
  readonly decide: (
    command: Command,
    context: RunContext<Settings, State>,
    facts: Facts,
  ) => Result<readonly Addressed<Event>[], Refusal>
  readonly view: (context: RunContext<Settings, State>) => View
  /** Whether this view has something to be read again when the run is over (DG14). A kind without it has nothing. */
  readonly isReadAgain?: (view: View) => boolean
  /** A run's state in a space from which a participant has been taken out who had not left (BR11). Never larger than before. */
  readonly afterRemoval?: (state: State) => State
  /** A run's state once devices have been taken out, with the yeses alone that `holds` says so of (DV6). Never larger than before. */
  readonly afterDeviceRemoval?: (state: State, holds: (seat: SeatId, turn: Turn) => boolean) => State
  /** A run's state once a chapter has been opened at that time (TN4). Never larger than before; the same where nothing is over. */
  readonly afterOpening?: (state: State, time: Millis) => State
  /** What this device should do by itself now, because of what others have done. */
  readonly followUps?: (context: RunContext<Settings, State>) => readonly Command[]
  /** The code of what must be ended in the room's state of a run before the stage may be left, or undefined. */
  readonly unfinished?: (state: State) => string | undefined
  /** The exits that a stage with this activity may name, by name. */
  readonly exits?: Readonly<Record<string, AnyExit>>
  /** Shown to people who have not accepted the ground rules yet (GR2). */
  readonly beforeAffirmation?: true
}

/** A kind whose own types the registry has forgotten. */
export type AnyActivityKind = ActivityKind<unknown, unknown, RunEvent, { readonly type: string }, unknown>

/** Forgets a kind's own types, once it is in the registry. Its shapes stand guard at run time instead. */
export const asAny = <S, T, E extends RunEvent, C extends { readonly type: string }, V>(
  kind: ActivityKind<S, T, E, C, V>,
): AnyActivityKind => kind as unknown as AnyActivityKind

/** A run's context for judging an event of `space`, from that space's governing state alone. */
export function eventContext(
  governing: Governing,
  by: Seat,
  run: RunId,
  activity: ProcessActivity,
  proofs: Proofs,
): EventContext<unknown> {
  const { space, charter, roster, leaving, contributions, stage, runs, time } = governing
  const current = stage === undefined || runOf(stage, activity.id) === run
  const isOfThisKind = (other: string): boolean => activityOf(charter.process, other as RunId)?.kind === activity.kind
  const ofThisKind = (): readonly unknown[] =>
    Object.entries(runs).flatMap(([other, state]) => (isOfThisKind(other) ? [state] : []))
  const { settings } = activity
  return { space, by, charter, roster, leaving, time, run, settings, contributions, current, ofThisKind, proofs }
}
