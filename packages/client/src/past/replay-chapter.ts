import { type EndedKey, type SpaceState, seatOfDevice } from '@antechamber/core'
import {
  decodeEnvelope,
  type Envelope,
  equalBytes,
  err,
  HEADER,
  type LogItem,
  ok,
  type Result,
  toBase64Url,
} from '@antechamber/protocol'
import { type ContentKey, type HeaderFacts, openHeader, readHeader } from '@antechamber/sealing'
import { decodeSnapshot } from '../chapter-snapshot.ts'
import type { ReadyProofs } from '../proofs.ts'
import { Replica } from '../replica.ts'
import type { ReplicaOf } from '../replica-of.ts'

/** One chapter as the relay gives it, and what this device's own log says of it. */
export interface GivenChapter {
  /** The hash of its header, and of the header behind it, as the space's own state has them; base64url. */
  readonly header: string
  readonly next: string
  readonly contentKey: ContentKey
  readonly share: Uint8Array
  /** From its header to the header behind it. */
  readonly items: readonly LogItem[]
}

/**
 * Why a chapter is not shown.
 *
 * - `wrong-share`: the relay's share does not fit
 * - `differs`: what came is not what the space's log says of the chapter, from its header to its end
 */
export type ChapterFault = 'wrong-share' | 'differs'

/** A header's envelope and its clear part; undefined for anything else. */
export function headerIn(
  item: LogItem | undefined,
): { readonly envelope: Envelope; readonly facts: HeaderFacts } | undefined {
  const envelope = item?.envelope && decodeEnvelope(item.envelope)
  if (!envelope?.ok || envelope.value.kind !== HEADER) return undefined
  const facts = readHeader(envelope.value)
  return facts.ok ? { envelope: envelope.value, facts: facts.value } : undefined
}

/**
 * Replays one chapter by itself, apart from this device's own log: chain, header, signatures, and the header behind it,
 * which tells where it ends. Whose hashes these must be is known from the space's state, so nothing is taken from the
 * relay's word (PC7).
 *
 * @param ended what opens rounds that were closed later, as far as this device knows
 */
export async function replayChapter(
  of: Pick<ReplicaOf, 'dialogue' | 'space' | 'name' | 'root'>,
  proofs: ReadyProofs,
  given: GivenChapter,
  ended: readonly EndedKey[] = [],
): Promise<Result<SpaceState, ChapterFault>> {
  const [first, last] = [headerIn(given.items[0]), headerIn(given.items.at(-1))]
  if (!first || !last || given.items.length < 2) return err('differs')
  const isAgreed = toBase64Url(first.facts.headerHash) === given.header
  if (!isAgreed || toBase64Url(last.facts.headerHash) !== given.next) return err('differs')
  const opened = openHeader(first.envelope, of.dialogue, given.contentKey, given.share)
  if (!opened.ok) return err(opened.error.code === 'wrong-share' ? 'wrong-share' : 'differs')
  const snapshot = decodeSnapshot(opened.value.claimedSnapshot)
  // Read as its opener read it: whoever opened it stands in it.
  const opener = snapshot.ok ? seatOfDevice(snapshot.value.governing.roster, snapshot.value.opener) : undefined
  if (!snapshot.ok || !opener) return err('differs')
  const begins = first.facts.n + 1
  const replica = new Replica(
    {
      ...of,
      me: opener.id,
      device: snapshot.value.opener,
      trustedRoots: [],
      resumes: new Map([[begins, given.header]]),
    },
    proofs,
    async () => ({ contentKey: given.contentKey, share: given.share }),
  )
  replica.beginAt(begins, begins)
  for (const item of given.items.slice(0, -1)) {
    const landing = await replica.receive(item, false)
    if (!landing.ok) return err('differs')
  }
  const { previous, n, logHash } = last.facts
  const ends = equalBytes(previous, replica.headerHash) && n === replica.head && equalBytes(logHash, replica.logHash)
  if (!ends || !replica.state) return err('differs')
  await replica.openRounds(ended)
  return ok(replica.state)
}
