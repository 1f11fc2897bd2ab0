import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CommandError, EXIT } from '../exit.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** Step by step: Node's own recursion has no end where a folder says that it is not there while it is (`/proc`). */
async function make(folder: string): Promise<void> {
  if (existsSync(folder)) return
  await make(dirname(folder))
  await mkdir(folder)
}

/** Makes a folder, and those above it, and finds out whether it can be written to. Throws CommandError. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(resolve(folder))
  } catch (error) {
    throw new CommandError(EXIT.refused, `${folder} cannot be made (${codeOf(error)})`, error)
  }
  const probe = join(folder, `.probe.${process.pid}`)
  try {
    await writeFile(probe, '')
    await rm(probe)
  } catch (error) {
    throw new CommandError(EXIT.refused, `${folder} cannot be written to (${codeOf(error)})`, error)
  }
}

/** Writes a file, or leaves the one that was there as it was. Throws CommandError. */
export async function writeWhole(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, name)
  const made = join(folder, `.${name}.${process.pid}`)
  try {
    await writeFile(made, content)
    await rename(made, path)
  } catch (error) {
    await rm(made, { force: true })
    throw new CommandError(EXIT.refused, `${path} cannot be written (${codeOf(error)})`, error)
  }
}
