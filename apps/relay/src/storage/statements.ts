import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
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
  readonly sql: string
  readonly bind: (values: Values) => readonly unknown[]
  /** Only for types: never there. */
  readonly row?: Row
}

/**
 * Compiles a statement once. `build` gets the names of the values in place of the values.
 *
 * Building a query costs tens of microseconds, which is more than SQLite needs to run it.
 */
export function statement<Values extends object>() {
  return <Row>(build: (values: Values) => Compilable<Row>): Statement<Values, Row> => {
    const names = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) }) as Values
    const { sql, parameters } = build(names).compile()
    const bind = (values: Values) =>
      parameters.map((parameter) =>
        parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
      )
    return { sql, bind }
  }
}
