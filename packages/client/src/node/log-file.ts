import { type FileHandle, readFile as readWhole, rename, rm } from 'node:fs/promises'
import { type StoreChange, StoreError } from '../ports.ts'
import { asStoreError, openPrivate, overwrite, syncFolderOf, unlessMissing, writeAll } from './files.ts'
import {
  applyChange,
  costOf,
  encodeFrame,
  FILE_HEADER_BYTES,
  type FileContents,
  fileHeader,
  LIVE,
  readFile,
  STATE_AT,
  WIPING,
} from './frames.ts'

/** Below this a file is not worth rewriting while it is in use. */
const MIN_REWRITE_BYTES = 65_536
/** Frames of a rewritten file, and of writes that are synced together, are about this long. */
export const FRAME_TARGET_BYTES = 1_048_576

/** Writes the records as a whole new file, synced, and gives it its name at the end. */
async function writeNew(path: string, records: ReadonlyMap<string, Uint8Array>) {
  const fresh = `${path}.new`
  const file = await openPrivate(fresh, 'w+')
  try {
    let end = FILE_HEADER_BYTES
    let frames = 0
    await writeAll(file, fileHeader(), 0)
    for (const group of groupBySize([...records].map(([name, bytes]) => ({ name, bytes })))) {
      const frame = encodeFrame(frames++, group)
      await writeAll(file, frame, end)
      end += frame.length
    }
    await file.sync()
    await rename(fresh, path)
    return { file, end, frames }
  } catch (error) {
    await file.close()
    await rm(fresh, { force: true })
    throw error
  }
}

/** Consecutive changes in groups of about FRAME_TARGET_BYTES, each at least one long. */
function* groupBySize(changes: readonly StoreChange[]): Generator<StoreChange[]> {
  let group: StoreChange[] = []
  let size = 0
  for (const change of changes) {
    const cost = costOf(change.name, change.bytes ?? new Uint8Array())
    if (group.length > 0 && size + cost > FRAME_TARGET_BYTES) {
      yield group
      group = []
      size = 0
    }
    group.push(change)
    size += cost
  }
  if (group.length > 0) yield group
}

function contentsOf(bytes: Uint8Array): FileContents {
  const contents = readFile(bytes)
  if (contents.ok) return contents.value
  const code = contents.error.code === 'damaged' ? 'damaged' : 'unavailable'
  throw new StoreError(code, new Error(JSON.stringify(contents.error)))
}

/**
 * The file of a store and what it holds. One call at a time: the caller waits for each to end.
 * After a sync that failed nobody knows what the disk holds, so every later write is refused.
 */
export class LogFile {
  readonly records: Map<string, Uint8Array>
  readonly #path: string
  #file: FileHandle
  #end: number
  #frames: number
  #liveBytes = 0
  #hasDead: boolean
  /** After a rewrite found no room, the next is tried when the file has grown to this. */
  #rewriteFrom = MIN_REWRITE_BYTES
  #broken: unknown

  private constructor(path: string, file: FileHandle, contents: Omit<FileContents, 'state'>) {
    this.#path = path
    this.#file = file
    this.records = contents.records
    this.#end = contents.end
    this.#frames = contents.frames
    this.#hasDead = contents.hasDead
    for (const [name, bytes] of contents.records) this.#liveBytes += costOf(name, bytes)
  }

  /** Opens or creates it, cuts off a torn write and overwrites what had been deleted. Throws StoreError. */
  static async open(path: string): Promise<LogFile> {
    try {
      await rm(`${path}.new`, { force: true })
      const bytes = await unlessMissing(readWhole(path))
      if (bytes === undefined) return await LogFile.#create(path)
      const contents = contentsOf(bytes)
      const log = new LogFile(path, await openPrivate(path, 'r+'), contents)
      await log.#settle(contents.state, bytes.length)
      return log
    } catch (error) {
      throw asStoreError(error)
    }
  }

  static async #create(path: string): Promise<LogFile> {
    const records = new Map<string, Uint8Array>()
    const { file, end, frames } = await writeNew(path, records)
    await syncFolderOf(path)
    return new LogFile(path, file, { records, end, frames, hasDead: false })
  }

  async #settle(state: number, length: number): Promise<void> {
    try {
      if (state === WIPING) await this.wipe()
      else if (this.#end < length) {
        await this.#file.truncate(this.#end)
        await this.#file.datasync()
      }
      await this.rewrite()
    } catch (error) {
      await this.#file.close()
      throw error
    }
  }

  /** Writes the changes as one frame and syncs. Throws StoreError; after `full` the file is as it was. */
  async append(changes: readonly StoreChange[]): Promise<void> {
    if (this.#broken !== undefined) throw new StoreError('unavailable', this.#broken)
    const frame = encodeFrame(this.#frames, changes)
    try {
      await writeAll(this.#file, frame, this.#end)
    } catch (error) {
      await this.#orBreak(this.#file.truncate(this.#end))
      throw asStoreError(error)
    }
    await this.#orBreak(this.#file.datasync())
    if (this.#broken !== undefined) throw asStoreError(this.#broken)
    this.#end += frame.length
    this.#frames++
    for (const change of changes) this.#apply(change)
  }

  #apply(change: StoreChange): void {
    const { name, bytes } = change
    const old = this.records.get(name)
    if (old) this.#liveBytes -= costOf(name, old)
    if (bytes) this.#liveBytes += costOf(name, bytes)
    if (applyChange(this.records, change)) this.#hasDead = true
  }

  async #orBreak(doing: Promise<void>): Promise<void> {
    try {
      await doing
    } catch (error) {
      this.#broken = error
    }
  }

  get isWorthRewriting(): boolean {
    return this.#end > this.#rewriteFrom && this.#liveBytes < this.#end / 2
  }

  /**
   * Writes a new file of what is live, puts it in the old one's place and overwrites the old one.
   * False when there was nothing to gain or no room; the old file then stays in use.
   */
  async rewrite(): Promise<boolean> {
    if (this.#broken !== undefined || !this.#hasDead) return false
    let fresh: Awaited<ReturnType<typeof writeNew>>
    try {
      fresh = await writeNew(this.#path, this.records)
    } catch {
      this.#rewriteFrom = this.#end + MIN_REWRITE_BYTES
      return false
    }
    const [old, oldEnd] = [this.#file, this.#end]
    this.#file = fresh.file
    this.#end = fresh.end
    this.#frames = fresh.frames
    this.#hasDead = false
    this.#rewriteFrom = MIN_REWRITE_BYTES
    await this.#orBreak(syncFolderOf(this.#path))
    await eraseAndClose(old, oldEnd)
    return true
  }

  /** Overwrites and empties the file. Cut short, it is finished at the next opening. */
  async wipe(): Promise<void> {
    try {
      await writeAll(this.#file, Uint8Array.of(WIPING), STATE_AT)
      await this.#file.datasync()
      await overwrite(this.#file, FILE_HEADER_BYTES, this.#end)
      await this.#file.truncate(FILE_HEADER_BYTES)
      await this.#file.datasync()
      await writeAll(this.#file, Uint8Array.of(LIVE), STATE_AT)
      await this.#file.datasync()
    } catch (error) {
      this.#broken = error
      throw asStoreError(error)
    }
    this.records.clear()
    this.#end = FILE_HEADER_BYTES
    this.#frames = 0
    this.#liveBytes = 0
    this.#hasDead = false
    this.#rewriteFrom = MIN_REWRITE_BYTES
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** The old file has no name any more. If it cannot be overwritten, its space is freed all the same. */
const eraseAndClose = (old: FileHandle, end: number): Promise<void> =>
  overwrite(old, 0, end).then(
    () => old.close(),
    () => old.close(),
  )
