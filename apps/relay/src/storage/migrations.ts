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
interface TableShape {
  readonly name: string
  readonly key: readonly string[]
  readonly columns: readonly Column[]
}

function createTable(db: Kysely<Schema>, types: ColumnTypes, { name, key, columns }: TableShape): Table {
  let building: Table = db.schema.createTable(name)
  for (const [column, type, optional] of columns) {
    building = building.addColumn(column, type === 'text' ? 'text' : types[type], (definition) =>
      optional ? definition : definition.notNull(),
    )
  }
  return building.addPrimaryKeyConstraint(`${name}_key`, key as string[])
}

const SPACE: Column = ['space', 'bytes']
const DEVICE: Column = ['device', 'bytes']

const FIRST_TABLES: readonly TableShape[] = [
  {
    name: 'spaces',
    key: ['space'],
    columns: [
      SPACE,
      ['retain_until', 'whole'],
      ['head', 'whole'],
      ['head_hash', 'bytes'],
      ['chapter', 'bytes', 'optional'],
    ],
  },
  {
    name: 'chapters',
    key: ['space', 'chapter'],
    columns: [
      SPACE,
      ['chapter', 'bytes'],
      ['sealed_share', 'bytes'],
      ['reserved_at', 'whole'],
      ['first', 'whole', 'optional'],
    ],
  },
  {
    name: 'access',
    key: ['space', 'device'],
    columns: [SPACE, DEVICE, ['login_key', 'bytes'], ['keeper', 'whole'], ['since', 'whole']],
  },
  {
    name: 'grants',
    key: ['space', 'chapter', 'device'],
    columns: [SPACE, ['chapter', 'bytes'], DEVICE, ['sealed', 'bytes']],
  },
  {
    name: 'sealing_keys',
    key: ['space', 'device'],
    columns: [SPACE, DEVICE, ['number', 'whole'], ['record', 'bytes']],
  },
  {
    name: 'invitations',
    key: ['invitation'],
    columns: [
      ['invitation', 'bytes'],
      SPACE,
      ['state', 'text'],
      ['expires_at', 'whole'],
      ['ticket_hash', 'bytes'],
      ['record', 'bytes'],
      ['opened', 'bytes', 'optional'],
    ],
  },
  {
    name: 'joins',
    key: ['invitation', 'position'],
    columns: [
      ['invitation', 'bytes'],
      ['position', 'whole'],
      ['body', 'bytes'],
    ],
  },
  {
    name: 'desks',
    key: ['secret_hash'],
    columns: [
      ['secret_hash', 'bytes'],
      ['made_at', 'whole'],
    ],
  },
  {
    name: 'sweeps',
    key: ['id'],
    columns: [
      ['id', 'whole'],
      ['swept_at', 'whole'],
    ],
  },
]

const ENVELOPES: TableShape = {
  name: 'envelopes',
  key: ['space', 'n'],
  columns: [SPACE, ['n', 'whole'], ['id', 'bytes'], ['hash', 'bytes'], ['envelope', 'bytes', 'optional']],
}

const first: Migration = {
  number: 1,
  statements: (db, types) => [
    ...FIRST_TABLES.map((table) => createTable(db, types, table)),
    createTable(db, types, ENVELOPES).addUniqueConstraint('envelopes_id', ['space', 'id']),
    db.schema.createIndex('spaces_due').on('spaces').column('retain_until'),
    db.schema.createIndex('invitations_of_space').on('invitations').column('space'),
    db.schema.createIndex('invitations_due').on('invitations').column('expires_at'),
  ],
}

const RELAY: TableShape = {
  name: 'relay',
  key: ['id'],
  columns: [
    ['id', 'whole'],
    ['owes_renewal', 'whole'],
    ['origin', 'text', 'optional'],
  ],
}

/** How much each space holds, what opened it, and one row of what the relay remembers of itself. */
const second: Migration = {
  number: 2,
  statements: (db, types) => [
    db.schema.alterTable('spaces').addColumn('bytes', types.whole, (column) => column.notNull().defaultTo(0)),
    db.updateTable('spaces').set((space) => ({
      bytes: space
        .selectFrom('envelopes')
        .select((e) => e.fn.coalesce(e.fn.sum<number>(e.fn('length', ['envelope'])), e.lit(0)).as('bytes'))
        .whereRef('envelopes.space', '=', 'spaces.space'),
    })),
    db.schema.alterTable('spaces').addColumn('invited', types.whole, (column) => column.notNull().defaultTo(0)),
    db.updateTable('spaces').set((space) => ({
      invited: space
        .selectFrom('invitations')
        .select((e) =>
          e.case().when(e.fn.countAll<number>(), '>', e.lit(0)).then(e.lit(1)).else(e.lit(0)).end().as('n'),
        )
        .whereRef('invitations.opened', '=', 'spaces.space'),
    })),
    createTable(db, types, RELAY),
    // A purge before this step was written down nowhere: where there may have been one, the renewal is owed.
    db
      .insertInto('relay')
      .columns(['id', 'owes_renewal'])
      .expression((from) =>
        from
          .selectFrom('sweeps')
          .select((e) => [
            e.lit(1).as('id'),
            e.case().when(e.fn.countAll<number>(), '>', e.lit(0)).then(e.lit(1)).else(e.lit(0)).end().as('owed'),
          ]),
      ),
  ],
}

/** What several processes on one database agree on: the key of the shares, and who does what one does at a time. */
const third: Migration = {
  number: 3,
  statements: (db, types) => [
    db.schema.alterTable('relay').addColumn('share_key', types.bytes),
    db.schema.alterTable('relay').addColumn('upkeep_by', types.bytes),
    db.schema.alterTable('relay').addColumn('upkeep_until', types.whole, (column) => column.notNull().defaultTo(0)),
  ],
}

const RECEIPTS: TableShape = {
  name: 'receipts',
  key: ['space', 'position'],
  columns: [
    SPACE,
    ['position', 'whole'],
    ['chapter', 'bytes', 'optional'],
    ['up_to', 'whole'],
    ['destroyed_at', 'whole'],
    ['backups_until', 'whole'],
    ['forget_at', 'whole'],
  ],
}

/** Who has asked for chapters to be destroyed, and what was. */
const fourth: Migration = {
  number: 4,
  statements: (db, types) => [
    ...['asked_by_keeper', 'asked_by_other'].map((name) =>
      db.schema.alterTable('chapters').addColumn(name, types.whole, (column) => column.notNull().defaultTo(0)),
    ),
    createTable(db, types, RECEIPTS),
    db.schema.createIndex('receipts_due').on('receipts').column('forget_at'),
  ],
}

/** What devices have given again of chapters that are open already. */
const REGRANTS: TableShape = {
  name: 'regrants',
  key: ['space', 'chapter', 'device', 'sender'],
  columns: [SPACE, ['chapter', 'bytes'], DEVICE, ['sender', 'bytes'], ['sealed', 'bytes']],
}

const fifth: Migration = { number: 5, statements: (db, types) => [createTable(db, types, REGRANTS)] }

/** Who may come back by the people of a space when nobody else keeps it. */
const sixth: Migration = {
  number: 6,
  statements: (db, types) => [db.schema.alterTable('spaces').addColumn('way_back', types.bytes)],
}

/** All steps, in their order, numbered from 1 without a gap. */
export const MIGRATIONS: readonly Migration[] = [first, second, third, fourth, fifth, sixth]
