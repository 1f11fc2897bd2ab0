import { MIGRATIONS, type Migration } from './migrations.ts'
import { builder, type Statement, statement, textsOf } from './statements.ts'
import { all, run, type Steps } from './steps.ts'

/** The database was written by a newer version of the relay than this one. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError'
}

export type Dialect = 'sqlite' | 'postgres'

const TYPES = {
  sqlite: { bytes: 'blob', whole: 'integer' },
  postgres: { bytes: 'bytea', whole: 'bigint' },
} as const

/** A step of a migration as a statement without values. */
const asStatement = (source: Parameters<typeof textsOf>[0]): Statement<Record<string, never>, unknown> => ({
  name: '',
  ...textsOf(source),
  bind: () => [],
})

const createMigrations = (dialect: Dialect) =>
  asStatement(
    builder.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('number', TYPES[dialect].whole, (column) => column.primaryKey())
      .addColumn('made_at', TYPES[dialect].whole, (column) => column.notNull()),
  )
const lastMigration = statement<Record<string, never>>()(() =>
  builder.selectFrom('migrations').select((e) => e.fn.max('number').as('number')),
)
const insertMigration = statement<{ number: number; made_at: number }>()((v) =>
  builder.insertInto('migrations').values({ number: v.number, made_at: v.made_at }),
)

/**
 * Takes the steps that this database has not seen, in one transaction of the caller's. Each is written down before it
 * is taken: of two processes that begin at once, one waits here and then finds it done.
 *
 * Throws {@link NewerDatabaseError}, and then has changed nothing.
 *
 * @param upto the step to stop at, for making old databases in tests
 */
export function* migrate(dialect: Dialect, now: number, upto = MIGRATIONS.length): Steps<void> {
  yield* run(createMigrations(dialect), {})
  const [last] = yield* all(lastMigration, {})
  const done = last?.number ?? 0
  if (done > MIGRATIONS.length) {
    throw new NewerDatabaseError(`the database is at step ${done}, this relay knows ${MIGRATIONS.length}`)
  }
  for (const migration of MIGRATIONS.slice(done, upto)) yield* take(migration, dialect, now)
}

function* take({ number, statements }: Migration, dialect: Dialect, now: number): Steps<void> {
  yield* run(insertMigration, { number, made_at: now })
  for (const step of statements(builder, TYPES[dialect])) yield* run(asStatement(step), {})
}
