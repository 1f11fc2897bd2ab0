import {
  type Governing,
  type Millis,
  openChapter,
  type Proofs,
  type RosterChange,
  type Seat,
  seatOf,
} from '@antechamber/core'
import {
  type Access,
  err,
  fromBase64Url,
  type Grant,
  ID_BYTES,
  ok,
  type Result,
  type SealingKeyRecord,
  toBase64Url,
} from '@antechamber/protocol'
import {
  type ContentKey,
  createHeader,
  grantContentKey,
  isSealingKeyGood,
  newContentKey,
  type SigningKey,
} from '@antechamber/sealing'
import { encodeSnapshot } from './chapter-snapshot.ts'

/** A device that a chapter admits: what the relay must know of it, and its first sealing key. */
export interface Newcomer {
  readonly access: Access
  readonly key: SealingKeyRecord
}

/** What a batch is made from. */
export interface BatchOf {
  readonly dialogue: Uint8Array
  readonly space: Uint8Array
  /** Reserved at the relay. */
  readonly chapter: Uint8Array
  readonly share: Uint8Array
  readonly previous: { readonly headerHash: Uint8Array; readonly n: number; readonly logHash: Uint8Array }
  readonly governing: Governing
  readonly proofs: Proofs
  readonly changes: readonly RosterChange[]
  readonly newcomers: readonly Newcomer[]
  /** The newest sealing key of each device, as the relay has them. */
  readonly keys: readonly SealingKeyRecord[]
  readonly device: Uint8Array
  readonly root: SigningKey
  readonly now: number
  readonly random: (length: number) => Uint8Array
}

/** A batch ready for the relay, and the key that its maker must keep before sending it. */
export interface ChapterBatch {
  readonly contentKey: ContentKey
  readonly headerHash: Uint8Array
  readonly request: {
    readonly type: 'batch'
    readonly head: number
    readonly headHash: Uint8Array
    readonly header: Uint8Array
    readonly grants: readonly Grant[]
    readonly admit: readonly Access[]
    readonly remove: readonly Uint8Array[]
    readonly keys: readonly SealingKeyRecord[]
  }
}

/** Makes the batch that opens a chapter, or tells which roster rule the changes break (CH8 to CH13). */
export async function makeBatch(of: BatchOf): Promise<Result<ChapterBatch, string>> {
  const opener = seatOf(of.governing.roster, seatIdOf(of.governing, of.device))
  if (!opener) return err('not-a-member')
  const opening = { by: opener, changes: of.changes, openedAt: of.now as Millis }
  const changed = openChapter(of.governing, opening, of.proofs)
  if (!changed.ok) return changed
  const snapshot = encodeSnapshot({
    opener: toBase64Url(of.device),
    openedAt: of.now,
    changes: of.changes,
    governing: changed.value,
  })
  const contentKey = newContentKey(of.random)
  const place = { dialogue: of.dialogue, space: of.space, chapter: of.chapter }
  const { envelope, header } = createHeader({ ...of, place, contentKey, envelopeId: of.random(ID_BYTES), snapshot })
  const grants = await grantAll(of, changed.value, place, header, contentKey)
  const request = {
    type: 'batch' as const,
    head: of.previous.n,
    headHash: of.previous.logHash,
    header: envelope,
    grants,
    admit: of.newcomers.map(({ access }) => access),
    remove: of.changes.flatMap((change) => {
      if (change.type === 'removed') return devicesOf(seatOf(of.governing.roster, change.seat))
      return change.type === 'device-removed' ? [fromBase64Url(change.device) as Uint8Array] : []
    }),
    keys: of.newcomers.map(({ key }) => key),
  }
  return ok({ contentKey, headerHash: header.headerHash, request })
}

const seatIdOf = ({ roster }: Governing, device: Uint8Array): Seat['id'] => {
  const pseudonym = toBase64Url(device)
  return (roster.find((seat) => seat.devices.some((one) => one.device === pseudonym))?.id ?? '') as Seat['id']
}

const devicesOf = (seat: Seat | undefined): readonly Uint8Array[] =>
  (seat?.devices ?? []).map(({ device }) => fromBase64Url(device) as Uint8Array)

/** One grant for each device of the new roster but our own, to its newest key that its root key has signed (CH9). */
async function grantAll(
  of: BatchOf,
  governing: Governing,
  place: Parameters<typeof grantContentKey>[0]['place'],
  facts: Parameters<typeof grantContentKey>[0]['facts'],
  contentKey: ContentKey,
): Promise<readonly Grant[]> {
  const keys = new Map([...of.keys, ...of.newcomers.map(({ key }) => key)].map((key) => [toBase64Url(key.device), key]))
  const own = toBase64Url(of.device)
  const grants: Grant[] = []
  for (const { device, root } of governing.roster.flatMap((seat) => seat.devices)) {
    const key = keys.get(device)
    const rootPublic = fromBase64Url(root)
    if (device === own || !key || !rootPublic || !isSealingKeyGood(rootPublic, of.space, key)) continue
    grants.push(
      await grantContentKey(
        { place, facts, device: key.device, keyNumber: key.number, publicKey: key.publicKey },
        contentKey,
      ),
    )
  }
  return grants
}
