import { toBase64Url } from '@antechamber/protocol'
import type { DatabaseFile } from '../backup/database-file.ts'
import { ShareError, type ShareKey, shareVault } from '../share-vault.ts'
import { checkSpace, type EnvelopeRow, type LogFault, type SpaceFindings, type SpaceRow } from './check-space.ts'

/** What was found in a whole database. Ids in base64url. */
export interface Findings {
  readonly spaces: number
  readonly envelopes: number
  readonly withdrawn: number
  readonly destroyed: number
  /** Shares that open, of all that there are; undefined where no key file was given. */
  readonly shares: { readonly open: number; readonly all: number } | undefined
  /** One a space: its first. */
  readonly faults: readonly (LogFault & { readonly space: string })[]
  readonly oddHeaders: readonly { readonly space: string; readonly n: number }[]
}

interface ChapterRow {
  readonly chapter: Uint8Array
  readonly sealed_share: Uint8Array
  readonly first: number | null
}

type Opens = (space: Uint8Array, row: ChapterRow) => boolean

function opener(keys: readonly ShareKey[]): Opens {
  const vault = shareVault({ load: () => keys, replace: () => false })
  return (space, { chapter, sealed_share: sealed }) => {
    try {
      vault.open(space, chapter, sealed)
      return true
    } catch (error) {
      if (error instanceof ShareError) return false
      throw error
    }
  }
}

class Verification {
  readonly #db: DatabaseFile
  readonly #opens: Opens | undefined
  #envelopes = 0
  #withdrawn = 0
  #destroyed = 0
  #open = 0
  #shares = 0
  readonly #faults: (LogFault & { readonly space: string })[] = []
  readonly #oddHeaders: { readonly space: string; readonly n: number }[] = []

  constructor(db: DatabaseFile, opens: Opens | undefined) {
    this.#db = db
    this.#opens = opens
  }

  run(): Findings {
    const spaces = this.#db.prepare('SELECT space, head, head_hash FROM spaces ORDER BY space').all()
    for (const row of spaces as unknown as readonly SpaceRow[]) this.#check(row)
    return {
      spaces: spaces.length,
      envelopes: this.#envelopes,
      withdrawn: this.#withdrawn,
      destroyed: this.#destroyed,
      shares: this.#opens && { open: this.#open, all: this.#shares },
      faults: this.#faults,
      oddHeaders: this.#oddHeaders,
    }
  }

  #check(row: SpaceRow): void {
    const space = toBase64Url(row.space)
    const chapters = this.#db
      .prepare('SELECT chapter, sealed_share, first FROM chapters WHERE space = ? ORDER BY first')
      .all(row.space) as unknown as readonly ChapterRow[]
    const byHeader = new Map(chapters.flatMap(({ chapter, first }) => (first === null ? [] : [[first, chapter]])))
    const envelopes = this.#db
      .prepare('SELECT n, id, hash, envelope FROM envelopes WHERE space = ? ORDER BY n')
      .iterate(row.space) as unknown as Iterable<EnvelopeRow>
    const found: SpaceFindings = checkSpace(row, envelopes, byHeader)
    this.#envelopes += found.envelopes
    this.#withdrawn += found.withdrawn
    this.#destroyed += found.destroyed
    this.#oddHeaders.push(...found.oddHeaders.map((n) => ({ space, n })))
    const closed = this.#closedShare(row.space, chapters)
    const fault = found.fault ?? closed
    if (fault !== undefined) this.#faults.push({ ...fault, space })
  }

  /** The first chapter whose share does not open. A reservation stands at no envelope: 0. */
  #closedShare(space: Uint8Array, chapters: readonly ChapterRow[]): LogFault | undefined {
    if (this.#opens === undefined) return undefined
    const closed = chapters.filter((row) => !this.#opens?.(space, row))
    this.#shares += chapters.length
    this.#open += chapters.length - closed.length
    return closed[0] && { code: 'share-closed', n: closed[0].first ?? 0 }
  }
}

/**
 * Checks every log of a database, of any step, as it is at one moment: relays may go on writing to it.
 *
 * @param keys the key file's; without them the shares are not looked at
 */
export function verifyDatabase(db: DatabaseFile, keys: readonly ShareKey[] | undefined): Findings {
  db.exec('BEGIN')
  try {
    return new Verification(db, keys && opener(keys)).run()
  } finally {
    db.exec('ROLLBACK')
  }
}
