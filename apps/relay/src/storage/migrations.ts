import type { Compilable, CreateTableBuilder, Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** How a database calls the two kinds of column that SQLite and PostgreSQL name differently. */
export interface ColumnTypes {
  readonly bytes: 'blob' | 'bytea'
  readonly whole: 'integer' | 'bigint'
}

/** One step forward; there are none back. What a released version has run is never edited: a new one follows it. */
export interface Migration {
  readonly number: number
  readonly statements: (db: Kysely<Schema>, types: ColumnTypes) => readonly Compilable[]
}

type Table = CreateTableBuilder<string, string>
type Column = readonly [name: string, type: keyof ColumnTypes | 'text', optional?: 'optional']

function table(
  db: Kysely<Schema>,
  types: ColumnTypes,
  name: string,
  columns: readonly Column[],
  primaryKey: readonly string[],
): Table {
  let building: Table = db.schema.createTable(name)
  for (const [column, type, optional] of columns) {
    building = building.addColumn(column, type === 'text' ? 'text' : types[type], (definition) =>
      optional ? definition : definition.notNull(),
    )
  }
  return building.addPrimaryKeyConstraint(`${name}_key`, primaryKey as string[])
}

const first: Migration = {
  number: 1,
  statements: (db, types) => {
    const make = (name: string, primaryKey: readonly string[], ...columns: readonly Column[]) =>
      table(db, types, name, columns, primaryKey)
    return [
      make(
        'spaces',
        ['space'],
        ['space', 'bytes'],
        ['retain_until', 'whole'],
        ['head', 'whole'],
        ['head_hash', 'bytes'],
        ['chapter', 'bytes', 'optional'],
      ),
      make(
        'envelopes',
        ['space', 'n'],
        ['space', 'bytes'],
        ['n', 'whole'],
        ['id', 'bytes'],
        ['hash', 'bytes'],
        ['envelope', 'bytes', 'optional'],
      ).addUniqueConstraint('envelopes_id', ['space', 'id']),
      make(
        'chapters',
        ['space', 'chapter'],
        ['space', 'bytes'],
        ['chapter', 'bytes'],
        ['sealed_share', 'bytes'],
        ['reserved_at', 'whole'],
        ['first', 'whole', 'optional'],
      ),
      make(
        'access',
        ['space', 'device'],
        ['space', 'bytes'],
        ['device', 'bytes'],
        ['login_key', 'bytes'],
        ['keeper', 'whole'],
      ),
      make(
        'grants',
        ['space', 'chapter', 'device'],
        ['space', 'bytes'],
        ['chapter', 'bytes'],
        ['device', 'bytes'],
        ['sealed', 'bytes'],
      ),
      make(
        'sealing_keys',
        ['space', 'device'],
        ['space', 'bytes'],
        ['device', 'bytes'],
        ['number', 'whole'],
        ['record', 'bytes'],
      ),
      make(
        'invitations',
        ['invitation'],
        ['invitation', 'bytes'],
        ['space', 'bytes'],
        ['state', 'text'],
        ['expires_at', 'whole'],
        ['record', 'bytes'],
        ['opened', 'bytes', 'optional'],
      ),
      make('joins', ['invitation', 'position'], ['invitation', 'bytes'], ['position', 'whole'], ['body', 'bytes']),
      make('desks', ['secret_hash'], ['secret_hash', 'bytes'], ['made_at', 'whole']),
      make('sweeps', ['id'], ['id', 'whole'], ['swept_at', 'whole']),
      db.schema.createIndex('spaces_due').on('spaces').column('retain_until'),
      db.schema.createIndex('invitations_of_space').on('invitations').column('space'),
      db.schema.createIndex('invitations_due').on('invitations').column('expires_at'),
    ]
  },
}

/** All steps, in their order, numbered from 1 without a gap. */
export const MIGRATIONS: readonly Migration[] = [first]
