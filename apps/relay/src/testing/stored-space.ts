import { EMPTY_LOG_HASH, type LogItem, logLink } from '@antechamber/protocol'
import type { ChapterBatch, EntryAppend, IncomingEnvelope, Storage } from '../storage/ports.ts'
import { sha256 } from '../storage/rules.ts'
import { entry, grantFor, header, newDevice, random, randomId } from './device.ts'

export const NOW = Date.UTC(2026, 0, 1)
export const DAY_MS = 24 * 60 * 60 * 1000

/** An envelope's bytes with the clear fields that the relay reads out of them. */
export const incoming = (bytes: Uint8Array): IncomingEnvelope => ({
  chapter: bytes.slice(19, 35),
  id: bytes.slice(35, 51),
  bytes,
  kind: bytes[2] as IncomingEnvelope['kind'],
  hash: sha256(bytes),
})

export const appendOf = (
  { space, device }: { readonly space: Uint8Array; readonly device: Uint8Array },
  bytes: Uint8Array,
): EntryAppend => ({ space, device, envelope: incoming(bytes) })

/** A space with its opener, by a desk made for it. */
export async function storedSpace(storage: Storage, retainUntil = NOW + 30 * DAY_MS) {
  const secretHash = random(32)
  await storage.desks.addDesk({ secretHash, now: NOW })
  const { device, loginKey } = newDevice()
  const space = randomId()
  const permit = { type: 'desk', secretHash } as const
  const opened = await storage.envelopes.openSpace({ permit, space, device, loginKey, retainUntil, now: NOW })
  if (!opened.ok) throw new Error(`the space was refused: ${opened.error}`)
  return { space, device, loginKey, secretHash }
}

export type StoredSpace = Awaited<ReturnType<typeof storedSpace>>

/** The key that the shares of a test are sealed under, as far as the storage knows. */
export const SHARE_KEY = random(8)

/** Reserves a chapter. */
export async function reserve(storage: Storage, { space, device }: Pick<StoredSpace, 'space' | 'device'>) {
  const chapter = randomId()
  const sealedShare = random(61)
  const reserved = await storage.envelopes.reserve({
    space,
    device,
    chapter,
    sealedShare,
    shareKey: SHARE_KEY,
    now: NOW,
  })
  if (!reserved.ok) throw new Error(`not reserved: ${reserved.error}`)
  return { chapter, sealedShare }
}

/** A batch that opens a chapter at the log's head and changes nothing else, unless told so. */
export async function batchOf(
  storage: Storage,
  at: Pick<StoredSpace, 'space' | 'device'>,
  changes: Partial<ChapterBatch> = {},
): Promise<ChapterBatch> {
  const { chapter } = await reserve(storage, at)
  const entrance = await storage.roster.enter(at)
  const { head, headHash } = entrance.ok ? entrance.value : { head: 0, headHash: EMPTY_LOG_HASH }
  return {
    space: at.space,
    device: at.device,
    header: incoming(header(at.space, chapter)),
    head,
    headHash,
    grants: [],
    admit: [],
    remove: [],
    keys: [],
    ...changes,
  }
}

/** Opens a chapter that admits the devices, as keepers or not. */
export async function storedChapter(
  storage: Storage,
  at: Pick<StoredSpace, 'space' | 'device'>,
  admit: readonly { readonly device: Uint8Array; readonly loginKey: Uint8Array; readonly keeper: boolean }[] = [],
) {
  const grants = [at.device, ...admit.map(({ device }) => device)].map(grantFor)
  const batch = await batchOf(storage, at, { admit, grants })
  const appended = await storage.envelopes.batch(batch)
  if (!appended.ok) throw new Error(`no chapter: ${appended.error}`)
  return { chapter: batch.header.chapter, batch, n: appended.value.n }
}

export const newEntry = (at: { readonly space: Uint8Array; readonly device: Uint8Array }, chapter: Uint8Array) =>
  appendOf(at, entry(at.space, chapter))

/** The log hash of items, computed as a device does, from the hashes alone. */
export const chainOf = (items: readonly LogItem[]): Uint8Array =>
  items.reduce<Uint8Array>((hash, item) => sha256(logLink(hash, item.n, item.envelopeHash)), EMPTY_LOG_HASH)

export async function readAll(
  storage: Storage,
  at: { readonly space: Uint8Array; readonly device: Uint8Array },
): Promise<readonly LogItem[]> {
  const page = await storage.envelopes.read({ ...at, after: 0, maxItems: 500, maxBytes: 2 ** 30 })
  return page.ok ? page.value.items : []
}
