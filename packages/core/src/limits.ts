/**
 * What a chapter's header has room for, in bytes of UTF-8: a snapshot, and what `client` writes around it. The core
 * may not ask `sealing` for its MAX_SNAPSHOT_BYTES; a test of `client` compares the two.
 */
export const HEADER_ROOM_BYTES = 261_817

/**
 * How large what governs a space may become (DG13), so that the next chapter's header always has room for it: by what
 * people do in activities; with those whom a chapter lets in; and the charter alone. What is left above that is for
 * accepting the rules, leaving, entering stages and taking people out, which no size forbids.
 */
export const MAX_GOVERNING_BYTES = 200_000
export const MAX_ADMITTING_BYTES = 240_000
export const MAX_CHARTER_BYTES = 100_000

/** What is kept free for one chapter that begins, and for one device that has to say that it has deleted something. */
export const CHAPTER_BYTES = 126
export const OWING_BYTES = 30

/** Most people in one space. */
export const MAX_SEATS = 200
