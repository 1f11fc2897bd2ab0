import { expect, test } from 'vitest'
import { Explorer } from './testing/explorer.ts'
import { Fault } from './testing/fault.ts'
import { FAULTS, withFault } from './testing/faults.ts'
import { startsOf } from './testing/starts.ts'

/** What the exploration says of a core with this fault, or undefined. */
function foundIn(fault: (typeof FAULTS)[number]): string | undefined {
  let found: string | undefined
  withFault(fault, (core) => {
    try {
      for (const start of startsOf({ [fault.start]: fault.depth })) new Explorer(core).explore(start)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      found = error.message
    }
  })
  return found
}

test.each(FAULTS)('the exploration finds it if $name', (fault) => {
  expect(foundIn(fault)).toContain(fault.breaks)
  // Only the fault was in the way.
  const { name, start, depth, breaks } = fault
  expect(foundIn({ name, start, depth, breaks })).toBeUndefined()
})
