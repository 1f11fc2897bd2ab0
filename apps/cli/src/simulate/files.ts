import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandError, EXIT } from '../exit.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** Makes a folder, and those above it. Throws CommandError. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new CommandError(EXIT.refused, `${folder} cannot be made (${codeOf(error)})`, error)
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
