import type { Command, DialogueView, SeatId } from '@antechamber/core'
import type { Pending } from './command-queue.ts'
import type { DeviceNews } from './device-watch.ts'
import type { FailureCode } from './errors.ts'
import type { InvitationView } from './invitation-view.ts'
import type { StopCode } from './landing.ts'
import type { DialogueRecord, Phase } from './records.ts'

/** What a person asks of the engine rather than of the dialogue; most of it is for facilitators. */
export type HostCommand =
  | { readonly type: 'admit'; readonly invitation: string }
  /** Lets several people in at once, which costs everybody's device much less than one after the other. */
  | { readonly type: 'admit-all'; readonly invitations: readonly string[] }
  | { readonly type: 'decline'; readonly invitation: string }
  | { readonly type: 'revoke'; readonly invitation: string }
  | { readonly type: 'remove'; readonly seat: SeatId }
  /** Adds a device of this person's own that has come by a code. */
  | { readonly type: 'accept-device'; readonly invitation: string }
  | { readonly type: 'decline-device'; readonly invitation: string }
  /** Takes another device of this person's own out, known by its root key. */
  | { readonly type: 'drop-device'; readonly root: string }
  /** Participants: says yes to a facilitator's device that has come by an invitation to help them back (DV13). */
  | { readonly type: 'let-back'; readonly invitation: string }
  | { readonly type: 'decline-back'; readonly invitation: string }

/** Whatever a person may ask. */
export type AnyCommand = Command | HostCommand

/** Something that a person must be told beside the dialogue itself. */
export type Notice =
  | { readonly code: 'stopped'; readonly space: string; readonly why: StopCode }
  /** This person's device says that the relay has shown it another log; what it sent does not count here. */
  | { readonly code: 'fork'; readonly space: string; readonly by: SeatId }
  /** A facilitator's device has tried to bring somebody into a caucus whom nobody of the side had said yes to; it was refused (CH18). */
  | { readonly code: 'planted'; readonly space: string; readonly by: SeatId }
  /** Somebody's devices have changed (DV5). */
  | ({ readonly code: 'devices' } & DeviceNews)
  /** Nobody else's device has been heard of for a day: what is shown may be an old state (LG15). */
  | { readonly code: 'unconfirmed' }
  | { readonly code: 'refused'; readonly id: string; readonly why: string; readonly command: AnyCommand }
  | { readonly code: 'failed'; readonly why: FailureCode }

/** How a leg stands on this device. */
export interface LegStatus {
  readonly with: SeatId
  /** What is said goes out now; otherwise it waits, on this device, until it can. */
  readonly isLive: boolean
  /** Nothing comes or goes any more: the other person has ended it, or it has stopped, as a space does. */
  readonly isOver: boolean
  /** How much the other has said since this person last looked. */
  readonly unread: number
}

/** One of this person's devices. */
export interface OwnDevice {
  readonly root: string
  readonly isThis: boolean
}

/**
 * A dialogue as one device shows it now.
 *
 * - `phase`: founding, waiting for admission, inside, declined, or leaving
 * - `isLive`: connected, with everything there is; otherwise what is shown may be behind
 * - `view`: undefined until the room can be read
 * - `isShutOut`: the relay lets this device in no more: removed, or the dialogue is over
 */
export interface DialogueStatus {
  readonly local: string
  readonly phase: Phase
  readonly isLive: boolean
  readonly isShutOut: boolean
  readonly record: Pick<DialogueRecord, 'charter' | 'role' | 'side' | 'name' | 'language' | 'seat' | 'purpose'>
  readonly view: DialogueView | undefined
  /** What is shown comes from this device's own store, without the relay; when it was last connected, ms since the epoch (ST24). */
  readonly readSince: number | undefined
  readonly pending: readonly Pending<AnyCommand>[]
  readonly invitations: readonly InvitationView[]
  /** Codes for further devices of this person, and who has come by them. */
  readonly codes: readonly InvitationView[]
  /** The facilitator who keeps the room alone, whom this participant could help back (DV13); undefined where nobody does. */
  readonly alone: SeatId | undefined
  /** Invitations by which this participant helps them back, and who has come by them. */
  readonly rescues: readonly InvitationView[]
  /** This person's own devices in the room, in the order in which they came. */
  readonly devices: readonly OwnDevice[]
  /** This device keeps a recovery code that has not been written down yet. */
  readonly hasCode: boolean
  /** This device facilitates alone: it invites nobody to a side before its recovery code is on paper (DV8). */
  readonly needsCode: boolean
  /** This person's legs, as far as this device alone knows how they stand. */
  readonly legs: readonly LegStatus[]
  /** The safety words of those who wait at the door of this person's caucus; worked out as soon as they are there. */
  readonly doorWords: ReadonlyMap<SeatId, readonly string[]>
  readonly notices: readonly Notice[]
}
