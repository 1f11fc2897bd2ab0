import { realCore } from './engine.ts'
import { Explorer } from './explorer.ts'
import { startsOf } from './starts.ts'

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Explores the real core from each start, to its depth, and says in figures what that was.
 *
 * @returns how many distinct states were reached and checked
 * @throws Fault with the way to it, at the first thing that is wrong
 */
export function explored(depths: Readonly<Record<string, number>>): number {
  const explorer = new Explorer(realCore())
  const began = performance.now()
  const lines = startsOf(depths).map((start) => {
    const from = performance.now()
    const { name, depth } = start
    const { states, fresh, edges, races } = explorer.explore(start)
    return `${name}: depth ${depth}, ${states} states (${fresh} new), ${edges} commands, ${races} at once, ${seconds(from)}`
  })
  const { states, engine } = explorer
  const whole = `explored: ${states} distinct states, ${engine.replayed} entries, ${seconds(began)}`
  // biome-ignore lint/suspicious/noConsole: what was explored is said where it is run
  console.info([...lines, whole].join('\n'))
  return states
}
