import type { RosterChange, SeatId } from '@antechamber/core'
import { ok, type Result } from '@antechamber/protocol'

/** The kind of an entry whose body is an event of the core, as JSON. */
export const CORE_EVENT = 1
/** The kind of an entry that says nothing but that its author's device was there and what it has seen (LG14). */
export const SEEN = 2
/** The kind of an entry by which a seat asks the keepers for a change of its devices (DV4). */
export const DEVICE_OFFER = 3
/** The kind of an entry by which a keeper's device tells a caucus who waits at its door (CH18). */
export const AT_DOOR = 4
/** The kind of an entry by which somebody helps a facilitator back who is alone (DV13). */
export const WAY_BACK = 5

/** What an envelope came to. */
export type Landing =
  | {
      readonly type: 'chapter'
      readonly by: SeatId
      readonly openedAt: number
      readonly changes: readonly RosterChange[]
    }
  /** `setAside`: for what the event says; its author's device was there all the same. */
  | { readonly type: 'entry'; readonly by: SeatId; readonly id: string; readonly setAside: string | undefined }
  /** `ref`: what events name them by; undefined for words that were taken out. */
  | { readonly type: 'words'; readonly ref: string | undefined }
  /** `opener`: the keeper who has signed it, for a header that is whole and breaks a rule. */
  | { readonly type: 'set-aside'; readonly reason: string; readonly opener?: SeatId }

/**
 * Why a space stops on this device: what the relay serves contradicts what was served or signed before.
 *
 * - `gap`: an envelope is missing, or the log does not begin with the chapter that let this device in (CH17)
 * - `bad-hash`: an envelope is not what its hash says
 * - `withheld`: something is missing that was no words, which alone can be withdrawn (LG12)
 * - `snapshot-differs`: a chapter starts from another state than the log leads to (CH7)
 * - `wrong-share`: the relay's share does not fit (CH6)
 * - `no-grant`: a chapter was opened without this device
 * - `charter-differs`: the space stands on another charter than this person has accepted, or seats them otherwise (GR6)
 * - `other-version`: a keeper's device has begun a chapter with another version of the software (CH20)
 * - `not-kept`: the device's own store failed; what the relay has is safe there
 */
export type StopCode =
  | 'gap'
  | 'bad-hash'
  | 'withheld'
  | 'snapshot-differs'
  | 'wrong-share'
  | 'no-grant'
  | 'charter-differs'
  | 'other-version'
  | 'not-kept'

/** An envelope that is not there any more, whatever it was. */
export const isMissing = (landing: Landing): boolean => landing.type === 'words' && landing.ref === undefined

export const setAside = (reason: string, opener?: SeatId): Result<Landing, StopCode> =>
  ok({ type: 'set-aside', reason, ...(opener && { opener }) })
