import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { debuglog } from 'node:util'
import { type Desk, parseDeskLink } from './desk-link.ts'
import { CommandError, EXIT } from './exit.ts'

/** Where the build puts the relay's program: the same from our sources and from our own bundle. */
const PROGRAM = fileURLToPath(new URL('../../relay/dist/main.js', import.meta.url))

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const
const debug = debuglog('antechamber-relay')
const START_MS = 30_000
const STOP_MS = 10_000

/** Settings of the relay; what an operator has set for theirs must not reach one that is only played with. */
const SETTINGS = [
  'PORT', 'HOST', 'PUBLIC_URL', 'DATA_DIR', 'DATABASE_URL', 'KEK_FILE', 'WEB_DIR', 'TLS_CERT', 'TLS_KEY',
  'METRICS_PORT', 'TRUST_PROXY', 'LOG_LEVEL', 'RATE_SCALE',
] as const // biome-ignore format: a list

function demandProgram(): string {
  if (existsSync(PROGRAM)) return PROGRAM
  throw new CommandError(EXIT.refused, 'the relay is not built yet; run "npm run build" first')
}

/** Runs the relay's program in the place of this one: its terminal, its signals, its exit code. */
export function runRelay(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [demandProgram(), ...args], { stdio: 'inherit' })
  for (const signal of SIGNALS) {
    // A Ctrl-C in a terminal has reached the child already; a second one would mean "at once".
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)))
  }
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new CommandError(EXIT.refused, 'the relay could not be started', error)))
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

/** A relay of our own, on this machine and for one play only. */
export interface PlayedRelay {
  readonly desk: Desk
  /** Rejects when the relay ends before it is told to. */
  readonly ended: Promise<never>
  /** Ends it, and deletes what it kept. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a relay on a free port of this machine, with a folder that is deleted at the end and with rates that many
 * people behind one address do not reach. Throws CommandError when it does not start.
 */
export async function startRelay(): Promise<PlayedRelay> {
  const program = demandProgram()
  const folder = mkdtempSync(join(tmpdir(), 'antechamber-'))
  const env: NodeJS.ProcessEnv = { ...process.env }
  for (const name of SETTINGS) delete env[name]
  Object.assign(env, { PORT: '0', HOST: '127.0.0.1', DATA_DIR: folder, RATE_SCALE: '1000' })
  // Its input is a pipe of ours that ends with this process, however that ends.
  const child = spawn(process.execPath, [program, 'serve', '--until-input-ends'], { env, stdio: 'pipe' })
  child.stdin.on('error', () => undefined)
  debug('runs as process %d', child.pid)
  const clean = (): void => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', clean)
  const stopAtOnce = (signal: NodeJS.Signals): void => process.exit(128 + constants.signals[signal])
  for (const signal of SIGNALS) process.once(signal, stopAtOnce)
  const ended = endOf(child)
  // Whoever waits for it hears of it; until then it is nobody's fault.
  ended.catch(() => undefined)
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await closed
      clearTimeout(timer)
    }
    for (const signal of SIGNALS) process.off(signal, stopAtOnce)
    process.off('exit', clean)
    clean()
  }
  try {
    return { desk: await deskOf(child, ended), ended, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function endOf(child: ChildProcess): Promise<never> {
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-2_000)
  })
  return new Promise((_, reject) => {
    child.on('error', (error) => reject(new CommandError(EXIT.refused, 'the relay could not be started', error)))
    child.on('close', () => {
      // Its log is for operators; what is for people is not in braces.
      const lines = complaint.trim().split('\n')
      const last = lines.filter((line) => !line.startsWith('{')).at(-1) ?? ''
      reject(new CommandError(EXIT.refused, `the relay has ended${last === '' ? '' : `: ${last}`}`))
    })
  })
}

/** The relay's first start prints the convenor's link. */
function deskOf(child: ChildProcess, ended: Promise<never>): Promise<Desk> {
  const printed = new Promise<Desk>((resolve, reject) => {
    let output = ''
    const timer = setTimeout(() => reject(new CommandError(EXIT.refused, 'the relay did not start')), START_MS)
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const desk = parseDeskLink(/https?:\S+#d1\.[\w-]{43}(?=\s)/.exec(output)?.[0] ?? '')
      if (!desk) return
      clearTimeout(timer)
      child.stdout?.removeAllListeners('data').resume()
      resolve(desk)
    })
  })
  return Promise.race([printed, ended])
}
