import type { Governing } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import type { HeaderFacts } from '@antechamber/sealing'

/**
 * Why a header is taken that does not follow on what this device has read. `known`: it has verified it before, and has
 * deleted what was before it. `claimed`: the relay has nothing before it any more; the log has to show yet that this was
 * agreed (DX9).
 */
export type Jump = 'known' | 'claimed'

/** A chapter as this device has read it. Ids in base64url. */
export interface ReadChapter {
  readonly id: string
  readonly header: string
  /** The number of its header. */
  readonly first: number
  /** It has been destroyed, and what is kept of it is to be deleted. */
  readonly isGone: boolean
}

/** The chapters that a device has read, and how it gets over those that are gone. */
export class Bridge {
  readonly #resumes: ReadonlyMap<number, string>
  #isGapBefore = false
  #unproven: string | undefined
  #chapters: readonly ReadChapter[] = []

  /** @param resumes the hashes of headers that this device begins again at, behind what it has deleted; by number */
  constructor(resumes: ReadonlyMap<number, string> = new Map()) {
    this.#resumes = resumes
  }

  /** Oldest first. */
  get chapters(): readonly ReadChapter[] {
    return this.#chapters
  }

  /** Chapters were missing, and nothing in the log has said yet that they were destroyed. */
  get isUnproven(): boolean {
    return this.#unproven !== undefined
  }

  /** An envelope is missing, or one has come that is no header. */
  note(envelope: 'missing' | 'here'): void {
    this.#isGapBefore = envelope === 'missing'
  }

  /** @param goesOn the header follows on what has been read */
  jumpTo(n: number, facts: HeaderFacts, goesOn: boolean): Jump | undefined {
    const known = this.#resumes.get(n)
    if (known !== undefined) return known === toBase64Url(facts.headerHash) ? 'known' : undefined
    return this.#isGapBefore && !goesOn && facts.n === n - 1 ? 'claimed' : undefined
  }

  /** What the header before this one ended must turn out to be destroyed. */
  claim({ previous }: HeaderFacts): void {
    this.#unproven = toBase64Url(previous)
  }

  /** A chapter begins. What has been destroyed since is to be deleted, of what was read; and a claim may be proven by it. */
  begin(chapter: Omit<ReadChapter, 'isGone'>, before: Governing | undefined, { destroyed, chapters }: Governing): void {
    this.#isGapBefore = false
    if (destroyed.some(({ upTo }) => upTo === this.#unproven)) this.#unproven = undefined
    const isLeft = new Set(chapters.map(({ header }) => header))
    const isNews = destroyed.length > (before?.destroyed.length ?? 0)
    const read = this.#chapters.map((one) => (isNews && !isLeft.has(one.header) ? { ...one, isGone: true } : one))
    this.#chapters = [...read, { ...chapter, isGone: false }]
  }
}
