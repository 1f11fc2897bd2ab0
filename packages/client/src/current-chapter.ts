import type { SpaceState } from '@antechamber/core'
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
