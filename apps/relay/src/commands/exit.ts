import { BackupError } from '../backup/errors.ts'
import { DataFolderError } from '../data-folder.ts'
import { StorageOpenError } from '../storage/ports.ts'

/** How the program ends, as a number for scripts: docs/operate/cli.md. */
export const EXIT = { done: 0, usage: 2, badData: 3, refused: 4 } as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

export const say = (text: string): void => void process.stdout.write(text)
export const complain = (problem: string): void => void process.stderr.write(`relay: ${problem}\n`)

/** Runs a command; what stops it is told in one line. An error that is not foreseen is a mistake of ours and stays loud. */
export async function telling(run: () => Promise<Exit>): Promise<Exit> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof BackupError) {
      complain(error.message)
      return error.code === 'bad' ? EXIT.badData : EXIT.refused
    }
    if (error instanceof StorageOpenError) complain(`the database cannot be opened (${error.message})`)
    else if (error instanceof DataFolderError) complain(error.message)
    else throw error
    return EXIT.refused
  }
}
