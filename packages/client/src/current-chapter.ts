import type { SpaceState } from '@antechamber/core'
import { ENTRY, ENVELOPE_KIND_AT, type Envelope, WORDS } from '@antechamber/protocol'
import type { OpenChapter } from '@antechamber/sealing'

/** What holds while one chapter is current. */
export interface Current {
  readonly chapter: OpenChapter
  /** The number of its header, and the log hashes from there on: an entry names no place before it (LG6). */
  readonly first: number
  readonly hashes: Uint8Array[]
  readonly openedAt: number
  readonly stage: string | undefined
  readonly counters: Map<string, number>
  /** Of the entries that have come in this chapter, by device and entry id: a late joiner knows no others. */
  readonly entryIds: Set<string>
  /** What the words that have come in this chapter are named by. */
  readonly words: Set<string>
  entries: number
}

/** The stage and visit that a space's state is in; undefined in spaces that know none. */
export const stageOf = ({ governing: { stage } }: SpaceState): string | undefined =>
  stage && `${stage.stage}#${stage.visits[stage.stage] ?? 0}`

/** Which of the two ways its hash is chained: by the byte that says so, whether or not the rest is what it should be. */
export const chainedAs = (envelope: Uint8Array): Envelope['kind'] =>
  envelope[ENVELOPE_KIND_AT] === WORDS ? WORDS : ENTRY

/** Names an entry by its device and its id. */
export const entryKey = (device: string, entryId: string): string => `${device} ${entryId}`
