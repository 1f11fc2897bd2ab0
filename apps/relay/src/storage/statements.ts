import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Schema } from './schema.ts'

/** Builds statements and never runs one: what runs them is a driver that prepares each once. */
export const builder = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A statement as text, the values that go into it by name, and what a row of its answer is. */
export interface Statement<Values, Row> {
  /** No two statements of one relay have the same. */
  readonly name: string
  /** With `?` for each value. */
  readonly sqlite: string
  /** With `$1`, `$2` … for the same values in the same order. */
  readonly postgres: string
  readonly bind: (values: Values) => readonly unknown[]
  /** Only for types: never there. */
  readonly row?: Row
}

const postgres = new PostgresQueryCompiler()

/** The text of a statement, or of a step of a migration, for each database. */
export function textsOf(source: Compilable) {
  const { query, queryId, sql, parameters } = source.compile()
  return { sqlite: sql, postgres: postgres.compileQuery(query, queryId).sql, parameters }
}

let made = 0

/**
 * Compiles a statement once. `build` gets the names of the values in place of the values.
 *
 * Building a query costs tens of microseconds, which is more than SQLite needs to run it.
 */
export function statement<Values extends object>() {
  return <Row>(build: (values: Values) => Compilable<Row>): Statement<Values, Row> => {
    const names = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) }) as Values
    const { parameters, ...texts } = textsOf(build(names))
    const bind = (values: Values) =>
      parameters.map((parameter) =>
        parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
      )
    made += 1
    return { name: `s${made}`, ...texts, bind }
  }
}
