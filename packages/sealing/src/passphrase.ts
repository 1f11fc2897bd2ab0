import { tagged, utf8 } from '@antechamber/protocol'
import { type HashCost, slowHash, USUAL_COST } from './argon2.ts'
import { KEY_BYTES } from './secrets.ts'

/** Characters (code points) that a passphrase has at least, once it is normalised. */
export const MIN_PASSPHRASE_CHARS = 10

/** The least that a guess may ever cost. */
export const LEAST_COST: HashCost = { memoryKib: 19 * 1024, passes: 2 }
const AIM_MS = 1000
/** A clock that stands still, or a very fast device, must not make a passphrase that a phone cannot bear. */
const MOST_PASSES = 32

/**
 * A passphrase as it counts, whatever keyboard it was typed on: NFKC, runs of white space as one space, none at the
 * ends (phones put one behind each word that they suggest).
 */
export const normalPassphrase = (typed: string): string => typed.normalize('NFKC').replace(/\s+/gu, ' ').trim()

/** Whether it has {@link MIN_PASSPHRASE_CHARS}. Nothing else is asked of it. */
export const isPassphraseLongEnough = (typed: string): boolean =>
  [...normalPassphrase(typed)].length >= MIN_PASSPHRASE_CHARS

/** The key behind a passphrase. @param salt 16 random bytes, drawn for each */
export const passphraseKey = (typed: string, salt: Uint8Array, cost: HashCost): Promise<Uint8Array> =>
  slowHash(tagged('passphrase', utf8(normalPassphrase(typed))), salt, KEY_BYTES, cost)

/** The cost that takes this device about a second, when {@link LEAST_COST} takes it `leastMs`. Never below the least. */
export function costFor(leastMs: number): HashCost {
  const perMs = (LEAST_COST.memoryKib * LEAST_COST.passes) / Math.max(leastMs, 1)
  const affordable = perMs * AIM_MS
  const passes = Math.floor(affordable / USUAL_COST.memoryKib)
  if (passes >= USUAL_COST.passes) return { ...USUAL_COST, passes: Math.min(passes, MOST_PASSES) }
  const memoryKib = Math.floor(affordable / USUAL_COST.passes)
  if (memoryKib >= LEAST_COST.memoryKib) return { memoryKib, passes: USUAL_COST.passes }
  const withLeastPasses = Math.floor(affordable / LEAST_COST.passes)
  return { memoryKib: Math.max(withLeastPasses, LEAST_COST.memoryKib), passes: LEAST_COST.passes }
}

/** Measures this device. Costs two hashes of the least cost. @param now any clock, in ms */
export async function calibrateCost(now: () => number): Promise<HashCost> {
  const measure = (): Promise<Uint8Array> => passphraseKey('', new Uint8Array(16), LEAST_COST)
  // The first one is slow: the code is fetched and made ready.
  await measure()
  const begun = now()
  await measure()
  return costFor(now() - begun)
}
