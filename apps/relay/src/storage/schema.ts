import type { Invitation } from './ports.ts'

/**
 * The tables, for SQLite and PostgreSQL alike: bytes and whole numbers, every key led by what a space's rows are
 * spread over machines by. No table says who wrote an envelope (WR14).
 */
export interface Schema {
  readonly spaces: {
    readonly space: Uint8Array
    readonly retain_until: number
    readonly head: number
    readonly head_hash: Uint8Array
    /** Of all envelopes and grants that were ever stored for it. */
    readonly bytes: number
    /** 1 if an invitation opened it, 0 if a desk did. */
    readonly invited: number
    /** The current chapter; none before the first batch. */
    readonly chapter: Uint8Array | null
    /** Whose permit brings a device in without a keeper (WR28); none where nobody's does. */
    readonly way_back: Uint8Array | null
  }
  readonly envelopes: {
    readonly space: Uint8Array
    readonly n: number
    readonly id: Uint8Array
    readonly hash: Uint8Array
    /** None once it is withdrawn: the hash stays. */
    readonly envelope: Uint8Array | null
  }
  readonly chapters: {
    readonly space: Uint8Array
    readonly chapter: Uint8Array
    readonly sealed_share: Uint8Array
    readonly reserved_at: number
    /** The number of its header; none while it is only reserved. */
    readonly first: number | null
    /** 1 once a keeper, and once another, has asked that all up to it be destroyed; else 0. */
    readonly asked_by_keeper: number
    readonly asked_by_other: number
  }
  readonly access: {
    readonly space: Uint8Array
    readonly device: Uint8Array
    readonly login_key: Uint8Array
    /** 1 or 0: SQLite has no truth values. */
    readonly keeper: number
    /** The first envelope that concerns this device. */
    readonly since: number
  }
  readonly grants: {
    readonly space: Uint8Array
    readonly chapter: Uint8Array
    readonly device: Uint8Array
    readonly sealed: Uint8Array
  }
  /** Grants that a device has made for another after the chapter was opened; of the sender it is kept that each has one. */
  readonly regrants: {
    readonly space: Uint8Array
    readonly chapter: Uint8Array
    readonly device: Uint8Array
    readonly sender: Uint8Array
    readonly sealed: Uint8Array
  }
  readonly sealing_keys: {
    readonly space: Uint8Array
    readonly device: Uint8Array
    readonly number: number
    readonly record: Uint8Array
  }
  readonly invitations: {
    readonly invitation: Uint8Array
    readonly space: Uint8Array
    readonly state: Invitation['state']
    readonly expires_at: number
    readonly ticket_hash: Uint8Array
    readonly record: Uint8Array
    /** The space that was opened by it. */
    readonly opened: Uint8Array | null
  }
  readonly joins: {
    readonly invitation: Uint8Array
    readonly position: number
    readonly body: Uint8Array
  }
  readonly desks: {
    readonly secret_hash: Uint8Array
    readonly made_at: number
  }
  /** What was destroyed of a space, under the SHA-256 of its id: of one that was purged not even the id is left. They outlive it for a while. */
  readonly receipts: {
    readonly space: Uint8Array
    readonly position: number
    /** None: the whole space. */
    readonly chapter: Uint8Array | null
    readonly up_to: number
    readonly destroyed_at: number
    readonly backups_until: number
    readonly forget_at: number
  }
  readonly migrations: {
    readonly number: number
    readonly made_at: number
  }
  /** One row that each sweep writes to: a write that shows whether there is room. */
  readonly sweeps: {
    readonly id: number
    readonly swept_at: number
  }
  /** One row: what the relay remembers of itself. */
  readonly relay: {
    readonly id: number
    /** 1 from a purge until every share has been sealed again, else 0. */
    readonly owes_renewal: number
    /** Where it was reached when it last ran. */
    readonly origin: string | null
    /** The id of the key that shares are sealed under. */
    readonly share_key: Uint8Array | null
    /** The process that does the work that one does at a time, and until when; 0 when none does. */
    readonly upkeep_by: Uint8Array | null
    readonly upkeep_until: number
  }
}

/** Tables whose rows belong to one space and go when it goes: the space itself first, so that nobody adds to it. */
export const SPACE_TABLES = ['spaces', 'envelopes', 'grants', 'regrants', 'chapters', 'access', 'sealing_keys'] as const
