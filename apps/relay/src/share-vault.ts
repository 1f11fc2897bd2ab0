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
  /** Durable once it returns; what it replaces is overwritten. */
  save(keys: readonly ShareKey[]): void
}

/** A sealed share does not open: another key than the one that sealed it, or a damaged database. */
export class ShareError extends Error {
  override readonly name = 'ShareError'
}

/** Seals shred shares for the storage, bound to their place, and opens them again. */
export interface ShareVault {
  /** version 1 · key id 8 · nonce 12 · AES-256-GCM ciphertext 32 · tag 16. */
  seal(space: Uint8Array, chapter: Uint8Array, share: Uint8Array): Uint8Array
  /** Throws {@link ShareError}. */
  open(space: Uint8Array, chapter: Uint8Array, sealed: Uint8Array): Uint8Array
  /** Whether the key has had its time, or an earlier renewal was cut off. */
  isDue(now: number): boolean
  /**
   * Seals every share again under a fresh key and destroys the old one: what was deleted from the database is from then
   * on unreadable in its old copies too. One at a time. Cost: one write a share. Rejects as the storage and the keeper do,
   * and may then be called again.
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

/** Keys that are gone when the process ends. */
export function memoryKeys(now: number): KeyKeeper {
  let keys: readonly ShareKey[] = [drawShareKey(now)]
  return {
    load: () => keys,
    save: (newKeys) => {
      keys = newKeys
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
const keyIdOf = (sealed: Uint8Array): Uint8Array => sealed.subarray(1, 1 + SHARE_KEY_ID_BYTES)

class Vault implements ShareVault {
  readonly #keeper: KeyKeeper
  #keys: readonly ShareKey[]

  constructor(keeper: KeyKeeper) {
    this.#keeper = keeper
    this.#keys = keeper.load()
  }

  get #newest(): ShareKey {
    return this.#keys[0] as ShareKey
  }

  seal(space: Uint8Array, chapter: Uint8Array, share: Uint8Array): Uint8Array {
    return sealUnder(this.#newest, placeOf(space, chapter), share)
  }

  open(space: Uint8Array, chapter: Uint8Array, sealed: Uint8Array): Uint8Array {
    if (sealed.length !== HEAD_BYTES + SHARE_BYTES + TAG_BYTES || sealed[0] !== VERSION) {
      throw new ShareError('not a sealed share')
    }
    const key = this.#keys.find(({ id }) => equalBytes(id, keyIdOf(sealed)))
    if (key === undefined) throw new ShareError('the share was sealed under another key')
    return openUnder(key, placeOf(space, chapter), sealed)
  }

  isDue(now: number): boolean {
    return this.#keys.length > 1 || now - this.#newest.madeAt >= KEY_AGE_MS
  }

  async renew(shares: ShareStore, now: number): Promise<void> {
    // A renewal that was cut off is finished first, so that there are never more than two keys.
    if (this.#keys.length > 1) await this.#sealAgain(shares)
    this.#keep([drawShareKey(now), this.#newest])
    await this.#sealAgain(shares)
  }

  /** Seals every share under the newest key, and then destroys the others. */
  async #sealAgain(shares: ShareStore): Promise<void> {
    let last: SealedShare | undefined
    do {
      const page = await shares.listShares({ after: last, limit: RENEW_AT_ONCE })
      const renewed = page.map(({ space, chapter, sealedShare }) => ({
        space,
        chapter,
        sealedShare: this.seal(space, chapter, this.open(space, chapter, sealedShare)),
      }))
      if (renewed.length > 0) await shares.replaceShares({ shares: renewed })
      last = page.length === RENEW_AT_ONCE ? page.at(-1) : undefined
    } while (last !== undefined)
    const [, ...old] = this.#keys
    this.#keep([this.#newest])
    for (const { key } of old) key.fill(0)
  }

  #keep(keys: readonly ShareKey[]): void {
    this.#keeper.save(keys)
    this.#keys = keys
  }
}

export const shareVault = (keeper: KeyKeeper): ShareVault => new Vault(keeper)
