import { exportContentKey, newContentKey, systemRandom } from '@antechamber/sealing'
import { expect, test } from 'vitest'
import { readKey, writeKey } from './kept-key.ts'

test('[CH20] a key is read as it was kept, also one from before the first release', () => {
  const key = newContentKey(systemRandom)
  const bare = exportContentKey(key)
  const read = (content: Uint8Array | undefined) => {
    const kept = readKey(content)
    return kept && [kept.n, exportContentKey(kept.key)]
  }
  expect(read(writeKey(7, key))).toEqual([7, bare])
  expect(read(bare)).toEqual([0, bare])
  for (const wrong of [undefined, bare.subarray(1), new Uint8Array(41)]) expect(read(wrong)).toBeUndefined()
})
