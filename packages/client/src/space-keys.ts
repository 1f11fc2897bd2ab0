import { type Grant, toBase64Url } from '@antechamber/protocol'
import {
  type ContentKey,
  type HeaderFacts,
  newSealingKey,
  openGrant,
  roundKeyName,
  roundKeyOf,
  type SigningKey,
  sealingKeyFromSecret,
  sealingKeyRecord,
} from '@antechamber/sealing'
import type { Connection } from './connection.ts'
import { decoded } from './encoding.ts'
import { Failure } from './errors.ts'
import { readKey, writeKey } from './kept-key.ts'
import type { OfflineReading } from './offline-reading.ts'
import { contentKeyName, type SpaceRecord } from './records.ts'
import type { ChapterKeys } from './replica-of.ts'
import type { Vault } from './vault.ts'

/** What a space's keys are looked after with. */
export interface SpaceKeysOf {
  readonly vault: Vault
  readonly connection: Pick<Connection, 'request' | 'isIn'>
  readonly offline: OfflineReading
  readonly dialogue: Uint8Array
  readonly root: SigningKey
  readonly random: (length: number) => Uint8Array
  /** Keeps the sealing keys of a space. @param space its id in base64url */
  readonly save: (space: string, keys: SpaceRecord['sealingKeys']) => Promise<void>
}

/** The keys of one space on this device: content keys by chapter, and the sealing keys that grants are made to. */
export class SpaceKeys {
  readonly #of: SpaceKeysOf
  readonly #space: string
  readonly #device: Uint8Array
  readonly #names = new Map<number, string>()
  #sealingKeys: SpaceRecord['sealingKeys']

  constructor(record: SpaceRecord, of: SpaceKeysOf) {
    this.#of = of
    this.#space = record.space
    this.#device = decoded(record.device)
    this.#sealingKeys = record.sealingKeys
  }

  /**
   * CK from the device's store or a grant; S from the relay, so that reading needs it. Without the relay S comes from the
   * store, where it is kept at all (ST24). Throws Failure `unreachable`.
   */
  async find(chapter: Uint8Array, facts: HeaderFacts): Promise<ChapterKeys | 'gone'> {
    const granted = await this.#ask(chapter)
    if (granted === 'gone') return granted
    const { share, grant } = granted
    const kept = readKey(await this.#of.vault.read(this.#nameOf(chapter)))
    if (kept) return { contentKey: kept.key, share }
    if (!this.#of.connection.isIn) throw new Failure('unreachable')
    const key = this.#sealingKeys.find(({ number }) => number === grant?.keyNumber)
    if (!grant || !key) return undefined
    const place = { dialogue: this.#of.dialogue, space: decoded(this.#space), chapter }
    const sealingKey = await sealingKeyFromSecret(key.number, decoded(key.secret))
    const opened = await openGrant({ place, facts, device: this.#device }, grant, sealingKey)
    if (!opened.ok) return undefined
    await this.keep(chapter, opened.value, facts.n + 1)
    await this.#rotate(key.number, facts.n + 1)
    return { contentKey: opened.value, share }
  }

  async #ask(chapter: Uint8Array) {
    const { connection, offline } = this.#of
    const share = connection.isIn ? undefined : await offline.shareOf(chapter)
    if (share) return { share, grant: undefined }
    try {
      const granted = await connection.request({ type: 'grant', chapter }, 'granted')
      await offline.keep(chapter, granted.share)
      return granted
    } catch (failure) {
      if (!(failure instanceof Failure && failure.code === 'not-found')) throw failure
      // Whoever has just been taken out is answered so too, and then no more.
      await connection.request({ type: 'ping' }, 'done')
      await offline.forget(chapter)
      return 'gone'
    }
  }

  /**
   * Opens a grant of a chapter from before this device came (WR25), with whichever of its keys it was made to. No key goes
   * because of it: a chapter that is opened at this moment may be granted to an older one.
   */
  async openLate(chapter: Uint8Array, facts: HeaderFacts, grant: Grant): Promise<ContentKey | undefined> {
    const key = this.#sealingKeys.find(({ number }) => number === grant.keyNumber)
    if (!key) return undefined
    const place = { dialogue: this.#of.dialogue, space: decoded(this.#space), chapter }
    const sealingKey = await sealingKeyFromSecret(key.number, decoded(key.secret))
    const opened = await openGrant({ place, facts, device: this.#device }, grant, sealingKey)
    return opened.ok ? opened.value : undefined
  }

  /**
   * Keeps a chapter's content key; of one that this device has made, before the chapter is sent.
   *
   * @param n the number of its header, which goes with the key: a chapter that is sent becomes that one or none (CH3)
   */
  async keep(chapter: Uint8Array, contentKey: ContentKey, n: number): Promise<void> {
    await this.#of.vault.write([{ name: this.#nameOf(chapter), content: writeKey(n, contentKey) }])
  }

  /** The secret of the key of that name ({@link roundKeyName}), while it is kept. Costs about 5 ms for each key, once. */
  async secretOf(name: string): Promise<Uint8Array | undefined> {
    for (const { number, secret } of this.#sealingKeys) {
      const known = this.#names.get(number) ?? (await nameOf(decoded(secret)))
      this.#names.set(number, known)
      if (known === name) return decoded(secret)
    }
    return undefined
  }

  /** Makes sure that the relay has this device's newest sealing key. */
  async publish(): Promise<void> {
    const newest = this.#sealingKeys.at(-1)
    if (!newest) return
    const key = await sealingKeyFromSecret(newest.number, decoded(newest.secret))
    const record = sealingKeyRecord(this.#of.root, decoded(this.#space), this.#device, key)
    await this.#of.connection.request({ type: 'publish-key', key: record }, 'done')
  }

  /** A grant to key k has opened: keys before k go, and the next one is published (CH10). */
  async #rotate(used: number, since: number): Promise<void> {
    this.#sealingKeys = this.#sealingKeys.filter(({ number }) => number >= used)
    if (this.#sealingKeys.at(-1)?.number === used) await this.#addNext(since)
    await this.#save()
    await this.publish()
  }

  /** No chapter before that number was granted to a key that is kept: a relay may have kept the grants. */
  areAllSince(n: number): boolean {
    return this.#sealingKeys.every(({ since = 0 }) => since >= n)
  }

  /** Publishes a key that nothing before that number was granted to. @returns its number: older ones are needed until nobody grants to them */
  async renew(n: number): Promise<number> {
    if ((this.#sealingKeys.at(-1)?.since ?? 0) < n) {
      await this.#addNext(n)
      await this.#save()
    }
    await this.publish()
    return this.#sealingKeys.at(-1)?.number ?? 0
  }

  /** Deletes the sealing keys before one. */
  async dropBefore(number: number): Promise<void> {
    this.#sealingKeys = this.#sealingKeys.filter((key) => key.number >= number)
    await this.#save()
  }

  async #addNext(since: number): Promise<void> {
    const last = this.#sealingKeys.at(-1)?.number ?? -1
    const { number, secret } = await newSealingKey(last + 1, this.#of.random)
    this.#sealingKeys = [...this.#sealingKeys, { number, secret: toBase64Url(secret), since }]
  }

  #save(): Promise<void> {
    return this.#of.save(this.#space, this.#sealingKeys)
  }

  #nameOf(chapter: Uint8Array): string {
    return contentKeyName(this.#space, toBase64Url(chapter))
  }
}

const nameOf = async (secret: Uint8Array): Promise<string> =>
  toBase64Url(roundKeyName((await roundKeyOf(secret)).publicKey))
