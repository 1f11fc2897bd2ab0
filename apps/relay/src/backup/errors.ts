/**
 * Why a copy was not made or not put back, in one sentence for the operator. `bad`: what was given is damaged, or does
 * not belong together; `refused`: something stands in the way.
 */
export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: 'bad' | 'refused'
  constructor(code: BackupError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** SQLite's result codes for a file that is no database, and for one that is damaged. */
const DAMAGED: ReadonlySet<unknown> = new Set([11, 26])

const wordOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if ('errcode' in error) return `sqlite-${error.errcode}`
  return 'code' in error ? String(error.code) : error.name
}

/**
 * What a database or a disk says, as a sentence about `subject`, such as `the database in /data`. A mistake of ours,
 * which has no code, is given back as it is.
 *
 * @param failed what did not go, as the end of that sentence
 */
export function told(error: unknown, subject: string, failed = 'cannot be read or written'): unknown {
  if (error instanceof BackupError || !(error instanceof Error)) return error
  if ('errcode' in error && DAMAGED.has(error.errcode)) {
    return new BackupError('bad', `${subject} is damaged (${wordOf(error)})`, { cause: error })
  }
  if (!('errcode' in error) && !('code' in error)) return error
  return new BackupError('refused', `${subject} ${failed} (${wordOf(error)})`, { cause: error })
}
