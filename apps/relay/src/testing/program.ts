import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mainProgram } from './bundle.ts'

/** A relay as a program, as people start it. */
export interface Program {
  readonly child: ChildProcessWithoutNullStreams
  /** Everything it has said so far, on both streams. */
  said(): string
  readonly ended: Promise<number | null>
  /** The first match of what it says. */
  says(pattern: RegExp): Promise<string>
}

/** A convenor's link. */
export const LINK = /http:\/\/localhost:\d+\/desk#d1\.[\w-]{43}/
/** The last line of a start: from then on it serves. */
export const STARTED = /Press Ctrl-C/
export const ORIGIN = /http:\/\/localhost:\d+/

/** Starts the program, on any free port unless told otherwise, with rates out of the way. */
export function startProgram(args: readonly string[], env: Record<string, string>): Program {
  const own = { PORT: '0', RATE_SCALE: '1000', PATH: process.env['PATH'] ?? '' }
  const child = spawn(process.execPath, [mainProgram, ...args], { env: { ...own, ...env }, stdio: 'pipe' })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = once(child, 'close').then(() => child.exitCode)
  return {
    child,
    said: () => text,
    ended,
    says: async (pattern) => {
      for (;;) {
        const found = pattern.exec(text)
        if (found) return found[0]
        if (child.exitCode !== null) throw new Error(`it ended without saying ${pattern}: ${text}`)
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended])
      }
    },
  }
}
