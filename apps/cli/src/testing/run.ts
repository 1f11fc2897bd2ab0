import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command as it is started by hand; vitest's set-up has built what it needs. */
const COMMAND = fileURLToPath(new URL('../../bin/antechamber.mjs', import.meta.url))
const VECTORS = fileURLToPath(new URL('../../../../vectors/simulate/', import.meta.url))

/** What a command came to. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** Starts the command; whoever starts it ends it. */
export const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })

/** Resolves when the command has ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, err })))
}

/** Runs the command to its end. */
export const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => ended(start(args, env))

/** The arguments that name a public conversation of vectors/simulate. */
export const conversation = (name: string): readonly string[] => [
  '--statements',
  `${VECTORS}${name}/comments.csv`,
  '--votes',
  `${VECTORS}${name}/participants-votes.csv`,
]
