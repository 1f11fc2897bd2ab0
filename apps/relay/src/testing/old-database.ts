import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Storage } from '../storage/ports.ts'
import { grantFor, newDevice, random, randomId, sealingKey } from './device.ts'
import { DAY_MS, NOW, newEntry, reserve, storedChapter, storedSpace } from './stored-space.ts'

// For each step of the migrations, one small database as the relay of that time has written it: as SQL, in SQLite's
// words. Never edited; a new step adds a file.

const fileOf = (step: number): string => fileURLToPath(new URL(`old/step-${step}.sql`, import.meta.url))

/** Whether there is a database of this step. */
export const hasOldDatabase = (step: number): boolean => existsSync(fileOf(step))

/** The database of a step, as SQLite is told to make it. */
export const oldSqlite = (step: number): string => readFileSync(fileOf(step), 'utf8')

/** The same for PostgreSQL, which calls two kinds of column, and bytes, by other names. */
export const oldPostgres = (step: number): string =>
  oldSqlite(step)
    .replaceAll(/\bblob\b/g, 'bytea')
    .replaceAll(/\binteger\b/g, 'bigint')
    .replaceAll(/\bx'([0-9a-f]*)'/g, "'\\x$1'")

/** Puts something into every table: two spaces, one opened by an invitation; what is written is random bytes. */
export async function fillDatabase(storage: Storage): Promise<void> {
  const ada = await storedSpace(storage)
  const { chapter } = await storedChapter(storage, ada, [newDevice().access()])
  for (let i = 0; i < 2; i++) await storage.envelopes.append(newEntry(ada, chapter))
  const late = newDevice()
  await storedChapter(storage, ada, [late.access()])
  await storage.regrants.regrant({ ...ada, chapter, grant: grantFor(late.device) })
  await storage.roster.publishKey({ ...ada, key: sealingKey(ada.device) })
  await reserve(storage, ada)
  const [invitation, ticketHash] = [randomId(), random(32)]
  const expiresAt = NOW + 9 * DAY_MS
  await storage.invitations.invite({ ...ada, invitation, expiresAt, ticketHash, record: random(20) })
  await storage.invitations.join({ invitation, ticketHash, body: random(20), now: NOW })
  const permit = { type: 'invitation', invitation, ticketHash } as const
  const { device, loginKey } = newDevice()
  const opening = { permit, space: randomId(), device, loginKey, retainUntil: NOW + 30 * DAY_MS, now: NOW }
  await storage.envelopes.openSpace(opening)
  await storage.envelopes.sweep({ now: NOW })
  await storage.desks.putOrigin({ origin: 'https://dialogue.example.org' })
}

const literal = (value: unknown): string => {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  return typeof value === 'string' ? `'${value}'` : String(value ?? 'NULL')
}

/** Keeps a database of the newest step for those who come later. @param path of its file, with no relay on it */
export function keepOldDatabase(step: number, path: string): void {
  const db = new DatabaseSync(path)
  const made = db
    .prepare('SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name')
    .all() as { readonly name: string; readonly type: string; readonly sql: string }[]
  const lines = made.map(({ sql }) => `${sql};`)
  for (const { name } of made.filter(({ type }) => type === 'table')) {
    for (const row of db.prepare(`SELECT * FROM "${name}"`).all() as object[]) {
      lines.push(`INSERT INTO "${name}" VALUES (${Object.values(row).map(literal).join(', ')});`)
    }
  }
  db.close()
  writeFileSync(fileOf(step), `${lines.join('\n')}\n`)
}
