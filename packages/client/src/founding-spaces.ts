import { Failure, type FailureCode } from './errors.ts'
import { firstState } from './founding.ts'
import type { DialogueRecord } from './records.ts'
import type { Spaces } from './spaces.ts'

/** What the spaces themselves tell of. */
const TOLD_ELSEWHERE: readonly FailureCode[] = ['stopped', 'shut-out', 'unreachable']

/**
 * Opens the first chapters of a device's own spaces. What goes wrong in one that has been founded before keeps nothing back.
 *
 * @returns what is to be told of that. Throws {@link Failure} while the dialogue is being founded.
 */
export async function foundSpaces(record: DialogueRecord, spaces: Spaces): Promise<FailureCode | undefined> {
  const mine = record.spaces.filter(({ name }) => record.phase === 'founding' || name === 'own')
  const founding = mine.map((space) => spaces.get(space.name).found(firstState(record, space)))
  try {
    await spaces.unlessOver(Promise.all(founding))
    return undefined
  } catch (failure) {
    if (record.phase === 'founding' || !(failure instanceof Failure)) throw failure
    return TOLD_ELSEWHERE.includes(failure.code) ? undefined : failure.code
  }
}
