import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { equalBytes, SHARE_BYTES, tagged } from '@antechamber/protocol'
import type { SealedShare, ShareStore } from './storage/ports.ts'

export const SHARE_KEY_BYTES = 32
export const SHARE_KEY_ID_BYTES = 8
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1
const HEAD_BYTES = 1 + SHARE_KEY_ID_BYTES + NONCE_BYTES

/** How old the key may become before the shares are sealed again under another one. */
export const KEY_AGE_MS = 7 * 24 * 60 * 60 * 1000
/** Shares that are sealed again in one step of the storage. */
const RENEW_AT_ONCE = 500

/** A key that shares at rest are sealed under. It is kept outside the database (CH4). */
export interface ShareKey {
  readonly id: Uint8Array
  readonly key: Uint8Array
  /** Milliseconds since the epoch. */
  readonly madeAt: number
}

/** Where the keys are kept: newest first, and more than one only while shares are being sealed again. */
export interface KeyKeeper {
  /** At least one. */
  load(): readonly ShareKey[]
  /**
   * Puts keys in the place of those that are known; false, and nothing is done, when others are kept meanwhile. Durable
   * once it returns; what it replaces is overwritten.
   */
  replace(known: readonly ShareKey[], fresh: readonly ShareKey[]): boolean
}

/** A sealed share does not open, or cannot be made: another key than the one that it needs, or a damaged database. */
export class ShareError extends Error {
  override readonly name = 'ShareError'
}

/** Another process has begun to seal all shares again: this one's renewal is over, and nothing is lost. */
export class RenewalOverError extends Error {
  override readonly name = 'RenewalOverError'
}

/** Seals shred shares for the storage, bound to their place, and opens them again. */
export interface ShareVault {
  /** version 1 · key id 8 · nonce 12 · AES-256-GCM ciphertext 32 · tag 16. */
  seal(space: Uint8Array, chapter: Uint8Array, share: Uint8Array): Uint8Array
  /** Asks for the keys again if it does not know the one it needs. Throws {@link ShareError}. */
  open(space: Uint8Array, chapter: Uint8Array, sealed: Uint8Array): Uint8Array
  /**
   * Seals from now on under the key that the storage names; where it names none, it is told the newest. Rejects with
   * {@link ShareError} when that key is not kept here: then these keys are not those of this storage.
   */
  agree(shares: ShareStore): Promise<void>
  /** Whether the key has had its time, or an earlier renewal was cut off; as it is kept now, by whomever. */
  isDue(now: number): boolean
  /**
   * Seals every share again under a fresh key and destroys the old one: what was deleted from the database is from then
   * on unreadable in its old copies too. Then it is settled. One at a time; of two processes one gets a
   * {@link RenewalOverError}. Cost: one write a share. Rejects as the storage and the keeper do, and may then be called
   * again.
   */
  renew(shares: ShareStore, now: number): Promise<void>
}

/** A fresh random share. */
export const drawShare = (): Uint8Array => new Uint8Array(randomBytes(SHARE_BYTES))

export const drawShareKey = (now: number): ShareKey => ({
  id: new Uint8Array(randomBytes(SHARE_KEY_ID_BYTES)),
  key: new Uint8Array(randomBytes(SHARE_KEY_BYTES)),
  madeAt: now,
})

/** Whether these are the same keys in the same order. */
export const areSame = (some: readonly ShareKey[], others: readonly ShareKey[]): boolean =>
  some.length === others.length && some.every(({ id }, i) => equalBytes(id, others[i]?.id ?? new Uint8Array()))

/** Keys that are gone when the process ends. */
export function memoryKeys(now: number): KeyKeeper {
  let keys: readonly ShareKey[] = [drawShareKey(now)]
  return {
    load: () => keys,
    replace: (known, fresh) => {
      if (!areSame(keys, known)) return false
      keys = fresh
      return true
    },
  }
}

function sealUnder({ id, key }: ShareKey, place: Uint8Array, share: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(place)
  const sealed = [cipher.update(share), cipher.final()]
  return new Uint8Array(Buffer.concat([Buffer.of(VERSION), id, nonce, ...sealed, cipher.getAuthTag()]))
}

function openUnder({ key }: ShareKey, place: Uint8Array, sealed: Uint8Array): Uint8Array {
  const end = sealed.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(HEAD_BYTES - NONCE_BYTES, HEAD_BYTES))
  decipher.setAAD(place)
  decipher.setAuthTag(sealed.subarray(end))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES, end)), decipher.final()]))
  } catch (cause) {
    throw new ShareError('the sealed share is damaged, or not of this place', { cause })
  }
}

const placeOf = (space: Uint8Array, chapter: Uint8Array): Uint8Array => tagged('share-seal', space, chapter)
/** The id of the key that a share is sealed under. */
export const shareKeyOf = (sealed: Uint8Array): Uint8Array => sealed.slice(1, 1 + SHARE_KEY_ID_BYTES)

class Vault implements ShareVault {
  readonly #keeper: KeyKeeper
  #keys: readonly ShareKey[]
  /** What is sealed is sealed under this one. */
  #current: ShareKey

  constructor(keeper: KeyKeeper) {
    this.#keeper = keeper
    this.#keys = keeper.load()
    this.#current = this.#newest
  }

  get #newest(): ShareKey {
    return this.#keys[0] as ShareKey
  }

  seal(space: Uint8Array, chapter: Uint8Array, share: Uint8Array): Uint8Array {
    return sealUnder(this.#current, placeOf(space, chapter), share)
  }

  open(space: Uint8Array, chapter: Uint8Array, sealed: Uint8Array): Uint8Array {
    if (sealed.length !== HEAD_BYTES + SHARE_BYTES + TAG_BYTES || sealed[0] !== VERSION) {
      throw new ShareError('not a sealed share')
    }
    return openUnder(this.#find(shareKeyOf(sealed)), placeOf(space, chapter), sealed)
  }

  async agree(shares: ShareStore): Promise<void> {
    const named = await shares.findShareKey({})
    if (named === undefined && !(await shares.moveShareKey({ from: undefined, to: this.#newest.id }))) {
      return this.agree(shares)
    }
    this.#current = named === undefined ? this.#newest : this.#find(named)
  }

  isDue(now: number): boolean {
    this.#reload()
    return this.#keys.length > 1 || now - this.#newest.madeAt >= KEY_AGE_MS
  }

  async renew(shares: ShareStore, now: number): Promise<void> {
    this.#reload()
    // A renewal that was cut off is finished first, so that there are never more than two keys.
    if (this.#keys.length > 1) await this.#sealAgain(shares)
    this.#keep([drawShareKey(now), this.#newest])
    await this.#sealAgain(shares)
    await shares.settleRenewal({ shareKey: this.#newest.id })
  }

  /**
   * Seals every share under the newest key, and then destroys the others. First all who reserve are made to use that
   * key: what is reserved under another one is in the list, and nothing comes under it any more.
   */
  async #sealAgain(shares: ShareStore): Promise<void> {
    const { id: shareKey } = this.#newest
    await this.agree(shares)
    if (!(await shares.moveShareKey({ from: this.#current.id, to: shareKey }))) throw over()
    this.#current = this.#newest
    let last: SealedShare | undefined
    do {
      const page = await shares.listShares({ after: last, limit: RENEW_AT_ONCE })
      const renewed = page.map(({ space, chapter, sealedShare }) => ({
        space,
        chapter,
        sealedShare: this.seal(space, chapter, this.open(space, chapter, sealedShare)),
      }))
      if (renewed.length > 0 && !(await shares.replaceShares({ shareKey, shares: renewed }))) throw over()
      last = page.length === RENEW_AT_ONCE ? page.at(-1) : undefined
    } while (last !== undefined)
    this.#keep([this.#newest])
  }

  #find(id: Uint8Array): ShareKey {
    const known = () => this.#keys.find((key) => equalBytes(key.id, id))
    const found = known()
    if (found !== undefined) return found
    this.#reload()
    const fresh = known()
    if (fresh === undefined) throw new ShareError('shares are sealed under a key that is not kept here')
    return fresh
  }

  #reload(): void {
    this.#use(this.#keeper.load())
  }

  #keep(keys: readonly ShareKey[]): void {
    if (!this.#keeper.replace(this.#keys, keys)) throw over()
    this.#use(keys)
  }

  /** Takes these keys, and forgets those that are no longer among them. */
  #use(keys: readonly ShareKey[]): void {
    for (const { id, key } of this.#keys) {
      if (!keys.some((kept) => equalBytes(kept.id, id))) key.fill(0)
    }
    this.#keys = keys
    this.#current = keys.find(({ id }) => equalBytes(id, this.#current.id)) ?? this.#newest
  }
}

const over = () => new RenewalOverError('another process is sealing the shares again')

export const shareVault = (keeper: KeyKeeper): ShareVault => new Vault(keeper)
