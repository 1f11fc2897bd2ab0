import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreError } from '../ports.ts'

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** The operating system's word for what went wrong, such as `ENOENT`. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code

/** The same failure in the store's words: `full` when there is no room or a file may not grow, else `unavailable`. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  return new StoreError(FULL.includes(codeOf(error) ?? '') ? 'full' : 'unavailable', error)
}

/** Resolves with undefined when there is no such file; every other failure is thrown on. */
export async function unlessMissing<T>(doing: Promise<T>): Promise<T | undefined> {
  try {
    return await doing
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Writes all of `bytes` from `at`, also where the system takes them in pieces. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

const ZEROS = new Uint8Array(262_144)

/** Overwrites `from` up to `to` with zeros and syncs. On some disks the old bytes stay somewhere; see ST12. */
export async function overwrite(file: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += ZEROS.length) await writeAll(file, ZEROS.subarray(0, to - at), at)
  await file.datasync()
}

/** Makes renamed, new and deleted names in the folder of `path` survive a power cut, where folders can be synced. */
export async function syncFolderOf(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Opens a file that only its owner may read; one that already exists is made so. */
export async function openPrivate(path: string, flags: string): Promise<FileHandle> {
  const file = await open(path, flags, 0o600)
  try {
    await file.chmod(0o600)
  } catch (error) {
    await file.close()
    throw error
  }
  return file
}
