import type { Dialogue, DialogueStatus } from '@antechamber/client'

/** Long enough for two busy cores; nothing is measured by it. */
const PATIENCE_MS = 60_000

/** Resolves with the dialogue's status as soon as `holds` says yes to it; rejects naming `what` when it never does. */
export function until(
  dialogue: Dialogue,
  what: string,
  holds: (status: DialogueStatus) => boolean,
): Promise<DialogueStatus> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop()
      const { notices, pending, phase, isLive } = dialogue.status
      reject(new Error(`never came: ${what}; ${JSON.stringify({ phase, isLive, notices, pending })}`))
    }, PATIENCE_MS)
    const look = (): void => {
      const { status } = dialogue
      if (!holds(status)) return
      clearTimeout(timer)
      stop()
      resolve(status)
    }
    const stop = dialogue.subscribe(look)
    look()
  })
}
