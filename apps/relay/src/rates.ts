import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/**
 * How often each thing may be done: `points` in `seconds`, counted from the first. The first six are counted by
 * address, in memory only, and are wide enough for a workshop of sixty people behind one address; the others by device
 * and space. Secrets are long enough by themselves: these limits are against load, not against guessing.
 */
export const RATES = {
  desk: { points: 60, seconds: 60 },
  spaces: { points: 240, seconds: 60 },
  invitations: { points: 600, seconds: 60 },
  joins: { points: 240, seconds: 60 },
  receipts: { points: 240, seconds: 60 },
  logins: { points: 1200, seconds: 60 },
  append: { points: 300, seconds: 10 },
  batch: { points: 60, seconds: 60 },
  ask: { points: 300, seconds: 10 },
  invite: { points: 600, seconds: 600 },
} as const
export type RateName = keyof typeof RATES

/** Counts who does what; nothing of it is written anywhere. */
export interface Rates {
  /** Milliseconds until `who` may do `what` again, or undefined when it may be done now, which counts. */
  take(what: RateName, who: string): Promise<number | undefined>
}

/** @param scale multiplies all points: for measuring and for playing many people from one machine */
export function memoryRates(scale: number): Rates {
  const limiters = new Map(
    Object.entries(RATES).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterMemory({ points: Math.ceil(points * scale), duration: seconds, keyPrefix: name }),
    ]),
  )
  return {
    take: async (what, who) => {
      try {
        await limiters.get(what)?.consume(who)
        return undefined
      } catch (over) {
        if (over instanceof RateLimiterRes) return Math.max(1, Math.ceil(over.msBeforeNext))
        throw over
      }
    },
  }
}

/** The network an address counts as: an IPv4 address, or the /64 that one IPv6 customer is given. */
export function networkOf(address: string): string {
  const unmapped = address.startsWith('::ffff:') ? address.slice(7) : address
  // Some proxies write the port as well: `1.2.3.4:5678`, `[2001:db8::1]:5678`.
  const plain = unmapped.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/^\[(.*)\](?::\d+)?$/, '$1')
  if (!plain.includes(':')) return plain
  const [before = '', after = ''] = plain.split('::')
  const head = before.split(':').filter((group) => group !== '')
  const tail = after.split(':').filter((group) => group !== '')
  const zeros = plain.includes('::') ? Array.from({ length: 8 - head.length - tail.length }, () => '0') : []
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}
