import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from '../ports.ts'
import { asStoreError, codeOf, unlessMissing } from './files.ts'

/** A folder holds the lock, because renaming one onto another succeeds once for all who try, on every file system. */
const HOLDER = 'holder'
const TAKEN = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']

/**
 * When a process began, so that another one that was later given its number is told apart: boot id and clock ticks.
 * Empty where the system does not tell (outside Linux); then the number alone decides.
 */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return ''
  const stat = await unlessMissing(readFile(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined) return undefined
  // The name in brackets may hold anything; field 22, counted from 1, is the twentieth behind it.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return `${(await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()}:${ticks}`
}

function existsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** @param holder `pid start token`, as {@link claim} wrote it */
async function isAlive(holder: string): Promise<boolean> {
  const [pid, start] = holder.split(' ')
  const number = Number(pid)
  if (!Number.isSafeInteger(number) || number <= 0 || start === undefined) return false
  return start === '' ? existsProcess(number) : (await startOf(number)) === start
}

const readHolder = (path: string): Promise<string | undefined> => unlessMissing(readFile(join(path, HOLDER), 'utf8'))

const isHeld = async (path: string): Promise<boolean> => {
  const holder = await readHolder(path)
  return holder !== undefined && (await isAlive(holder))
}

/** Puts this process's name at `path`; false when some name stands there, living or dead. */
async function claim(path: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`
  try {
    await mkdir(own, { mode: 0o700 })
    await writeFile(join(own, HOLDER), `${process.pid} ${await startOf(process.pid)} ${randomUUID()}`, { mode: 0o600 })
    await rename(own, path)
    return true
  } catch (error) {
    await rm(own, { recursive: true, force: true })
    if (TAKEN.includes(codeOf(error) ?? '')) return false
    throw error
  }
}

/** By one rename: a half-deleted name would look like a dead one. */
async function remove(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  if (await unlessMissing(rename(path, aside).then(() => true))) await rm(aside, { recursive: true, force: true })
}

/**
 * Takes a dead holder's lock over. Its name is removed only by who stands at the guard and has seen there that it is
 * dead; otherwise one of two who come at once could remove the name that the other has just put up.
 */
async function takeOver(path: string): Promise<boolean> {
  const guard = `${path}.guard`
  if (!(await claim(guard))) {
    // Somebody is taking over right now; or died while doing so, and the next who comes finds the way free.
    if (!(await isHeld(guard))) await remove(guard)
    return false
  }
  try {
    const holder = await readHolder(path)
    if (holder !== undefined && !(await isAlive(holder))) await remove(path)
    return await claim(path)
  } finally {
    await remove(guard)
  }
}

/**
 * Takes the lock at `path` for this process until the function that it returns is called.
 * Throws StoreError `busy` when a living process holds it. A lock whose holder is dead is taken over.
 * Not told apart: processes in containers that share the folder but not their process numbers.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  let isMine: boolean
  try {
    isMine = (await claim(path)) || (!(await isHeld(path)) && (await takeOver(path)))
  } catch (error) {
    throw asStoreError(error)
  }
  if (!isMine) throw new StoreError('busy')
  return () => remove(path)
}
