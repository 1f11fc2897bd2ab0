import { decode, encode, fixed, struct, u64 } from '@antechamber/protocol'
import { type ContentKey, exportContentKey, importContentKey } from '@antechamber/sealing'

const keptKey = struct({ n: u64, key: fixed(32) })

/**
 * A chapter's content key as a device keeps it.
 *
 * @param n the number of the chapter's header in the log; of a chapter that has not come, the only one that it can get
 */
export const writeKey = (n: number, key: ContentKey): Uint8Array => encode(keptKey, { n, key: exportContentKey(key) })

const BARE_BYTES = 32

/**
 * What {@link writeKey} wrote; undefined for anything else. The bare key that was kept before the first release opens its
 * chapter all the same, so that its header can say which version it is of (CH20).
 */
export function readKey(content: Uint8Array | undefined): { readonly n: number; readonly key: ContentKey } | undefined {
  if (content?.length === BARE_BYTES) return { n: 0, key: importContentKey(content) }
  const read = content && decode(keptKey, content, content.length)
  return read?.ok ? { n: read.value.n, key: importContentKey(read.value.key) } : undefined
}
