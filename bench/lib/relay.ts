import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { deskSecret } from '@antechamber/relay/testing'

/** Where the built relay is. Measurements run from the root of the repository. */
export const RELAY_DIST = join(process.cwd(), 'apps', 'relay', 'dist')

/** The built relay in a process of its own, as it is run. */
export interface RunningRelay {
  readonly child: ChildProcess
  readonly url: string
  readonly secret: Uint8Array
  /** What it has of the machine's memory now, and had at most, in bytes. Linux only. */
  readonly memory: () => { readonly now: number; readonly peak: number }
  readonly stop: () => Promise<void>
}

/**
 * Starts the built relay with its data in a folder, on any free port of this machine.
 *
 * @param env what else its environment has, such as the address of a database
 * @param earlier a relay on the same database, whose desk this one has
 */
export async function startRelay(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  earlier?: RunningRelay,
): Promise<RunningRelay> {
  const own = { PATH: process.env['PATH'] ?? '', PORT: '0', DATA_DIR: join(folder, 'data'), RATE_SCALE: '100000' }
  const program = join(RELAY_DIST, 'main.js')
  const child = spawn(process.execPath, [program, 'serve'], {
    env: { ...own, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('Press Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`the relay ended: ${said}`)
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
  }
  const origin = /http:\/\/localhost:\d+/.exec(said)?.[0]
  const link = /http:\/\/localhost:\d+\/desk#d1\.[\w-]{43}/.exec(said)?.[0]
  const secret = link === undefined ? earlier?.secret : deskSecret(link)
  if (origin === undefined || secret === undefined) throw new Error(`the relay gave no desk: ${said}`)
  return { child, url: origin, secret, memory: () => memoryOf(child.pid), stop }
}

function memoryOf(pid: number | undefined) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}

/** A folder beside the sources: on the disk where a relay would keep its data, and in no memory file system. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.bench-data-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bytes of all files in a folder. */
export const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0)
