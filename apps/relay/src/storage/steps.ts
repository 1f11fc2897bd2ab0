import type { Statement } from './statements.ts'

/** One statement with what goes into it, for a database to run. */
export interface Query {
  readonly statement: Statement<never, unknown>
  readonly parameters: readonly unknown[]
  /** Whether its rows are wanted, or only how many it changed. */
  readonly wants: 'rows' | 'count'
}

/** What a database answers. */
export interface Answer {
  readonly rows: readonly unknown[]
  /** Rows that were changed; of a query that wants rows, any number. */
  readonly count: number
}

/**
 * An operation that names its queries one by one and goes on with the answer to each: written once, and run by a
 * database that answers at once (SQLite) or later (PostgreSQL).
 */
export type Steps<T> = Generator<Query, T, Answer>

/** All rows. */
export function* all<Values, Row>(statement: Statement<Values, Row>, values: Values): Steps<readonly Row[]> {
  const { rows } = yield { statement, parameters: statement.bind(values), wants: 'rows' }
  return rows as readonly Row[]
}

/** The first row, if there is one. */
export function* get<Values, Row>(statement: Statement<Values, Row>, values: Values): Steps<Row | undefined> {
  const rows = yield* all(statement, values)
  return rows[0]
}

/** Changes rows; how many. */
export function* run<Values>(statement: Statement<Values, unknown>, values: Values): Steps<number> {
  const { count } = yield { statement, parameters: statement.bind(values), wants: 'count' }
  return count
}

/** Runs an operation on a database that answers at once. Throws what the database throws. */
export function runAtOnce<T>(answer: (query: Query) => Answer, steps: Steps<T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next(answer(step.value))
  return step.value
}

/** Runs an operation on a database that answers later. Rejects with what the database rejects with. */
export async function runLater<T>(answer: (query: Query) => Promise<Answer>, steps: Steps<T>): Promise<T> {
  let step = steps.next()
  while (!step.done) step = steps.next(await answer(step.value))
  return step.value
}
