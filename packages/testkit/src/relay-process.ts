import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromBase64Url } from '@antechamber/protocol'

const BUNDLE = fileURLToPath(new URL('../../../apps/relay/dist/main.js', import.meta.url))
const DESK_LINK = /(https?:\/\/\S+)\/desk#d1\.([A-Za-z0-9_-]+)/

/** The relay as it is run, in a process of its own, with its SQLite files in a folder. */
export interface RelayProcess {
  readonly url: string
  readonly secret: Uint8Array
  readonly directory: string
  readonly port: number
  /** Everything it has printed, logs included. */
  readonly printed: () => string
  /** Ends it at once, as a power failure would. */
  readonly kill: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts the built relay on a folder, on any free port unless one is given. `secret` is kept from an earlier start. */
export async function startRelayProcess(directory: string, earlier?: RelayProcess): Promise<RelayProcess> {
  const env = {
    ...process.env,
    DATA_DIR: directory,
    PORT: String(earlier?.port ?? 0),
    RATE_SCALE: '1000',
    LOG_LEVEL: 'debug',
  }
  const child = spawn(process.execPath, [BUNDLE, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const printed = (): string => chunks.join('')
  await untilPrinted(child, printed)
  const [, url, secret] = DESK_LINK.exec(printed()) ?? []
  const address = url ?? earlier?.url
  const bytes = secret === undefined ? earlier?.secret : fromBase64Url(secret)
  if (address === undefined || bytes === undefined) throw new Error(`the relay gave no desk link: ${printed()}`)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  const port = Number(new URL(address).port)
  return {
    url: address,
    secret: bytes,
    directory,
    port,
    printed,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

async function untilPrinted(child: ChildProcess, printed: () => string): Promise<void> {
  while (!printed().includes('"event":"started"') || !printed().includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`the relay ended: ${printed()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Every byte that the relay has in its folder, by file. */
export async function readFolder(directory: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const contents = files.map(async (file): Promise<[string, Uint8Array]> => {
    const path = join(file.parentPath, file.name)
    return [path, await readFile(path)]
  })
  return new Map(await Promise.all(contents))
}
