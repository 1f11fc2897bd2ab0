import type { SeatId } from '@antechamber/core'
import { list, match, object, type Shaped, whole } from '@antechamber/core/shape'
import type { ReadChapter } from './bridge.ts'
import type { Request } from './connection.ts'
import { decoded } from './encoding.ts'
import { Failure } from './errors.ts'
import type { StopCode } from './landing.ts'
import { contentKeyName, goneName, numberOf, shareName } from './records.ts'
import type { Replica } from './replica.ts'
import type { Vault } from './vault.ts'

/** What deleting destroyed chapters needs of their space. */
export interface GoneOf {
  readonly vault: Vault
  /** The space's id in base64url. */
  readonly space: string
  readonly ask: (request: Request) => Promise<unknown>
}

const deleted = (name: string) => ({ name, content: undefined })

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

/**
 * Deletes from this device what has been destroyed, content keys and envelopes, in one write; then has the relay delete
 * the same, which waits until somebody else has asked too (WR23). The relay is asked again at each start of the device: a
 * relay that was set back to a backup has to delete it once more.
 */
export class Gone {
  readonly #of: GoneOf
  readonly #resumes = new Map<number, string>()
  readonly #asked = new Set<string>()
  #record: GoneRecord | undefined
  #isDone = true

  constructor(of: GoneOf) {
    this.#of = of
  }

  /** The header behind what was deleted, by its number. Filled by {@link load}. */
  get resumes(): ReadonlyMap<number, string> {
    return this.#resumes
  }

  /** Nothing of what has been destroyed is left on this device. */
  get isDone(): boolean {
    return this.#isDone
  }

  /** The chapters that destructions ended with, by their headers' hashes. Ids in base64url. */
  chapterOf(header: string): string | undefined {
    return this.#record?.chapters.find((one) => one.header === header)?.id
  }

  async load(): Promise<void> {
    const read = recordShape.read(await this.#of.vault.readJson(goneName(this.#of.space)), '')
    if (read.ok) this.#keep(read.value)
  }

  #keep(record: GoneRecord): void {
    this.#record = record
    this.#resumes.clear()
    this.#resumes.set(record.n, record.header)
  }

  /**
   * Deletes what is to be deleted of these chapters, the oldest first, of which the last is current.
   *
   * @param upTo the headers that destructions ended with
   */
  async delete(chapters: readonly ReadChapter[], upTo: readonly string[]): Promise<void> {
    const gone = chapters.filter(({ isGone }) => isGone)
    const next = chapters[chapters.findLastIndex(({ isGone }) => isGone) + 1]
    const isNews = gone.length > 0 && next !== undefined && (this.#record?.n ?? 0) < next.first
    if (!isNews) return
    this.#isDone = false
    const { vault, space } = this.#of
    const kept = await vault.names(`log/${space}/`)
    const record: GoneRecord = {
      v: 1,
      n: next.first,
      header: next.header,
      chapters: [
        ...(this.#record?.chapters ?? []),
        ...gone.filter(({ header }) => upTo.includes(header)).map(({ id, header }) => ({ id, header })),
      ].slice(-400),
    }
    await vault.write([
      ...gone.flatMap(({ id }) => [contentKeyName(space, id), shareName(space, id)].map(deleted)),
      ...kept.filter((name) => numberOf(name) < next.first).map((name) => ({ name, content: undefined })),
      { name: goneName(space), content: new TextEncoder().encode(JSON.stringify(record)) },
    ])
    this.#keep(record)
    this.#isDone = true
  }

  /** Asks the relay, once while this device runs. Rejects when it cannot be reached. */
  async askRelay(): Promise<void> {
    for (const { id } of this.#record?.chapters ?? []) {
      if (this.#asked.has(id)) continue
      await this.#of.ask({ type: 'destroy', chapter: decoded(id) }).catch(unlessGone)
      this.#asked.add(id)
    }
  }
}

/** A relay that does not know the chapter any more has destroyed it, or has never been told to by enough devices. */
function unlessGone(failure: unknown): void {
  // `forbidden`: set back to a backup in which nothing came after it yet.
  if (!(failure instanceof Failure && ['not-found', 'forbidden'].includes(failure.code))) throw failure
}

/** A command by which a device says that it has deleted what was destroyed. */
export const confirmation = (
  destroyed: readonly { readonly id: string; readonly confirmed: readonly string[] }[],
  roster: readonly { readonly id: SeatId; readonly devices: readonly { readonly device: string }[] }[],
  me: SeatId,
  device: string,
) =>
  roster.some(({ id, devices }) => id === me && devices.some((one) => one.device === device))
    ? destroyed
        .filter(({ confirmed }) => !confirmed.includes(device))
        .map(({ id }) => ({ type: 'confirmDestruction', destruction: id, device }) as const)
    : []

/** Why what has come is not enough, though nothing is left to come: something is missing that nobody has destroyed (DX9). */
export function lackOf({ bridge, state, head }: Pick<Replica, 'bridge' | 'state' | 'head'>): StopCode | undefined {
  if (bridge.isUnproven) return 'withheld'
  return state === undefined && head > 0 ? 'gap' : undefined
}
