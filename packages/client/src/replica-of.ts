import type { Helper, SeatId, SpaceName } from '@antechamber/core'
import type { ContentKey, HeaderFacts, SigningKey } from '@antechamber/sealing'
import type { Notes } from './notes.ts'

/** The two halves of a chapter's key, or why there are not both. */
export type ChapterKeys = { readonly contentKey: ContentKey; readonly share: Uint8Array } | undefined
/** `gone`: the relay has no share of that chapter any more. */
export type FindKeys = (chapter: Uint8Array, facts: HeaderFacts) => Promise<ChapterKeys | 'gone'>

export interface ReplicaOf {
  readonly dialogue: Uint8Array
  readonly space: Uint8Array
  readonly name: SpaceName
  readonly me: SeatId
  /** This device's pseudonym in the space. */
  readonly device: string
  /** This device's root key: it opens what this device has sealed for a round. */
  readonly root: SigningKey
  /** Root keys, base64url, whose word is taken for the first chapter that this device can read. */
  readonly trustedRoots: readonly string[]
  /** Those who help this device in, where nobody keeps the space beside its own seat (DV12). */
  readonly helpers?: readonly Helper[]
  /** In a caucus: root keys of all who facilitate in the room, as this device reads it. Their word is taken for that too. */
  readonly facilitators?: () => readonly string[]
  /** Root keys of the space's keepers as this device last knew them; empty where it has known none. Filled before it begins. */
  readonly keepers?: ReadonlySet<string>
  /** The hashes of headers that this device has verified and begins again at, behind what it has deleted; by number. */
  readonly resumes?: ReadonlyMap<number, string>
  /** Is given what comes sealed to a key, and may be a note to this device (LE4). */
  readonly notes?: Notes
}
