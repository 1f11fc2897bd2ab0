/** Connections that have not logged in: of one network, wide enough for a workshop behind one address, and of all. */
export const MAX_STRANGERS_OF_NETWORK = 128
export const MAX_STRANGERS = 2_000

/** Counts the connections of each network that have not logged in yet. */
export function createStrangers() {
  const counts = new Map<string, number>()
  let all = 0
  const change = (network: string, by: number) => {
    all += by
    const count = (counts.get(network) ?? 0) + by
    if (count === 0) counts.delete(network)
    else counts.set(network, count)
  }
  return {
    /** Whether there is no place for one more of this network. */
    areTooMany: (network: string): boolean =>
      all >= MAX_STRANGERS || (counts.get(network) ?? 0) >= MAX_STRANGERS_OF_NETWORK,
    /** Counts one more; the answer takes it back, once. */
    add: (network: string): (() => void) => {
      let isCounted = true
      change(network, 1)
      return () => {
        if (isCounted) change(network, -1)
        isCounted = false
      }
    },
  }
}
