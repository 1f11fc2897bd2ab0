/**
 * What a device keeps: named records, one atomic write at a time. Values are already sealed under the device's key;
 * names are ids and counters, never words that a person chose. Source: docs/spec/store.md.
 */
export interface Store {
  /** The record of that name, or undefined. */
  readonly get: (name: string) => Promise<Uint8Array | undefined>
  /** Records whose name starts with `prefix`, in the order of their names (by UTF-16 code unit). */
  readonly list: (prefix: string) => Promise<readonly StoredRecord[]>
  /**
   * Writes all changes or none; `bytes` undefined deletes. Once it resolves, a killed process loses nothing of it.
   * Throws {@link StoreError}.
   */
  readonly write: (changes: readonly StoreChange[]) => Promise<void>
  /** Deletes everything, as far as the platform can. */
  readonly wipe: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface StoredRecord {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface StoreChange {
  readonly name: string
  readonly bytes: Uint8Array | undefined
}

/**
 * The device could not keep or read something. `busy`: another window or process has the store open. `other-format`: what
 * is there was written by another version of the product; nothing is broken.
 */
export class StoreError extends Error {
  readonly code: 'full' | 'busy' | 'unavailable' | 'damaged' | 'other-format'
  constructor(code: StoreError['code'], cause?: unknown) {
    super(code, { cause })
    this.code = code
  }
}

/** One WebSocket, as both Node and browsers have it. Frames are binary. */
export interface Socket {
  readonly send: (frame: Uint8Array) => void
  readonly close: () => void
}

export interface SocketEvents {
  readonly opened: () => void
  readonly received: (frame: Uint8Array) => void
  /** Called once, whatever ended it, also when it never opened. */
  readonly closed: () => void
}

/** Opens a WebSocket to `url` (ws: or wss:). Never throws: what fails is told by `closed`. */
export type OpenSocket = (url: string, events: SocketEvents) => Socket

/** What the engine needs of the world around it. */
export interface Platform {
  readonly store: Store
  /** AES-256-GCM key under which the store's vault key is sealed. */
  readonly deviceKey: CryptoKey
  /** Whoever facilitates here must have set a passphrase (ST21). */
  readonly demandsPassphrase: boolean
  readonly openSocket: OpenSocket
  readonly fetch: typeof globalThis.fetch
  /** ms since the epoch. */
  readonly now: () => number
  /** Calls back once after `ms`; the function that it returns cancels it. */
  readonly after: (ms: number, call: () => void) => () => void
  readonly random: (length: number) => Uint8Array
}
