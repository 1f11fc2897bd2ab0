import { encode, equalBytes, err, type Grant, grantCodec, MAX_REGRANTS, ok } from '@antechamber/protocol'
import type { Input, Output, SteppedOperations } from './operations.ts'
import type { Id, InSpace } from './ports.ts'
import { findChapter, findGrant, findNextHeader, findPlace, readEnvelopes, setBytes } from './queries.ts'
import { deleteGiven, listGiven, listRegrants, putRegrant } from './regrant-queries.ts'
import { gatherRegrants } from './rules.ts'
import { all, get, run, type Steps } from './steps.ts'
import { storedAs } from './stored-as.ts'

type RegrantOperations = Pick<SteppedOperations, 'regrant' | 'regrants' | 'regranted' | 'dropRegrants' | 'readChapter'>

/** A chapter as a device finds that may read it: because it was there, or because it was given it again (WR25). */
function* findReadable({ space, device, chapter }: InSpace & { readonly chapter: Id }) {
  const place = yield* get(findPlace, { space, device })
  const found = place && (yield* get(findChapter, { space, chapter }))
  if (place === undefined || found === undefined || found.first === null) return undefined
  const given = yield* all(listGiven, { space, chapter, device })
  const { first, sealed_share: sealedShare } = found
  return given.length > 0 || first >= place.since ? { place, first, sealedShare, given } : undefined
}

/** Whether a device was given the key when the chapter was opened, and may be given its share. */
function* hasOwnGrant(of: InSpace & { readonly chapter: Id }, first: number, since: number): Steps<boolean> {
  return first >= since && (yield* get(findGrant, of)) !== undefined
}

function* regrant(
  maxSpaceBytes: number,
  { space, device: sender, chapter, grant }: InSpace & { readonly chapter: Id; readonly grant: Grant },
): Steps<Output<'regrant'>> {
  const { device } = grant
  const readable = yield* findReadable({ space, device: sender, chapter })
  const receiver = yield* get(findPlace, { space, device })
  if (readable === undefined || receiver === undefined) return err('not-found')
  if (yield* hasOwnGrant({ space, device, chapter }, readable.first, receiver.since)) return err('exists')
  const given = yield* all(listGiven, { space, chapter, device })
  const sealed = encode(grantCodec, grant)
  const before = given.find((one) => equalBytes(one.sender, sender))
  if (before !== undefined && equalBytes(before.sealed, sealed)) return ok(undefined)
  if (before === undefined && given.length >= MAX_REGRANTS) return err('too-many')
  const bytes = readable.place.bytes + sealed.length
  if (bytes > maxSpaceBytes) return err('space-full')
  yield* run(putRegrant, { space, chapter, device, sender, sealed })
  yield* run(setBytes, { space, bytes })
  return ok(undefined)
}

function* regrants({ space, device, of, after }: Input<'regrants'>): Steps<Output<'regrants'>> {
  const place = yield* get(findPlace, { space, device })
  const receiver = yield* get(findPlace, { space, device: of })
  if (place === undefined || receiver === undefined) return err('not-found')
  const own = equalBytes(of, device) ? undefined : yield* all(listRegrants, { space, device, after })
  const rows = yield* all(listRegrants, { space, device: of, after })
  const mayRead = (row: { readonly chapter: Id; readonly first: number | null }): boolean =>
    own === undefined || Number(row.first) >= place.since || own.some((one) => equalBytes(one.chapter, row.chapter))
  const readable = rows.filter(mayRead).map(({ chapter, first, sender }) => ({ chapter, first: Number(first), sender }))
  return ok(gatherRegrants(readable, device))
}

function* regranted(wanted: Input<'regranted'>): Steps<Output<'regranted'>> {
  const readable = yield* findReadable(wanted)
  if (readable === undefined || readable.given.length === 0) return err('not-found')
  const { sealedShare, given } = readable
  return ok({ sealedShare, grants: given.map(({ sealed }) => storedAs(grantCodec, sealed)) })
}

function* readChapter(wanted: Input<'readChapter'>): Steps<Output<'readChapter'>> {
  const { space, after, maxItems, maxBytes } = wanted
  const readable = yield* findReadable(wanted)
  if (readable === undefined) return err('not-found')
  const { first, place } = readable
  const { next } = (yield* get(findNextHeader, { space, first })) ?? { next: null }
  const from = Math.max(after + 1, first)
  const limit = Math.min(maxItems, (next === null ? place.head : Number(next)) + 1 - from)
  const rows = limit > 0 ? yield* all(readEnvelopes, { space, first: from, limit, bytes: maxBytes }) : []
  return ok({
    first,
    next: next === null ? undefined : Number(next),
    items: rows.map(({ n, hash, envelope }) => ({ n, envelope: envelope ?? undefined, envelopeHash: hash })),
  })
}

/** What devices give each other of chapters that are open already, and what can be read by it. */
export const regrantOperations = (maxSpaceBytes: number): RegrantOperations => ({
  regrant: (wanted) => regrant(maxSpaceBytes, wanted),
  regrants,
  regranted,
  *dropRegrants({ space, device, chapter }): Steps<Output<'dropRegrants'>> {
    if ((yield* get(findPlace, { space, device })) === undefined) return err('not-found')
    yield* run(deleteGiven, { space, chapter, device })
    return ok(undefined)
  },
  readChapter,
})
