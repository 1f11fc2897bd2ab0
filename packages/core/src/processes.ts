import firstDialogue from '../processes/first-dialogue.json' with { type: 'json' }
import { loadProcess, type Process } from './process.ts'
import { KNOWN_PARTS } from './registry.ts'

/** Loads a process that ships with the product, exactly as one that a convenor brings. */
function shipped(value: unknown): Process {
  const loaded = loadProcess(value, KNOWN_PARTS)
  if (!loaded.ok) throw new Error(`A shipped process is wrong at ${loaded.error.field}: ${loaded.error.expected}`)
  return loaded.value
}

/**
 * The processes that ship, in the order in which a convenor is offered them. A door of its own, because only whoever
 * starts a dialogue needs them: everyone else has their dialogue's process in its charter.
 */
export const PROCESSES: readonly Process[] = [shipped(firstDialogue)]
