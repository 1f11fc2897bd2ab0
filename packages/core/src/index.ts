export type { Clearance } from './activities/brief/clearance.ts'
export type { BriefCommand } from './activities/brief/decide.ts'
export type { BriefView, LineView } from './activities/brief/view.ts'
export type { GroundRulesView } from './activities/ground-rules/view.ts'
export type { MirroringCommand } from './activities/mirroring/decide.ts'
export type { Verdict } from './activities/mirroring/events.ts'
export type {
  Answered,
  Confirmed,
  MirroringView,
  ShownRestatement,
  ToJudge,
  ToRestate,
} from './activities/mirroring/view.ts'
export type { RoundCommand } from './activities/round/decide.ts'
export { secretsKeptIn } from './activities/round/events.ts'
export type { RoundView } from './activities/round/view.ts'
export type { Addressed, AnyActivityKind, Facts, Proofs, Refusal, World } from './activity.ts'
export { beginChapter, type Opening, openChapter } from './chapters.ts'
export { type Charter, type Confidentiality, charterShape, SIDE_MARKS, type Side, type SideMark } from './charter.ts'
export { type Command, decide, type RunCommand, type StageCommand } from './decide.ts'
export type { DestructionCommand } from './destruction/decide.ts'
export { DELAY_MS } from './destruction/effect.ts'
export { type ChapterMark, MAX_CHAPTERS } from './destruction/events.ts'
export { owedBy } from './destruction/evolve.ts'
export type { AskedView, DestroyedView, DestructionView, Extent, Visit } from './destruction/view.ts'
export { deviceSubject, type UnsignedChange } from './devices.ts'
export { type ShownContribution, type ShownOrigin, SMALLEST_GROUP } from './disclosure.ts'
export { type AtDoor, type DoorCommand, type DoorView, isCountersigned, type Stranger } from './door.ts'
export type { ContributionId, DialogueId, LineId, Millis, RestatementId, RunId, SeatId, SideId } from './ids.ts'
export { isLegCommand, type LegCommand, legWith } from './leg/decide.ts'
export type { LegView, Spoke } from './leg/view.ts'
export { HEADER_ROOM_BYTES } from './limits.ts'
export type { NamedChapter, PastChapterCommand, PastChaptersView } from './past-chapters/decide.ts'
export { isPastFor, type PastChapter } from './past-chapters/events.ts'
export { type ChapterName, namesOf } from './past-chapters/names.ts'
export { readPastChapter } from './past-chapters/read.ts'
export { loadProcess, type Process, type ProcessFault, type Stage, type Texts } from './process.ts'
export { type ActivityCommand, type ActivityView, KNOWN_PARTS } from './registry.ts'
export { applyRosterChanges, type Entry, replay } from './replay.ts'
export { err, ok, type Result } from './result.ts'
export {
  type Device,
  type DeviceChange,
  deviceChangeShape,
  isKeeper,
  MAX_DEVICES,
  MAX_NAME_CHARS,
  type Role,
  type Roster,
  type RosterChange,
  type Seat,
  seatOf,
  seatOfDevice,
  seatShape,
} from './roster.ts'
export { type EndedKey, type RoundKey, type RoundSecret, roundSecretShape } from './round-key.ts'
export { labelOfRun } from './run.ts'
export { readSnapshot, writeSnapshot } from './snapshot.ts'
export {
  caucusOf,
  legOf,
  pairOf,
  type SpaceKind,
  type SpaceName,
  sideOf,
  sideShape,
  spaceKind,
  spaceShape,
} from './space.ts'
export { MAX_REASON_CHARS } from './stage-events.ts'
export type { Attribution, Contribution, ContributionKind, Governing, SpaceState } from './state.ts'
export { newSpace, unread } from './state.ts'
export { cleanText, type WordsRef, withWords, wordsNamedIn } from './texts.ts'
export {
  type DialogueView,
  type FacilitatorTable,
  followUps,
  type PastVisit,
  type Person,
  type RunView,
  type StageView,
  view,
} from './view.ts'
export { visibleText } from './visible-text.ts'
export {
  type FirstSight,
  type Helper,
  hasHelpers,
  isByHelpers,
  loneKeeper,
  refuseWayBack,
  returnedIn,
  returnedShape,
  wayBackSubject,
  withDevicesOf,
} from './way-back.ts'
