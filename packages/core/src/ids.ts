declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** Ids are 16 random bytes in unpadded base64url: 22 characters. */
export type DialogueId = Branded<string, 'DialogueId'>
export type SeatId = Branded<string, 'SeatId'>
export type ContributionId = Branded<string, 'ContributionId'>
export type RestatementId = Branded<string, 'RestatementId'>
export type LineId = Branded<string, 'LineId'>

/** A side's id within its dialogue: a short word of the convenor's device, never a name. */
export type SideId = Branded<string, 'SideId'>

/** One run of an activity: `<stage>/<activity>#<visit of the stage, from 1>`. */
export type RunId = Branded<string, 'RunId'>

/** Milliseconds since 1970-01-01T00:00Z, told by the shell. The core never reads a clock. */
export type Millis = Branded<number, 'Millis'>
