import { encode, equalBytes, err, type Grant, ok, type Result, tagged, u32 } from '@antechamber/protocol'
import { type ChapterPlace, type Commitments, commitToContentKey } from './chapter.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { type Random, systemRandom } from './random.ts'
import type { SealingKey } from './sealing-key.ts'
import { type ContentKey, hideContentKey, KEY_BYTES, reveal } from './secrets.ts'

/** What a grant is bound to besides the key: nothing of it can be swapped. */
export interface GrantPlace {
  readonly place: ChapterPlace
  readonly facts: Commitments
  readonly device: Uint8Array
}

/** A grant about to be made, to one device's good sealing key (`isSealingKeyGood`). */
export interface NewGrant extends GrantPlace {
  readonly keyNumber: number
  readonly publicKey: Uint8Array
  /** 64 bytes are drawn; the platform's randomness when not given. */
  readonly random?: Random
}

/**
 * Why a grant does not open.
 *
 * - `wrong-key-number`: it was made for another of this device's keys
 * - `unreadable`: it was made for another device, chapter, space, dialogue or key, or was changed
 * - `wrong-content-key`: it opens, and holds another key than the one the header commits to
 */
export type GrantFault =
  | { readonly code: 'wrong-key-number' }
  | { readonly code: 'unreadable' }
  | { readonly code: 'wrong-content-key' }

const grantInfo = ({ place, facts, device }: GrantPlace, keyNumber: number): Uint8Array =>
  tagged(
    'grant',
    place.dialogue,
    place.space,
    place.chapter,
    facts.commitCk,
    facts.commitK,
    device,
    encode(u32, keyNumber),
  )

/**
 * Wraps a chapter's content key for one device. Costs about 6 ms.
 *
 * @throws RangeError when the content key is not the one that `facts` commits to, and HPKE's error when the public key
 *   is no good: both are for the caller to have asked before
 *
 * Source: docs/spec/chapters.md, rule CH8.
 */
export async function grantContentKey(args: NewGrant, contentKey: ContentKey): Promise<Grant> {
  if (!equalBytes(commitToContentKey(args.place, contentKey), args.facts.commitCk))
    throw new RangeError('this content key belongs to another chapter')
  const { device, keyNumber, publicKey, random = systemRandom } = args
  const sealed = await hpkeSeal(publicKey, grantInfo(args, keyNumber), reveal(contentKey), random)
  return { device, keyNumber, enc: sealed.enc, wrapped: sealed.ciphertext }
}

/** Unwraps a grant with this device's sealing key of that number. Costs about 7 ms. Source: rule CH8. */
export async function openGrant(
  args: GrantPlace,
  grant: Grant,
  key: SealingKey,
): Promise<Result<ContentKey, GrantFault>> {
  if (grant.keyNumber !== key.number) return err({ code: 'wrong-key-number' })
  const opened = await hpkeOpen(key.secret, grantInfo(args, grant.keyNumber), grant.enc, grant.wrapped)
  if (opened === undefined || opened.length !== KEY_BYTES) return err({ code: 'unreadable' })
  const contentKey = hideContentKey(opened)
  return equalBytes(commitToContentKey(args.place, contentKey), args.facts.commitCk)
    ? ok(contentKey)
    : err({ code: 'wrong-content-key' })
}
