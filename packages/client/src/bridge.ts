import type { Governing } from '@antechamber/core'
import { toBase64Url } from '@antechamber/protocol'
import type { HeaderFacts } from '@antechamber/sealing'
import type { StopCode } from './landing.ts'
import type { Replica } from './replica.ts'

/**
 * Why a header is taken that does not follow on what this device has read. `known`: it has verified it before, and has
 * deleted what was before it. `claimed`: the relay has nothing before it any more; the log has to show yet that this was
 * agreed (DX9).
 */
export type Jump = 'known' | 'claimed'

/** What envelopes that are not there any more have left: their hashes, or, of a chapter, what nobody can open (CH2). */
export type Absence = 'missing' | 'closed'

/** Where the log begins again behind what was destroyed. */
export interface Beginning {
  readonly n: number
  /** Its header's hash, in base64url. */
  readonly header: string
}

/** A chapter as this device has read it. Hashes in base64url. */
interface ReadChapter extends Beginning {
  /** Of the header before it. */
  readonly previous: string
}

/** The chapters that a device has read, and how it gets over those that have been destroyed. */
export class Bridge {
  readonly #resumes: ReadonlyMap<number, string>
  #isGapBefore = false
  #isClosed = false
  #unproven: string | undefined
  #chapters: readonly ReadChapter[] = []
  #beginning: Beginning | undefined

  /** @param resumes the hashes of headers that this device begins again at, behind what it has deleted; by number */
  constructor(resumes: ReadonlyMap<number, string> = new Map()) {
    this.#resumes = resumes
  }

  /** Where the log begins for whoever has read the newest chapter; undefined where nothing before has been destroyed. */
  get beginning(): Beginning | undefined {
    return this.#unproven === undefined ? this.#beginning : undefined
  }

  /** Chapters were missing, and nothing in the log has said yet that they were destroyed. */
  get isUnproven(): boolean {
    return this.#unproven !== undefined
  }

  /** The relay has no share of the newest chapter, which only its date destroys. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** An envelope has come that is no header, or nothing in its place. */
  note(envelope: Absence | 'here'): void {
    this.#isGapBefore = envelope !== 'here'
    if (envelope === 'closed') this.#isClosed = true
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

  /** A chapter begins, at number `n`. What its space says to be destroyed moves the beginning, and may prove a claim that was made before. */
  begin(n: number, { headerHash, previous }: HeaderFacts, { destroyed }: Pick<Governing, 'destroyed'>): void {
    this.#isGapBefore = false
    this.#isClosed = false
    const ends = new Set(destroyed.map(({ upTo }) => upTo))
    if (this.#unproven !== undefined && ends.has(this.#unproven)) this.#unproven = undefined
    this.#chapters = [...this.#chapters, { n, header: toBase64Url(headerHash), previous: toBase64Url(previous) }]
    this.#beginning = this.#chapters.findLast((one) => ends.has(one.previous)) ?? this.#beginning
  }
}

/** In an honest log at least one chapter lies between what is destroyed and the header that says so (DX1, DX12): no header proves itself. */
export const provesItself = ({ previous }: HeaderFacts, { destroyed }: Pick<Governing, 'destroyed'>): boolean =>
  destroyed.some(({ upTo }) => upTo === toBase64Url(previous))

/** Why what has come is not enough, though nothing is left to come: something is missing that nobody has destroyed (DX9). */
export function lackOf({ bridge, state, head }: Pick<Replica, 'bridge' | 'state' | 'head'>): StopCode | undefined {
  if (bridge.isUnproven || bridge.isClosed) return 'withheld'
  return state === undefined && head > 0 ? 'gap' : undefined
}
