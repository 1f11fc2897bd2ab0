import { renameSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'
import { oldSqlite } from './old-database.ts'

type Db = InstanceType<typeof DatabaseSync>

const columnsOf = (db: Db, schema: string, table: string): readonly string[] =>
  (db.prepare(`SELECT name FROM pragma_table_info('${table}', '${schema}')`).all() as { name: string }[]).map(
    ({ name }) => name,
  )

/**
 * Takes a database back to how the relay of an earlier step would have kept the same: that step's tables, as it made
 * them, with what of today's rows they have room for. For an update in the middle of a real dialogue, which no stored
 * database can play. No relay may be on it.
 */
export function makeEarlier(path: string, step: number): void {
  const earlier = `${path}.earlier`
  const db = new DatabaseSync(earlier)
  const made = oldSqlite(step)
    .split('\n')
    .filter((line) => line.startsWith('CREATE '))
  db.exec(made.join('\n'))
  db.exec(`ATTACH '${path}' AS today`)
  const tables = db.prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'").all() as { name: string }[]
  for (const { name } of tables) {
    const today = columnsOf(db, 'today', name)
    const kept = columnsOf(db, 'main', name).filter((column) => today.includes(column))
    const seen = name === 'migrations' ? `WHERE number <= ${step}` : ''
    db.exec(`INSERT INTO main."${name}" (${kept}) SELECT ${kept} FROM today."${name}" ${seen}`)
  }
  db.exec('DETACH today')
  db.close()
  renameSync(earlier, path)
}
