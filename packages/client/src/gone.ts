import { list, match, object, type Shaped, whole } from '@antechamber/core/shape'
import { decodeEnvelope, HEADER, type LogItem, toBase64Url, utf8 } from '@antechamber/protocol'
import { readHeader } from '@antechamber/sealing'
import type { Beginning } from './bridge.ts'
import type { Request } from './connection.ts'
import { decoded } from './encoding.ts'
import { Failure } from './errors.ts'
import { readKey } from './kept-key.ts'
import { goneName, lastOf, numberOf, sharesOf } from './records.ts'
import type { Vault } from './vault.ts'

/** What deleting destroyed chapters needs of their space. */
export interface GoneOf {
  readonly vault: Vault
  /** The space's id in base64url. */
  readonly space: string
  readonly ask: (request: Request) => Promise<unknown>
}

/** What a device remembers of what it has deleted. */
const recordShape = object({
  v: whole(1, 1),
  /** Where its log begins again: the number and the hash of a header that it has verified. */
  n: whole(1, Number.MAX_SAFE_INTEGER),
  header: match(/^[A-Za-z0-9_-]{43}$/, 'the hash of a header'),
  /** The last chapters of what was destroyed, which the relay is asked to destroy too. */
  chapters: list(
    object({ id: match(/^[A-Za-z0-9_-]{22}$/, 'an id'), header: match(/^[A-Za-z0-9_-]{43}$/, 'the hash of a header') }),
    400,
  ),
})
type GoneRecord = Shaped<typeof recordShape>

/** What is known of a space when something is deleted from it. */
export interface Extent {
  readonly beginning: Beginning
  /** The headers of the chapters that destructions ended with. */
  readonly ends: readonly string[]
}

/**
 * Deletes from this device what has been destroyed, keys and envelopes, in one write; then has the relay delete
 * the same, which waits until somebody else has asked too (WR23). What is deleted goes by the number of the header that
 * the log begins with again, whatever of it this device can read: the relay may have been faster.
 */
export class Gone {
  readonly #of: GoneOf
  readonly #resumes = new Map<number, string>()
  /** The chapters whose header has come, read or not, by its hash. In base64url. */
  readonly #chapters = new Map<string, string>()
  /** The last chapter that the relay has been asked for on this connection. */
  #askedFor: string | undefined
  #record: GoneRecord | undefined
  /** The beginning before which the store has been found empty. */
  #isEmptyBefore = 0

  constructor(of: GoneOf) {
    this.#of = of
  }

  /** The header behind what was deleted, by its number. Filled by {@link load}. */
  get resumes(): ReadonlyMap<number, string> {
    return this.#resumes
  }

  /** This device's store has nothing of before this number: it has been looked into. */
  isEmptyBefore(n: number): boolean {
    return this.#isEmptyBefore >= n
  }

  /** The chapter that a destruction ended with, by its header's hash. Ids in base64url. */
  chapterOf(header: string): string | undefined {
    return this.#record?.chapters.find((one) => one.header === header)?.id
  }

  async load(): Promise<void> {
    const read = recordShape.read(await this.#of.vault.readJson(goneName(this.#of.space)), '')
    if (read.ok) this.#keep(read.value)
  }

  /** An envelope has come, or has been kept. */
  note({ envelope: bytes }: LogItem): void {
    const envelope = bytes && decodeEnvelope(bytes)
    if (!envelope?.ok || envelope.value.kind !== HEADER) return
    const facts = readHeader(envelope.value)
    if (facts.ok) this.#chapters.set(toBase64Url(facts.value.headerHash), toBase64Url(envelope.value.chapter))
  }

  #keep(record: GoneRecord): void {
    this.#record = record
    this.#resumes.clear()
    this.#resumes.set(record.n, record.header)
  }

  /** Deletes all that is kept of before a beginning, and looks whether it is gone. */
  async delete(extent: Extent): Promise<void> {
    const { n, header } = extent.beginning
    if (this.isEmptyBefore(n)) return
    const left = await this.#listFrom(extent)
    if (left.length > 0 || this.#record?.n !== n) {
      const record = { v: 1 as const, n, header, chapters: this.#endedBy(extent) }
      const deletions = left.map((name) => ({ name, content: undefined }))
      await this.#of.vault.write([
        ...deletions,
        { name: goneName(this.#of.space), content: utf8(JSON.stringify(record)) },
      ])
      this.#keep(record)
    }
    if ((await this.#listFrom(extent)).length === 0) this.#isEmptyBefore = n
  }

  /**
   * The names of the records that are to be deleted: of both halves of each key, where both are kept (ST24), and of
   * envelopes. A chapter that this device has sent, and whose header has not come, may still become the log's, with the
   * number for which it was made and with no other (CH3).
   */
  async #listFrom({ beginning: { n } }: Extent): Promise<readonly string[]> {
    const { vault, space } = this.#of
    const keys = await vault.list(`key/${space}/`)
    const isOver = ({ content }: (typeof keys)[number]): boolean => (readKey(content)?.n ?? 0) < n
    const left = new Set(keys.filter((key) => !isOver(key)).map(({ name }) => lastOf(name)))
    const shares = (await vault.names(sharesOf(space))).filter((name) => !left.has(lastOf(name)))
    const log = (await vault.names(`log/${space}/`)).filter((name) => numberOf(name) < n)
    return [...keys.filter(isOver).map(({ name }) => name), ...shares, ...log]
  }

  /** The chapters that the relay is asked to destroy: those that destructions ended with, as far as this device has met them. */
  #endedBy({ ends }: Extent): GoneRecord['chapters'] {
    const before = this.#record?.chapters ?? []
    const met = ends.flatMap((header) => {
      const id = this.#chapters.get(header)
      return id === undefined || before.some((one) => one.header === header) ? [] : [{ id, header }]
    })
    return [...before, ...met].slice(-400)
  }

  /** The relay may be another than before, or one that was set back to a backup: it is asked anew. */
  reconnected(): void {
    this.#askedFor = undefined
  }

  /**
   * Asks the relay, once for each connection: for the newest chapter, with which all before it goes. Rejects when it cannot
   * be reached.
   *
   * @param isSetBack it has less than this device has read: where it does not know the newest, it may have one before
   */
  async askRelay(isSetBack: boolean): Promise<void> {
    const newestFirst = [...(this.#record?.chapters ?? [])].reverse()
    const [newest] = newestFirst
    if (!newest || this.#askedFor === newest.id) return
    for (const { id } of isSetBack ? newestFirst : [newest]) {
      const isTaken = await this.#of.ask({ type: 'destroy', chapter: decoded(id) }).then(() => true, unlessGone)
      if (isTaken) break
    }
    this.#askedFor = newest.id
  }
}

/** A relay that does not know the chapter any more has destroyed it, or has never been told to by enough devices. @returns false */
function unlessGone(failure: unknown): false {
  // `forbidden`: set back to a backup in which nothing came after it yet.
  if (!(failure instanceof Failure && ['not-found', 'forbidden'].includes(failure.code))) throw failure
  return false
}
