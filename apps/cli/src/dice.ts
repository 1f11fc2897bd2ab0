/** Chance that can be played again: the same seed and purpose always give the same throws. */
export interface Dice {
  /** A whole number from 0 up to and without `limit`, each as likely as the other. */
  readonly below: (limit: number) => number
  /** The same things in another order. The list that is given stays as it is. */
  readonly shuffled: <T>(list: readonly T[]) => readonly T[]
}

/** FNV-1a over UTF-16 code units, with a last stir so that close texts come out far apart. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * Dice for one purpose. Each purpose has throws of its own, so that one more throw here changes nothing there.
 * Never for secrets. The generator is sfc32, on 32-bit integers: alike on every machine.
 */
export function diceFor(seed: number, purpose: string): Dice {
  let [a, b, c, d] = [hash32(`${seed} a ${purpose}`), hash32(`${seed} b ${purpose}`), hash32(`${seed} c ${purpose}`), 1]
  const next32 = (): number => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) next32()
  const below = (limit: number): number => Math.floor((next32() / 0x1_0000_0000) * limit)
  const shuffled = <T>(list: readonly T[]): readonly T[] => {
    const copy = [...list]
    for (let i = copy.length - 1; i > 0; i--) {
      const j = below(i + 1)
      const moved = copy[i] as T
      copy[i] = copy[j] as T
      copy[j] = moved
    }
    return copy
  }
  return { below, shuffled }
}
