const keepers = new Set<() => Promise<unknown>>()

/** Has `keep` called before the page is locked, so that what was just typed is kept. The function returned ends that. */
export function keepBeforeLock(keep: () => Promise<unknown>): () => void {
  keepers.add(keep)
  return () => void keepers.delete(keep)
}

/** Resolves when all that waits has been kept, or could not be. */
export async function keepUnsaved(): Promise<void> {
  await Promise.allSettled([...keepers].map((keep) => keep()))
}
