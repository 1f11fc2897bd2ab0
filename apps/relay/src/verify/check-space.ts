import {
  decode,
  decodeEnvelope,
  EMPTY_LOG_HASH,
  type Envelope,
  equalBytes,
  fixed,
  HASH_BYTES,
  HEADER,
  logLink,
  MAX_ENVELOPE_BYTES,
  rest,
  struct,
  u64,
  WORDS,
} from '@antechamber/protocol'
import { sha256 } from '../storage/rules.ts'
import type { Schema } from '../storage/schema.ts'

/**
 * What is wrong with a log, at its first envelope that is not as it should be.
 *
 * - `gap`: numbers do not follow each other, or end before the head
 * - `changed`: the envelope's bytes are not what its hash says
 * - `malformed`: it is no envelope, or of no size class (LG1, LG2)
 * - `misplaced`: it is of another space, or stands under another id or chapter than its own
 * - `stale-chapter`: its chapter was not the current one (WR8)
 * - `broken-chain`: all hashes together are not the log hash (LG4)
 * - `share-closed`: the relay's half of the chapter's key does not open with this key file
 */
export type LogFaultCode =
  | 'gap'
  | 'changed'
  | 'malformed'
  | 'misplaced'
  | 'stale-chapter'
  | 'broken-chain'
  | 'share-closed'

export interface LogFault {
  readonly code: LogFaultCode
  /** The envelope's number; where the chain breaks somewhere before, the last one's. */
  readonly n: number
}

/** What was found in one space. */
export interface SpaceFindings {
  readonly envelopes: number
  /** Words that were taken out: their hash alone is left. */
  readonly withdrawn: number
  /** Envelopes of chapters that were destroyed: all before the first header that is left. */
  readonly destroyed: number
  /** Headers that name another place in the log than their own: devices set them aside (CH7). */
  readonly oddHeaders: readonly number[]
  /** The log hash, as far as the log is good. */
  readonly logHash: Uint8Array
  readonly fault: LogFault | undefined
}

/** A space as the database says it is. */
export type SpaceRow = Pick<Schema['spaces'], 'space' | 'head' | 'head_hash'>
export type EnvelopeRow = Omit<Schema['envelopes'], 'space'>

/** What a header says in clear of its place (chapters.md). */
const headerPlace = struct({ previous: fixed(HASH_BYTES), n: u64, logHash: fixed(HASH_BYTES), rest })

const placeOf = ({ sealed }: Envelope) => decode(headerPlace, sealed, MAX_ENVELOPE_BYTES)

function isOdd(header: Envelope, n: number, logHash: Uint8Array): boolean {
  const place = placeOf(header)
  return !place.ok || place.value.n !== n - 1 || !equalBytes(place.value.logHash, logHash)
}

/** The place that one envelope after the other is held against. */
class Walk {
  envelopes = 0
  logHash: Uint8Array = EMPTY_LOG_HASH
  readonly oddHeaders: number[] = []
  readonly #space: Uint8Array
  /** Chapters by the number of their header. */
  readonly #chapters: ReadonlyMap<number, Uint8Array>
  #chapter: Uint8Array | undefined
  /** Nothing has come yet but hashes: chapters that were destroyed, of which none tells how it was chained (WR23). */
  #isAllGone = true

  constructor(space: Uint8Array, chapters: ReadonlyMap<number, Uint8Array>) {
    this.#space = space
    this.#chapters = chapters
  }

  /** Nothing but hashes has come so far. */
  get isAllGone(): boolean {
    return this.#isAllGone
  }

  step({ n, id, hash, envelope }: EnvelopeRow): LogFaultCode | undefined {
    if (n !== this.envelopes + 1) return 'gap'
    if (envelope === null) return this.#chain(n, hash, WORDS)
    if (!equalBytes(sha256(envelope), hash)) return 'changed'
    const read = decodeEnvelope(envelope)
    if (!read.ok) return 'malformed'
    const { value } = read
    if (!equalBytes(value.space, this.#space) || !equalBytes(value.id, id)) return 'misplaced'
    if (value.kind === HEADER) {
      this.#beginBehindGone(value, n)
      this.#chapter = this.#chapters.get(n)
      if (this.#chapter === undefined || !equalBytes(value.chapter, this.#chapter)) return 'misplaced'
      if (isOdd(value, n, this.logHash)) this.oddHeaders.push(n)
    } else if (this.#chapter === undefined || !equalBytes(value.chapter, this.#chapter)) return 'stale-chapter'
    return this.#chain(n, hash, value.kind)
  }

  /** Where all before a header is destroyed, its own word is taken for the chain until there; the head's hash shows whether it holds. */
  #beginBehindGone(header: Envelope, n: number): void {
    const place = placeOf(header)
    if (this.#isAllGone && n > 1 && place.ok) this.logHash = place.value.logHash
    this.#isAllGone = false
  }

  #chain(n: number, hash: Uint8Array, kind: Envelope['kind']): undefined {
    this.logHash = sha256(logLink(this.logHash, n, hash, kind))
    this.envelopes = n
  }
}

/**
 * Checks all that can be checked of a space's log without a key, in order, up to the first envelope that is not as it
 * should be. Cost: reads and hashes each envelope once.
 *
 * @param envelopes by their numbers
 * @param chapters those that have a header, by its number
 */
export function checkSpace(
  { space, head, head_hash: headHash }: SpaceRow,
  envelopes: Iterable<EnvelopeRow>,
  chapters: ReadonlyMap<number, Uint8Array>,
): SpaceFindings {
  const walk = new Walk(space, chapters)
  let [withdrawn, destroyed] = [0, 0]
  let fault: LogFault | undefined
  for (const row of envelopes) {
    const code = walk.step(row)
    if (code !== undefined) {
      fault = { code, n: code === 'gap' ? walk.envelopes + 1 : row.n }
      break
    }
    if (row.envelope === null && walk.isAllGone) destroyed += 1
    else if (row.envelope === null) withdrawn += 1
  }
  if (fault === undefined && walk.envelopes !== head) fault = { code: 'gap', n: Math.min(walk.envelopes, head) + 1 }
  if (fault === undefined && !equalBytes(walk.logHash, headHash)) fault = { code: 'broken-chain', n: head }
  const { envelopes: counted, oddHeaders, logHash } = walk
  return { envelopes: counted, withdrawn, destroyed, oddHeaders, logHash, fault }
}
