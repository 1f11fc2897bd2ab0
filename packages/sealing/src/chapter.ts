import { tagged } from '@antechamber/protocol'
import { deriveKey, taggedHash } from './hashing.ts'
import type { Random } from './random.ts'
import { type ChapterKey, type ContentKey, hideChapterKey, hideContentKey, KEY_BYTES, reveal } from './secrets.ts'

/** Where a chapter is: three ids of 16 bytes. */
export interface ChapterPlace {
  readonly dialogue: Uint8Array
  readonly space: Uint8Array
  readonly chapter: Uint8Array
}

/** What entries are sealed and opened with. Only a header that was made or verified here gives one. */
export interface OpenChapter {
  readonly place: ChapterPlace
  readonly headerHash: Uint8Array
  readonly key: ChapterKey
}

/** What a header binds CK and K to: neither AEAD commits to its key by itself. */
export interface Commitments {
  readonly commitCk: Uint8Array
  readonly commitK: Uint8Array
}

/** Draws 32 bytes. */
export const newContentKey = (random: Random): ContentKey => hideContentKey(random(KEY_BYTES))
/** The bytes of CK, for the device's own sealed store and nothing else. */
export const exportContentKey = (contentKey: ContentKey): Uint8Array => new Uint8Array(reveal(contentKey))
/** The CK that {@link exportContentKey} gave. Throws RangeError unless there are 32 bytes. */
export const importContentKey = (bytes: Uint8Array): ContentKey => hideContentKey(bytes)

/** K from CK and the relay's 32-byte share. Source: docs/spec/chapters.md, rule CH2. */
export const deriveChapterKey = (place: ChapterPlace, contentKey: ContentKey, share: Uint8Array): ChapterKey =>
  hideChapterKey(
    deriveKey(reveal(contentKey), share, tagged('chapter-key', place.dialogue, place.space, place.chapter)),
  )

/** The commitment to CK that stands in the header. */
export const commitToContentKey = (place: ChapterPlace, contentKey: ContentKey): Uint8Array =>
  taggedHash('commit-ck', place.space, place.chapter, reveal(contentKey))

/** The commitment to K that stands in the header. */
export const commitToChapterKey = (place: ChapterPlace, key: ChapterKey): Uint8Array =>
  taggedHash('commit-k', place.space, place.chapter, reveal(key))
