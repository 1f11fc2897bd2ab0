import { type SeatId, type SpaceState, seatOf } from '@antechamber/core'
import { decodeEnvelope, HEADER, type LogItem, toBase64Url } from '@antechamber/protocol'
import { type HeaderFacts, readHeader } from '@antechamber/sealing'
import type { Landing } from '../landing.ts'

/** A chapter whose header this device has read in its log. `chapter` in base64url. */
export interface KnownChapter {
  readonly chapter: string
  /** The number of its header. */
  readonly n: number
  readonly facts: HeaderFacts
}

/** What giving and getting chapters needs to know of the log, gathered while it is replayed. */
export class KnownChapters {
  readonly #me: SeatId
  readonly #byHeader = new Map<string, KnownChapter>()
  readonly #cameWith = new Map<string, number>()
  #destroyed: number | undefined
  #destroyedAt = 0
  #mayHaveBeenGiven = false

  constructor(me: SeatId) {
    this.#me = me
  }

  /** By the hash of its header, in base64url. */
  find(header: string): KnownChapter | undefined {
    return this.#byHeader.get(header)
  }

  /** The number of the header that a device came with; undefined where this device was not there yet. */
  cameWith(device: string): number | undefined {
    return this.#cameWith.get(device)
  }

  /**
   * No chapter before that number may have been granted to a sealing key that is kept, once something was destroyed: where
   * others may have given this device chapters from before it came, a relay may have kept what it never handed out.
   */
  get keysFrom(): number {
    return this.#mayHaveBeenGiven ? this.#destroyedAt : 0
  }

  /** An envelope has been processed. @param state the space after it */
  note(landing: Landing, logEntry: LogItem, state: SpaceState | undefined): void {
    if (!state || (landing.type !== 'chapter' && landing.type !== 'entry')) return
    const { destroyed, past, roster } = state.governing
    if (landing.type === 'chapter') {
      this.#noteHeader(logEntry)
      for (const change of landing.changes) {
        if (change.type === 'device-added') this.#cameWith.set(change.device.device, logEntry.n)
        if (change.type === 'admitted')
          for (const { device } of change.seat.devices) this.#cameWith.set(device, logEntry.n)
      }
      if (this.#destroyed !== undefined && destroyed.length > this.#destroyed) this.#destroyedAt = logEntry.n
      this.#destroyed = destroyed.length
    }
    this.#mayHaveBeenGiven ||=
      (seatOf(roster, this.#me)?.devices.length ?? 0) > 1 ||
      past?.granted.some(({ seat }) => seat === this.#me) === true
  }

  #noteHeader({ n, envelope: bytes }: LogItem): void {
    const envelope = bytes && decodeEnvelope(bytes)
    if (!envelope?.ok || envelope.value.kind !== HEADER) return
    const facts = readHeader(envelope.value)
    if (!facts.ok) return
    const chapter = toBase64Url(envelope.value.chapter)
    this.#byHeader.set(toBase64Url(facts.value.headerHash), { chapter, n, facts: facts.value })
  }
}
