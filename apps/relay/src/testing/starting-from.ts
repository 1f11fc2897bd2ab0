import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { SpaceLimits, Storage } from '../storage/ports.ts'

/** Opens a storage that holds nothing yet. */
export type Open = (limits?: SpaceLimits) => Promise<Storage>

/** One storage for the tests of a group, and what each of them starts from: every test makes spaces of its own. */
export function startingFrom<Start extends object>(
  open: Open,
  prepare: (storage: Storage) => Promise<Start>,
  limits: SpaceLimits = {},
): () => Start & { readonly storage: Storage } {
  let storage: Storage
  let start: Start
  beforeAll(async () => {
    storage = await open(limits)
  })
  afterAll(() => storage.envelopes.close())
  beforeEach(async () => {
    start = await prepare(storage)
  })
  return () => ({ ...start, storage })
}
