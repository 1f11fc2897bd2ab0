import {
  concat,
  ENTRY,
  type Envelope,
  encode,
  encodeEnvelope,
  HEADER,
  tagged,
  u8,
  u32,
  u64,
} from '@antechamber/protocol'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'

/**
 * The formats once more, written from docs/spec by hand and with every part open to a forger: the tests of a modified
 * client use it, and the honest case must give the same bytes as the real code.
 */

const padded = (size: number, content: Uint8Array, filler = 0): Uint8Array => {
  const all = new Uint8Array(size).fill(filler)
  all.set(content)
  return all
}

const u32bytes = (n: number) => encode(u32, n)
const u64bytes = (n: number) => encode(u64, n)

export interface Keys {
  readonly dialogue: Uint8Array
  readonly space: Uint8Array
  readonly chapter: Uint8Array
  readonly ck: Uint8Array
  readonly share: Uint8Array
}

export const chapterKey = ({ dialogue, space, chapter, ck, share }: Keys): Uint8Array =>
  hkdf(sha256, ck, share, tagged('chapter-key', dialogue, space, chapter), 32)

export interface ForgedHeader {
  readonly keys: Keys
  readonly secret: Uint8Array
  readonly envelopeId: Uint8Array
  readonly nonce: Uint8Array
  readonly previous: Uint8Array
  readonly n: number
  readonly logHash: Uint8Array
  readonly snapshot: Uint8Array
  readonly size: number
  /** What the header says, where that is not what is so. */
  readonly claimedSnapshot?: Uint8Array
  readonly inside?: Uint8Array
  readonly filler?: number
}

export function forgeHeader(args: ForgedHeader): Uint8Array {
  const { keys, previous, n, logHash, snapshot, claimedSnapshot = snapshot, filler = 0 } = args
  const { dialogue, space, chapter } = keys
  const k = chapterKey(keys)
  const commitCk = sha256(tagged('commit-ck', space, chapter, keys.ck))
  const commitK = sha256(tagged('commit-k', space, chapter, k))
  const snapshotHash = sha256(tagged('snapshot', dialogue, claimedSnapshot))
  const clear = [previous, u64bytes(n), logHash, commitCk, commitK, snapshotHash]
  const preimage = tagged('header', space, chapter, ...clear)
  const inside = args.inside ?? padded(args.size - 323, concat(u32bytes(snapshot.length), snapshot), filler)
  const aad = tagged('header-seal', space, chapter, args.envelopeId, sha256(preimage))
  const sealed = concat(
    ...clear,
    ed25519.sign(preimage, args.secret),
    xchacha20poly1305(k, args.nonce, aad).encrypt(inside),
  )
  return encodeEnvelope({ kind: HEADER, space, chapter, id: args.envelopeId, nonce: args.nonce, sealed })
}

export interface ForgedEntry {
  readonly keys: Keys
  readonly headerHash: Uint8Array
  readonly secret: Uint8Array
  readonly envelopeId: Uint8Array
  readonly nonce: Uint8Array
  readonly device: Uint8Array
  readonly counter: number
  readonly entryId: Uint8Array
  readonly n: number
  readonly logHash: Uint8Array
  readonly kind: number
  readonly body: Uint8Array
  readonly size: number
  readonly signature?: Uint8Array
  readonly inside?: Uint8Array
  readonly filler?: number
  readonly envelope?: Partial<Envelope>
}

export function forgeEntry(args: ForgedEntry): Uint8Array {
  const { keys, device, entryId, logHash, body, filler = 0 } = args
  const { space, chapter } = keys
  const [counter, n, kind] = [u32bytes(args.counter), u64bytes(args.n), encode(u8, args.kind)]
  const preimage = tagged('entry', space, chapter, args.headerHash, device, counter, entryId, n, logHash, kind, body)
  const signature = args.signature ?? ed25519.sign(preimage, args.secret)
  const content = concat(device, counter, entryId, n, logHash, kind, u32bytes(body.length), body, signature)
  const inside = args.inside ?? padded(args.size - 91, content, filler)
  const aad = tagged('entry-seal', space, chapter, args.envelopeId, args.headerHash)
  const sealed = xchacha20poly1305(chapterKey(keys), args.nonce, aad).encrypt(inside)
  return encodeEnvelope({
    kind: ENTRY,
    space,
    chapter,
    id: args.envelopeId,
    nonce: args.nonce,
    sealed,
    ...args.envelope,
  })
}
