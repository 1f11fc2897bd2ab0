import { type Governing, isPastFor, MAX_CHAPTERS, type SeatId, seatOf } from '@antechamber/core'
import { list, match, object, type Shaped, whole } from '@antechamber/core/shape'
import { fromBase64Url, type Grant, toBase64Url, utf8 } from '@antechamber/protocol'
import type { ContentKey, HeaderFacts } from '@antechamber/sealing'
import type { Connection } from '../connection.ts'
import { Failure } from '../errors.ts'
import { readKey, writeKey } from '../kept-key.ts'
import { contentKeyName, pastName } from '../records.ts'
import type { SpaceKeys } from '../space-keys.ts'
import type { Vault } from '../vault.ts'
import { listRegrants, readPart } from './asking.ts'
import { headerIn } from './replay-chapter.ts'

/** What getting chapters needs of its space. */
export interface GivenOf {
  readonly vault: Vault
  readonly connection: Pick<Connection, 'request'>
  readonly keys: Pick<SpaceKeys, 'openLate'>
  /** The space's id in base64url. */
  readonly space: string
  readonly device: Uint8Array
  readonly me: SeatId
}

const recordShape = object({
  v: whole(1, 1),
  chapters: list(
    object({
      header: match(/^[A-Za-z0-9_-]{43}$/, 'the hash of a header'),
      chapter: match(/^[A-Za-z0-9_-]{22}$/, 'an id'),
      n: whole(1, Number.MAX_SAFE_INTEGER),
    }),
    1000,
  ),
})
/** A chapter from before this device came, whose key it has. `n`: the number of its header. */
export type KeptPast = Shaped<typeof recordShape>['chapters'][number]

/** Whether this device may have a chapter of that header: one that was agreed for its person, or that they were there in (PC6). */
export function isForMe(governing: Governing, me: SeatId, header: string): boolean {
  const at = governing.chapters.findIndex((mark) => mark.header === header)
  if (at < 0 || at >= governing.chapters.length - 1) return false
  return isPastFor(governing, me, header) ? agreedFor(governing, me).includes(header) : true
}

/** Whether the space may have known a chapter of that header once: one that was destroyed, or is older than it remembers. */
const mayBeForgotten = ({ chapters, destroyed }: Governing, header: string): boolean =>
  (destroyed.length > 0 || chapters.length >= MAX_CHAPTERS) && !chapters.some((mark) => mark.header === header)

/** The headers of the chapters that each side has agreed to give this person, oldest agreement first. */
export const agreedFor = ({ past }: Pick<Governing, 'past'>, me: SeatId): readonly string[] =>
  (past?.granted ?? []).flatMap(({ seat, header }) => (seat === me ? [header] : []))

/** The keys of chapters from before this device came: got, kept, and deleted with the chapter. */
export class GivenChapters {
  readonly #of: GivenOf
  #chapters: readonly KeptPast[] = []
  #isLoaded = false
  /** Chapters that are not for this device: nothing of them is asked again. */
  readonly #settled = new Set<string>()
  #hasRefused = false
  readonly #unopened = new Set<string>()

  constructor(of: GivenOf) {
    this.#of = of
  }

  get all(): readonly KeptPast[] {
    return this.#chapters
  }

  /** Somebody, or the relay, has given this device a chapter that is not for it; it was not opened. */
  get hasRefused(): boolean {
    return this.#hasRefused
  }

  /** What was given of the chapter of that header does not open; it is to be given again. */
  isUnopened(header: string): boolean {
    return this.#unopened.has(header)
  }

  find(header: string): KeptPast | undefined {
    return this.#chapters.find((one) => one.header === header)
  }

  /** Nothing is kept of a chapter that the space does not remember. */
  isClean(governing: Governing): boolean {
    return this.#isLoaded && this.#chapters.every((one) => isForMe(governing, this.#of.me, one.header))
  }

  async load(): Promise<void> {
    if (this.#isLoaded) return
    const read = recordShape.read(await this.#of.vault.readJson(pastName(this.#of.space)), '')
    this.#chapters = read.ok ? read.value.chapters : []
    this.#isLoaded = true
  }

  /** Deletes the keys of chapters that have been destroyed, or that are for this person no more (PC4, DX7). */
  async forget(governing: Governing): Promise<void> {
    await this.load()
    const left = this.#chapters.filter(({ header }) => isForMe(governing, this.#of.me, header))
    if (left.length === this.#chapters.length) return
    const gone = this.#chapters.filter((one) => !left.includes(one))
    await this.#write(
      left,
      gone.map(({ chapter }) => ({ name: this.#nameOf(chapter), content: undefined })),
    )
  }

  contentKeyOf = async ({ chapter }: Pick<KeptPast, 'chapter'>): Promise<ContentKey | undefined> =>
    readKey(await this.#of.vault.read(this.#nameOf(chapter)))?.key

  /** Looks at the relay for what others have given this device, and opens what is for it. @returns whether something has changed */
  async take(governing: Governing): Promise<boolean> {
    await this.load()
    const { connection, device } = this.#of
    let hasChanged = false
    for (const { chapter } of await listRegrants(connection, device)) {
      const id = toBase64Url(chapter)
      if (this.#chapters.some((one) => one.chapter === id) || this.#settled.has(id)) continue
      const taken = this.#takeOne(chapter, governing).catch((failure: unknown) => {
        // What the relay names and does not have keeps nothing else back.
        if (failure instanceof Failure && failure.code === 'not-found') return false
        throw failure
      })
      hasChanged = (await taken) || hasChanged
    }
    return hasChanged
  }

  async #takeOne(chapter: Uint8Array, governing: Governing): Promise<boolean> {
    const { connection, me } = this.#of
    const id = toBase64Url(chapter)
    const part = await readPart(connection, chapter, 0)
    const facts = headerIn(part.items[0])?.facts
    const header = facts && toBase64Url(facts.headerHash)
    if (!facts || !header || !isForMe(governing, me, header)) {
      this.#settled.add(id)
      this.#hasRefused ||= header === undefined || !mayBeForgotten(governing, header)
      await connection.request({ type: 'drop-regrants', chapter }, 'done')
      return true
    }
    const contentKey = await this.#open(chapter, facts)
    if (!contentKey) {
      this.#unopened.add(header)
      await connection.request({ type: 'drop-regrants', chapter }, 'done')
      return true
    }
    this.#unopened.delete(header)
    const [n, name] = [facts.n + 1, this.#nameOf(id)]
    await this.#write([...this.#chapters, { header, chapter: id, n }], [{ name, content: writeKey(n, contentKey) }])
    return true
  }

  async #open(chapter: Uint8Array, facts: HeaderFacts): Promise<ContentKey | undefined> {
    const { connection, keys } = this.#of
    const { grants } = await connection.request({ type: 'regranted', chapter }, 'regranted')
    for (const grant of grants as readonly Grant[]) {
      const contentKey = await keys.openLate(chapter, facts, grant)
      if (contentKey) return contentKey
    }
    return undefined
  }

  async #write(
    chapters: readonly KeptPast[],
    keys: readonly { readonly name: string; readonly content: Uint8Array | undefined }[],
  ): Promise<void> {
    const record = utf8(JSON.stringify({ v: 1, chapters }))
    await this.#of.vault.write([...keys, { name: pastName(this.#of.space), content: record }])
    this.#chapters = chapters
  }

  #nameOf(chapter: string): string {
    return contentKeyName(this.#of.space, chapter)
  }

  /** The share of a chapter that was given, from the relay. Rejects with {@link Failure} `not-found` where it has none any more. */
  async shareOf({ chapter }: Pick<KeptPast, 'chapter'>): Promise<Uint8Array> {
    const id = fromBase64Url(chapter)
    if (!id) throw new Failure('not-found')
    return (await this.#of.connection.request({ type: 'regranted', chapter: id }, 'regranted')).share
  }

  /** Whether somebody of this seat was here before with another device, and may have chapters for this one (DV15). */
  hasOlder(governing: Governing): boolean {
    const devices = seatOf(governing.roster, this.#of.me)?.devices ?? []
    return devices.findIndex(({ device }) => device === toBase64Url(this.#of.device)) > 0
  }
}
