import type {
  Access,
  Envelope,
  Grant,
  LogItem,
  Receipt,
  RegrantedChapter,
  Result,
  SealingKeyRecord,
} from '@antechamber/protocol'

/** Ids of spaces, devices, chapters, envelopes and invitations: 16 bytes. The relay gives them no further meaning. */
export type Id = Uint8Array

/** An envelope as it comes in: its clear fields, its bytes, and their SHA-256. */
export interface IncomingEnvelope {
  readonly kind: Envelope['kind']
  readonly id: Id
  readonly chapter: Id
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

/** Who may open a space: whoever knows a desk's secret, or, once, whom an invitation is for. */
export type Permit =
  | { readonly type: 'desk'; readonly secretHash: Uint8Array }
  | { readonly type: 'invitation'; readonly invitation: Id; readonly ticketHash: Uint8Array }

export interface SpaceOpening {
  readonly permit: Permit
  readonly space: Id
  readonly device: Id
  readonly loginKey: Uint8Array
  /** Milliseconds since the epoch, as all times here. From then on the space does not exist. */
  readonly retainUntil: number
  readonly now: number
}

export interface EntryAppend {
  readonly space: Id
  /** Checked against the access list and then forgotten: no author is stored (WR14). */
  readonly device: Id
  readonly envelope: IncomingEnvelope
}

/** `fresh` is false when the same envelope was there already, under `n`. */
export interface Appended {
  readonly n: number
  readonly fresh: boolean
}

export interface ChapterBatch {
  readonly space: Id
  readonly device: Id
  readonly header: IncomingEnvelope
  /** The head that the sender had seen, and its log hash. */
  readonly head: number
  readonly headHash: Uint8Array
  readonly grants: readonly Grant[]
  readonly admit: readonly Access[]
  readonly remove: readonly Id[]
  readonly keys: readonly SealingKeyRecord[]
  /** What the space's `wayBack` must be for this batch, where its permit has been found good (WR28). */
  readonly permitted?: Uint8Array
}

export interface PageRequest {
  readonly space: Id
  readonly device: Id
  /** Items with a greater number are read. */
  readonly after: number
  readonly maxItems: number
  /** Sum of the envelopes' lengths; the first item comes whatever its length. */
  readonly maxBytes: number
}

export interface LogPage {
  readonly head: number
  readonly items: readonly LogItem[]
}

export interface ChapterPage {
  /** The number of its header. */
  readonly first: number
  /** That of the header behind it; none while it is the current one. */
  readonly next: number | undefined
  readonly items: readonly LogItem[]
}

export interface Reservation {
  readonly space: Id
  readonly device: Id
  readonly chapter: Id
  /** The shred share, sealed outside the storage (CH4). */
  readonly sealedShare: Uint8Array
  /** The id of the key that it is sealed under. */
  readonly shareKey: Uint8Array
  readonly now: number
}

/** What a sweep deleted: which spaces, and how many of the others. */
export interface Swept {
  /** Whether shares have been purged, now or earlier, since `settleRenewal` was last called (CH4). */
  readonly owesRenewal: boolean
  readonly spaces: readonly Id[]
  readonly reservations: number
  readonly invitations: number
}

/** What became of an invitation, told as a refusal. */
export type InvitationEnd = 'expired' | 'used' | 'declined' | 'revoked'

/**
 * The logs of all spaces. Each call is one atomic step; when its promise resolves, what it did is durable.
 *
 * Every method rejects with {@link StorageFullError} when the disk is full and with {@link StorageError} when the
 * storage fails otherwise; in both cases nothing was changed. One exception: a database server that is lost in the midst
 * of a commit leaves open whether it was made. Whatever is asked again is answered as if it had been asked once.
 */
export interface EnvelopeStore {
  /** Asked twice with the same values it answers as the first time, while the space is still empty. */
  openSpace(opening: SpaceOpening): Promise<Result<void, 'not-found' | 'exists' | InvitationEnd>>
  append(append: EntryAppend): Promise<Result<Appended, 'not-found' | 'stale-chapter' | 'exists' | 'space-full'>>
  batch(batch: ChapterBatch): Promise<Result<Appended, BatchRefusal>>
  /** Nothing from before the device's `since` (WR18), and nothing that came after it was found on the list. */
  read(request: PageRequest): Promise<Result<LogPage, 'not-found'>>
  /** The envelopes of a chapter and the header behind it, for a device that may read that chapter (WR26). */
  readChapter(request: PageRequest & { readonly chapter: Id }): Promise<Result<ChapterPage, 'not-found'>>
  /** `stale-key`: the share is sealed under another key than the one that `findShareKey` tells. */
  /**
   * Takes words out and leaves their hash; once more is as once. `not-found`: no words of that id, or nothing that this
   * device may read.
   */
  withdraw(withdrawal: InSpace & { readonly id: Id }): Promise<Result<void, 'not-found'>>
  reserve(reservation: Reservation): Promise<Result<void, 'not-found' | 'too-many' | 'stale-key'>>
  /**
   * Notes that this device asks for all up to and with a chapter to be destroyed, and does it once a keeper and, where one
   * may, another has asked (WR23): their envelopes leave their hashes, shares and grants go. `not-found`: no such chapter,
   * or not this device's; `forbidden`: the current one.
   */
  destroy(
    wanted: InSpace & { readonly chapter: Id; readonly now: number; readonly backupsUntil: number },
  ): Promise<Result<{ readonly isDone: boolean }, 'not-found' | 'forbidden'>>
  /** What was destroyed of a space, or the space itself, oldest first; nothing for one that never was. */
  receipts(of: { readonly space: Id }): Promise<readonly Receipt[]>
  /** Purges spaces whose date has come, reservations and invitations that are over. Cost: the rows deleted. */
  sweep(at: { readonly now: number; readonly backupsUntil?: number }): Promise<Swept>
  close(): Promise<void>
}

export type BatchRefusal = 'not-found' | 'head-moved' | 'forbidden' | 'exists' | 'too-many' | 'space-full'

/** One device's place in one space. */
export interface Entrance {
  readonly loginKey: Uint8Array
  readonly head: number
  readonly headHash: Uint8Array
  /** The first envelope that concerns this device: 1 for the opener, else that of the batch that put it on the list (WR18). */
  readonly since: number
}

export interface InSpace {
  readonly space: Id
  readonly device: Id
}

/** Who may enter a space, and what each device needs to read it. Rejects as {@link EnvelopeStore} does. */
export interface RosterStore {
  enter(at: InSpace): Promise<Result<Entrance, 'not-found'>>
  isKeeper(at: InSpace): Promise<boolean>
  /** Says whose permit brings a device in without a keeper, or that nobody's does (WR28). */
  setWayBack(
    wanted: InSpace & { readonly wayBack: Uint8Array | undefined },
  ): Promise<Result<void, 'not-found' | 'forbidden'>>
  /** How far the logs of these spaces go; a space that is no more is not in the answer. */
  heads(of: { readonly spaces: readonly Id[] }): Promise<readonly { readonly space: Id; readonly head: number }[]>
  /** Keeps the device's newest key. `exists`: an older number, or another key under the same one. */
  publishKey(publication: InSpace & { readonly key: SealingKeyRecord }): Promise<Result<void, 'not-found' | 'exists'>>
  /** The newest sealing key of each device that has one, in no particular order. */
  keys(at: InSpace): Promise<Result<readonly SealingKeyRecord[], 'not-found'>>
  /** The chapter's sealed share, and the device's own grant if there is one; nothing of a chapter from before `since`. */
  grant(
    request: InSpace & { readonly chapter: Id },
  ): Promise<Result<{ readonly sealedShare: Uint8Array; readonly grant: Grant | undefined }, 'not-found'>>
}

/** Keys of chapters that a device gives to another after they were opened (WR25). Rejects as {@link EnvelopeStore} does. */
export interface RegrantStore {
  /**
   * Keeps one grant of this device for another; a later one of the same device takes its place. `not-found`: no such
   * chapter, or one that this device may not read, or the other is not on the list; `exists`: that one has its own grant.
   */
  regrant(
    given: InSpace & { readonly chapter: Id; readonly grant: Grant },
  ): Promise<Result<void, 'not-found' | 'exists' | 'too-many' | 'space-full'>>
  /** What the device `of` was given, of chapters that the asker may read and that begin behind `after`, oldest first. */
  regrants(
    request: InSpace & { readonly of: Id; readonly after: number },
  ): Promise<Result<readonly RegrantedChapter[], 'not-found'>>
  /** The share of a chapter that this device was given, and what it was given; `not-found` where it was given none. */
  regranted(
    request: InSpace & { readonly chapter: Id },
  ): Promise<Result<{ readonly sealedShare: Uint8Array; readonly grants: readonly Grant[] }, 'not-found'>>
  /** Deletes what this device was given of a chapter. */
  dropRegrants(request: InSpace & { readonly chapter: Id }): Promise<Result<void, 'not-found'>>
}

/** A chapter's share as it is stored. */
export interface SealedShare {
  readonly space: Id
  readonly chapter: Id
  readonly sealedShare: Uint8Array
}

/** All shares, for sealing them again under another key. Rejects as {@link EnvelopeStore} does. */
export interface ShareStore {
  /** The id of the key that shares are sealed under; none before the first is. */
  findShareKey(all: Record<string, never>): Promise<Uint8Array | undefined>
  /**
   * Makes `to` the key that shares are sealed under, if it was `from` until now: what is reserved from here on is sealed
   * under it, and what was reserved before is in the list. False when it was another one, and is still.
   */
  moveShareKey(move: { readonly from: Uint8Array | undefined; readonly to: Uint8Array }): Promise<boolean>
  /** The next shares in the order of space and chapter, reserved ones included. */
  listShares(page: {
    readonly after: Pick<SealedShare, 'space' | 'chapter'> | undefined
    readonly limit: number
  }): Promise<readonly SealedShare[]>
  /**
   * Puts sealed shares in the place of those that are there; what is not there stays away. False, and nothing is done,
   * when another key than `shareKey` has become the one that shares are sealed under.
   */
  replaceShares(renewed: { readonly shareKey: Uint8Array; readonly shares: readonly SealedShare[] }): Promise<boolean>
  /** Says that every share has been sealed again since the last sweep, under this key. */
  settleRenewal(all: { readonly shareKey: Uint8Array }): Promise<void>
  /**
   * Takes the work that one process at a time does, until then. False while another process has it. One that has it
   * takes it again, or with `until` = `now` gives it back.
   */
  takeUpkeep(lease: { readonly holder: Id; readonly now: number; readonly until: number }): Promise<boolean>
}

export interface NewInvitation extends InSpace {
  readonly invitation: Id
  readonly expiresAt: number
  /** SHA-256 of what a joiner has to show (IN10). */
  readonly ticketHash: Uint8Array
  readonly record: Uint8Array
}

/** How a keeper may close an invitation. */
export type ClosedState = 'admitted' | 'declined' | 'revoked'

/** An invitation as it stands in the storage; that its time is over is for the reader of the clock to say. */
export interface Invitation {
  readonly state: 'open' | 'waiting' | ClosedState
  readonly expiresAt: number
  readonly record: Uint8Array
}

/** Invitations and the joins left at them. Rejects as {@link EnvelopeStore} does. */
export interface InvitationStore {
  /** Asked twice with the same values it answers as the first time. */
  invite(invitation: NewInvitation): Promise<Result<void, 'not-found' | 'forbidden' | 'exists' | 'too-many'>>
  findInvitation(wanted: { readonly invitation: Id }): Promise<Result<Invitation, 'not-found'>>
  /** The space whose keepers are to be told. The same join left twice is kept once. A wrong ticket is `not-found`. */
  join(join: {
    readonly invitation: Id
    readonly ticketHash: Uint8Array
    readonly body: Uint8Array
    readonly now: number
  }): Promise<Result<{ readonly space: Id }, 'not-found' | 'too-many' | InvitationEnd>>
  /** The joins, oldest first; none once the invitation is closed. */
  joins(
    request: InSpace & { readonly invitation: Id },
  ): Promise<Result<readonly Uint8Array[], 'not-found' | 'forbidden'>>
  closeInvitation(
    request: InSpace & { readonly invitation: Id; readonly state: ClosedState },
  ): Promise<Result<void, 'not-found' | 'forbidden' | InvitationEnd>>
}

/** The hashes of desk secrets, and what their links begin with. Rejects as {@link EnvelopeStore} does. */
export interface DeskStore {
  addDesk(desk: { readonly secretHash: Uint8Array; readonly now: number }): Promise<void>
  hasDesk(desk: { readonly secretHash: Uint8Array }): Promise<boolean>
  countDesks(all: Record<string, never>): Promise<number>
  /** Deletes all; how many there were. */
  revokeDesks(all: Record<string, never>): Promise<number>
  /** Keeps where the relay is reached, for links that are made while it runs elsewhere. */
  putOrigin(at: { readonly origin: string }): Promise<void>
  /** Undefined when no relay has been started on this storage. */
  findOrigin(all: Record<string, never>): Promise<string | undefined>
}

/** What a storage is opened with, in a test of what is full. */
export interface SpaceLimits {
  /** In the place of MAX_SPACE_BYTES. */
  readonly maxSpaceBytes?: number
}

/** All that a relay keeps, from one database. */
export interface Storage {
  readonly envelopes: EnvelopeStore
  readonly roster: RosterStore
  readonly regrants: RegrantStore
  readonly shares: ShareStore
  readonly invitations: InvitationStore
  readonly desks: DeskStore
}

/** The storage failed; nothing was changed. The message says no more than the database's own code. */
export class StorageError extends Error {
  override readonly name: string = 'StorageError'
}

/** There is no room left; nothing was changed, and what was there is still there. */
export class StorageFullError extends StorageError {
  override readonly name: string = 'StorageFullError'
}

/** The database cannot be opened: `newer`: a later version of the relay wrote it; `unreadable`: no database, or no access. */
export class StorageOpenError extends StorageError {
  override readonly name: string = 'StorageOpenError'
  readonly reason: 'newer' | 'unreadable'
  constructor(reason: StorageOpenError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}
