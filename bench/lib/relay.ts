import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { deskSecret } from '@antechamber/relay/testing'

/** Where the built relay is. Measurements run from the root of the repository. */
export const RELAY_DIST = join(process.cwd(), 'apps', 'relay', 'dist')

/** The built relay in a process of its own, as it is run. */
export interface RunningRelay {
  readonly child: ChildProcess
  readonly url: string
  readonly secret: Uint8Array
  readonly stop: () => Promise<void>
}

/** Starts the built relay with its data in a folder, on any free port of this machine. */
export async function startRelay(folder: string): Promise<RunningRelay> {
  const env = { PATH: process.env['PATH'] ?? '', PORT: '0', DATA_DIR: join(folder, 'data'), RATE_SCALE: '100000' }
  const program = join(RELAY_DIST, 'main.js')
  const child = spawn(process.execPath, [program, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  for (;;) {
    const link = /http:\/\/localhost:\d+\/desk#d1\.[\w-]{43}/.exec(said)?.[0]
    if (link) return { child, url: new URL(link).origin, secret: deskSecret(link), stop }
    await once(child.stdout, 'data')
  }
}
