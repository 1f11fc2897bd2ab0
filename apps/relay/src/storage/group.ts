import { type Input, type OperationName, type Output, READS, type SteppedOperations } from './operations.ts'
import { codeOf, type Database, isFull } from './sqlite-database.ts'
import { runAtOnce, type Steps } from './steps.ts'

/** One operation on its way to the database's thread. */
export interface Asked {
  readonly name: OperationName
  readonly input: Input<OperationName>
}

/** What became of it. `code` is the database's own, without a message. */
export type Told =
  | { readonly output: Output<OperationName> }
  | { readonly failed: 'full' | 'other'; readonly code: string }

const failure = (error: unknown): Told => ({ failed: isFull(error) ? 'full' : 'other', code: codeOf(error) })

function attempt(run: () => Output<OperationName>): Told {
  try {
    return { output: run() }
  } catch (error) {
    return failure(error)
  }
}

/**
 * Group commit: runs the writes of a group in one transaction, commits once, and only then tells any of them; then
 * the reads. When the transaction fails, each write gets one of its own, so that nobody pays for another's failure.
 *
 * @returns what became of each, in the order in which they were asked
 */
export function runGroup(db: Database, operations: SteppedOperations, group: readonly Asked[]): readonly Told[] {
  const run = ({ name, input }: Asked): Output<OperationName> =>
    runAtOnce(db.answer, operations[name](input as never) as Steps<Output<OperationName>>)
  const writes = group.filter(({ name }) => !READS.has(name))
  const told = new Map<Asked, Told>()
  if (writes.length > 0) {
    try {
      const outputs = db.transaction(() => writes.map(run))
      for (const [i, asked] of writes.entries()) told.set(asked, { output: outputs[i] as Output<OperationName> })
    } catch (error) {
      for (const asked of writes) {
        told.set(asked, writes.length === 1 ? failure(error) : attempt(() => db.transaction(() => run(asked))))
      }
    }
  }
  return group.map((asked) => told.get(asked) ?? attempt(() => run(asked)))
}
