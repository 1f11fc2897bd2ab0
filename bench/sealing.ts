import { decodeEnvelope, type Envelope } from '@antechamber/protocol'
import {
  type ContentKey,
  createHeader,
  type EntryFields,
  grantContentKey,
  type HeaderFacts,
  invitationFromSpokenCode,
  isSealingKeyGood,
  newContentKey,
  newSealingKey,
  newSigningKey,
  type OpenChapter,
  openEntry,
  openGrant,
  openHeader,
  type SealingKey,
  type SigningKey,
  sealEntry,
  sealingKeyRecord,
  systemRandom,
  verifyEntry,
  verifyHeader,
} from '@antechamber/sealing'
import { type Figure, figure } from './lib/figure.ts'

const ROOMS = [12, 40, 200] as const
/** What a person's place in a roster takes, about: ids, keys, side, role. */
const SNAPSHOT_BYTES_PER_DEVICE = 200

const random = systemRandom

/** `what` done `runs` times after one that does not count; each run may be several `times` over, and is divided by it. */
async function measure(name: string, runs: number, what: () => unknown, times = 1): Promise<Figure> {
  await what()
  const took: number[] = []
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    for (let i = 0; i < times; i++) await what()
    took.push((performance.now() - start) / times)
  }
  return figure(name, 'ms', took)
}

const decoded = (bytes: Uint8Array): Envelope => {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error(envelope.error.code)
  return envelope.value
}

interface Room {
  readonly root: SigningKey
  readonly contentKey: ContentKey
  readonly share: Uint8Array
  readonly dialogue: Uint8Array
  readonly envelope: Uint8Array
  readonly header: HeaderFacts
  readonly chapter: OpenChapter
}

function openRoom(devices: number, root = newSigningKey(random)): Room {
  const [contentKey, share] = [newContentKey(random), random(32)]
  const place = { dialogue: random(16), space: random(16), chapter: random(16) }
  const previous = { headerHash: new Uint8Array(32), n: 0, logHash: new Uint8Array(32) }
  const snapshot = new Uint8Array(devices * SNAPSHOT_BYTES_PER_DEVICE)
  const made = createHeader({ place, share, contentKey, envelopeId: random(16), previous, snapshot, root, random })
  return { root, contentKey, share, dialogue: place.dialogue, ...made }
}

/** An entry of a few sentences: sealed, opened with and without its signature checked. */
async function entries(): Promise<Figure[]> {
  const { chapter, root } = openRoom(12)
  const fields: EntryFields = {
    device: random(16),
    counter: 0,
    entryId: random(16),
    seen: { n: 1, logHash: random(32) },
    kind: 1,
    body: random(600),
  }
  const seal = () => {
    const sealed = sealEntry(chapter, root, fields, random(16), random)
    if (!sealed.ok) throw new Error(sealed.error.code)
    return sealed.value
  }
  const envelope = decoded(seal())
  const open = () => {
    const opened = openEntry(chapter, envelope)
    if (!opened.ok) throw new Error(opened.error.code)
    return opened.value
  }
  const entry = open()
  return [
    await measure('seal an entry of 600 bytes', 15, seal, 20),
    await measure('open an entry', 15, open, 50),
    await measure('verify an entry', 15, () => verifyEntry(chapter, entry, root.publicKey), 20),
  ]
}

/** A header and its grants: what opening a chapter costs the opener, and what it costs each other device. */
async function chapters(devices: number, keys: readonly SealingKey[]): Promise<Figure[]> {
  const room = openRoom(devices)
  const envelope = decoded(room.envelope)
  const at = { place: room.chapter.place, facts: room.header, device: random(16) }
  const grantAll = async () => {
    for (const { publicKey } of keys.slice(0, devices))
      await grantContentKey({ ...at, keyNumber: 0, publicKey }, room.contentKey)
  }
  const openAndVerify = () => {
    const opened = openHeader(envelope, room.dialogue, room.contentKey, room.share)
    if (!opened.ok) throw new Error(opened.error.code)
    return verifyHeader(opened.value, room.root.publicKey)
  }
  return [
    await measure(`make a header, ${devices} devices`, 9, () => openRoom(devices, room.root)),
    await measure(`open and verify a header, ${devices} devices`, 9, openAndVerify, 5),
    await measure(`grant a chapter to ${devices} devices`, devices > 100 ? 3 : 5, grantAll),
  ]
}

/** What happens once a device, once a chapter, or once an invitation. */
async function keysAndCodes(key: SealingKey): Promise<Figure[]> {
  const room = openRoom(12)
  const record = sealingKeyRecord(room.root, room.chapter.place.space, random(16), key)
  const at = { place: room.chapter.place, facts: room.header, device: random(16) }
  const grant = await grantContentKey({ ...at, keyNumber: 0, publicKey: key.publicKey }, room.contentKey)
  const isGood = () => isSealingKeyGood(room.root.publicKey, room.chapter.place.space, record)
  return [
    await measure('make a sealing key', 15, () => newSealingKey(0, random)),
    await measure('check a sealing key', 15, isGood, 5),
    await measure('open a grant', 15, () => openGrant(at, grant, key)),
    await measure('derive an invitation from a spoken code', 5, () => invitationFromSpokenCode(['a', 'b'])),
  ]
}

/** Seal, open, verify and grant for 12, 40 and 200 devices, on this machine. Takes about ten seconds. */
export async function measureSealing(): Promise<readonly Figure[]> {
  const keys: SealingKey[] = []
  for (let i = 0; i < Math.max(...ROOMS); i++) keys.push(await newSealingKey(0, random))
  const figures = [...(await entries()), ...(await keysAndCodes(keys[0] as SealingKey))]
  for (const devices of ROOMS) figures.push(...(await chapters(devices, keys)))
  return figures
}
