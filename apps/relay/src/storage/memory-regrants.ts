import { encode, equalBytes, err, grantCodec, MAX_REGRANTS, ok } from '@antechamber/protocol'
import { nextHeader } from './memory-destroy.ts'
import { pageOf } from './memory-log.ts'
import { type MemoryChapter, type MemorySpace, type MemoryState, spaceOf } from './memory-state.ts'
import type { Input, Operations, Output } from './operations.ts'
import type { Id, InSpace } from './ports.ts'
import { bytesOf, gatherRegrants, keyOf } from './rules.ts'

type RegrantOperations = Pick<Operations, 'regrant' | 'regrants' | 'regranted' | 'dropRegrants' | 'readChapter'>

const sinceOf = (space: MemorySpace, device: Id): number | undefined => space.access.get(keyOf(device))?.since

const isReadableBy = (space: MemorySpace, { first, regrants }: MemoryChapter, device: Id): boolean => {
  const since = sinceOf(space, device)
  return since !== undefined && first !== undefined && (first >= since || (regrants.get(keyOf(device))?.size ?? 0) > 0)
}

/** A chapter as a device finds that may read it (WR25). */
function readable(state: MemoryState, { space: id, device, chapter }: InSpace & { readonly chapter: Id }) {
  const space = spaceOf(state, id, device)
  const found = space?.chapters.get(keyOf(chapter))
  if (space === undefined || found?.first === undefined || !isReadableBy(space, found, device)) return undefined
  return { space, found, first: found.first, given: found.regrants.get(keyOf(device)) }
}

function regrant(state: MemoryState, wanted: Input<'regrant'>): Output<'regrant'> {
  const { device: sender, grant } = wanted
  const at = readable(state, wanted)
  const since = at && sinceOf(at.space, grant.device)
  if (at === undefined || since === undefined) return err('not-found')
  const { space, found } = at
  if (at.first >= since && found.grants.has(keyOf(grant.device))) return err('exists')
  const given = found.regrants.get(keyOf(grant.device)) ?? new Map()
  const before = given.get(keyOf(sender))
  const sealed = encode(grantCodec, grant)
  if (before !== undefined && equalBytes(encode(grantCodec, before), sealed)) return ok(undefined)
  if (before === undefined && given.size >= MAX_REGRANTS) return err('too-many')
  if (space.bytes + sealed.length > state.maxSpaceBytes) return err('space-full')
  space.bytes += sealed.length
  found.regrants.set(keyOf(grant.device), given.set(keyOf(sender), grant))
  return ok(undefined)
}

function regrants(state: MemoryState, { space: id, device, of, after }: Input<'regrants'>): Output<'regrants'> {
  const space = spaceOf(state, id, device)
  if (space === undefined || !space.access.has(keyOf(of))) return err('not-found')
  const rows = [...space.chapters].flatMap(([key, chapter]) => {
    const { first } = chapter
    if (first === undefined || first <= after || !isReadableBy(space, chapter, device)) return []
    const senders = [...(chapter.regrants.get(keyOf(of))?.keys() ?? [])]
    return senders.map((sender) => ({ chapter: bytesOf(key), first, sender: bytesOf(sender) }))
  })
  return ok(
    gatherRegrants(
      rows.sort((a, b) => a.first - b.first),
      device,
    ),
  )
}

function readChapter(state: MemoryState, wanted: Input<'readChapter'>): Output<'readChapter'> {
  const at = readable(state, wanted)
  if (at === undefined) return err('not-found')
  const { space, first } = at
  const next = nextHeader(space, first)
  const after = Math.max(wanted.after, first - 1)
  const maxItems = Math.min(wanted.maxItems, (next ?? space.log.head) - after)
  return ok({ first, next, items: maxItems > 0 ? pageOf(space, after, maxItems, wanted.maxBytes) : [] })
}

/** What devices give each other of chapters that are open already, in a memory. */
export const memoryRegrants = (state: MemoryState): RegrantOperations => ({
  regrant: (wanted) => regrant(state, wanted),
  regrants: (wanted) => regrants(state, wanted),
  regranted: (wanted) => {
    const at = readable(state, wanted)
    if (!at?.given || at.given.size === 0) return err('not-found')
    const bySender = [...at.given].sort(([a], [b]) => (a < b ? -1 : 1))
    return ok({ sealedShare: at.found.sealedShare, grants: bySender.map(([, grant]) => grant) })
  },
  dropRegrants: ({ space: id, device, chapter }) => {
    const space = spaceOf(state, id, device)
    if (space === undefined) return err('not-found')
    space.chapters.get(keyOf(chapter))?.regrants.delete(keyOf(device))
    return ok(undefined)
  },
  readChapter: (wanted) => readChapter(state, wanted),
})
