import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { systemClock } from './clock.ts'
import { backup } from './commands/backup.ts'
import { complain, EXIT, type Exit, say } from './commands/exit.ts'
import { restore } from './commands/restore.ts'
import { verify } from './commands/verify.ts'
import { buildConfig, databaseFile, type Environment, type RelayConfig } from './config/config.ts'
import { DataFolderError } from './data-folder.ts'
import { newDeskLink } from './desk.ts'
import { embeddedPorts } from './embedded.ts'
import { MetricsPortError, type Relay, type RelayPorts, startRelay } from './relay.ts'
import { ShareError } from './share-vault.ts'
import { sharedPorts } from './shared.ts'
import { type Storage, StorageOpenError } from './storage/ports.ts'
import { postgresStorage } from './storage/postgres.ts'
import { sqliteStorage } from './storage/sqlite.ts'
import { welcome } from './terminal.ts'

const USAGE = `usage: node main.js [serve]              starts the relay
       node main.js serve --until-input-ends   ... and stops it when its standard input ends
       node main.js desk-link            prints a new link for a convenor
       node main.js desk-link --revoke   ends all links that there are
       node main.js backup --out FILE [--keys FILE]
       node main.js restore --from FILE (--keys FILE | --without-keys)
       node main.js verify [--backup FILE] [--keys FILE] [--json]

All but serve work on the data folder that DATA_DIR names here, whatever the relay was started with.

Settings are environment variables; docs/operate/README.md lists them.
`

function databaseProblem({ reason, message }: StorageOpenError, { dataDir, databaseUrl }: RelayConfig): string {
  const name = databaseUrl === undefined ? `the database in ${dataDir}` : 'the database that DATABASE_URL names'
  return reason === 'newer'
    ? `${name} was written by a newer version; update, or restore an older backup`
    : `${name} cannot be opened (${message})`
}

/** What went wrong at the start, in one line; an error that is not foreseen is a mistake of ours and stays loud. */
function startProblem(error: unknown, config: RelayConfig): string {
  const { port, host, metricsPort } = config
  if (error instanceof DataFolderError) return error.message
  if (error instanceof StorageOpenError) return databaseProblem(error, config)
  if (error instanceof ShareError) {
    return `the key file ${config.shareKeyFile} is not the one of this database; restore that one from its backup`
  }
  if (error instanceof MetricsPortError) {
    return `port ${metricsPort} cannot be opened for metrics; set METRICS_PORT to another one, or leave it out`
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `port ${port} is taken by another program; set PORT to a free one`
  if (code === 'EACCES') return `port ${port} may not be opened by this user; set PORT to one above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is no address of this machine`
  if (code === 'ENOENT') return 'a file named in TLS_CERT or TLS_KEY is not there'
  if (typeof code === 'string' && code.startsWith('ERR_OSSL')) return 'TLS_CERT and TLS_KEY do not fit each other'
  throw error
}

/**
 * Stops on the first signal, in order; a second Ctrl-C ends the process at once.
 *
 * @param withInput also stops when standard input ends: a pipe does with the process that holds its other end, however
 * that ends
 */
function stopped(relay: Relay, withInput: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false
    const stop = () => {
      if (isStopping) return
      isStopping = true
      relay.stop().then(resolve, reject)
    }
    if (withInput) process.stdin.on('end', stop).on('error', stop).resume()
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (isStopping && signal === 'SIGINT') process.exit(130)
        stop()
      })
    }
  })
}

/** Without its storage a relay can only refuse; whoever watches over it should start it again. */
function onLost(): void {
  complain('the storage has ended unexpectedly; nothing that was acknowledged is lost. Start the relay again')
  process.exit(EXIT.refused)
}

async function serve(config: RelayConfig, untilInputEnds: boolean): Promise<Exit> {
  let relay: Relay
  try {
    const { databaseUrl } = config
    const ports: RelayPorts =
      databaseUrl === undefined
        ? await embeddedPorts(config, systemClock.now(), { onLost })
        : await sharedPorts({ ...config, databaseUrl }, systemClock)
    try {
      relay = await startRelay(config, ports)
    } catch (error) {
      await ports.bus?.close()
      await ports.storage.envelopes.close()
      throw error
    }
  } catch (error) {
    complain(startProblem(error, config))
    return EXIT.refused
  }
  const deskLink = (await relay.countDesks()) === 0 ? await relay.newDeskLink() : undefined
  say(welcome(relay, config, deskLink))
  await stopped(relay, untilInputEnds)
  return EXIT.done
}

/** The database as it is, wherever it is; undefined where no relay has made one. */
async function existingStorage({ dataDir, databaseUrl }: RelayConfig): Promise<Storage | undefined> {
  if (databaseUrl !== undefined) return postgresStorage(databaseUrl, systemClock.now())
  const path = databaseFile(dataDir)
  return existsSync(path) ? sqliteStorage(path, systemClock.now()) : undefined
}

async function deskLink(config: RelayConfig, revoke: boolean): Promise<Exit> {
  try {
    const storage = await existingStorage(config)
    if (storage === undefined) {
      complain(`no relay has been started on ${config.dataDir} yet; its first start prints a link`)
      return EXIT.refused
    }
    const { desks, envelopes } = storage
    // The relay may run with another environment than this one: what it said of itself counts, unless it is told here.
    const origin = config.publicUrl?.origin ?? (await desks.findOrigin({})) ?? `http://localhost:${config.port}`
    if (revoke) say(`Ended ${await desks.revokeDesks({})} of the convenors' links; dialogues go on.\n`)
    else say(`${await newDeskLink(desks, origin, systemClock.now())}\n`)
    await envelopes.close()
    return EXIT.done
  } catch (error) {
    complain(startProblem(error, config))
    return EXIT.refused
  }
}

const OPTIONS = {
  revoke: { type: 'boolean' },
  'until-input-ends': { type: 'boolean' },
  out: { type: 'string' },
  from: { type: 'string' },
  backup: { type: 'string' },
  keys: { type: 'string' },
  'without-keys': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

function readArguments(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
    return { positionals, values }
  } catch {
    return undefined
  }
}

type Values = NonNullable<ReturnType<typeof readArguments>>['values']
type Command = (config: RelayConfig, values: Values) => Promise<Exit>

/** What each command takes, and does. `needs`: of options that it cannot do without. */
const COMMANDS: Readonly<
  Record<string, { readonly takes: readonly string[]; readonly needs?: keyof Values; readonly run: Command }>
> = {
  serve: {
    takes: ['until-input-ends'],
    run: (config, values) => serve(config, values['until-input-ends'] ?? false),
  },
  'desk-link': { takes: ['revoke'], run: (config, values) => deskLink(config, values.revoke ?? false) },
  backup: { takes: ['out', 'keys'], needs: 'out', run: (config, { out = '', keys }) => backup(config, { out, keys }) },
  restore: {
    takes: ['from', 'keys', 'without-keys'],
    needs: 'from',
    run: (config, { from = '', keys, ...rest }) =>
      restore(config, { from, keys, withoutKeys: rest['without-keys'] ?? false }),
  },
  verify: {
    takes: ['backup', 'keys', 'json'],
    run: (config, { backup: from, keys, json = false }) => verify(config, { backup: from, keys, json }),
  },
}

function commandOf(read: ReturnType<typeof readArguments>) {
  const [name = 'serve', ...more] = read?.positionals ?? []
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (read === undefined || command === undefined || more.length > 0) return undefined
  const { takes, needs } = command
  if (needs !== undefined && !read.values[needs]) return undefined
  return Object.keys(read.values).every((option) => takes.includes(option)) ? command : undefined
}

async function run(args: readonly string[], env: Environment): Promise<Exit> {
  const read = readArguments(args)
  if (read?.values.help) {
    say(USAGE)
    return EXIT.done
  }
  const command = commandOf(read)
  if (read === undefined || command === undefined) {
    process.stderr.write(USAGE)
    return EXIT.usage
  }
  const config = buildConfig(env, fileURLToPath(new URL('../../web/dist', import.meta.url)))
  if (!config.ok) {
    for (const { variable, problem } of config.error) complain(`${variable} ${problem}`)
    return EXIT.usage
  }
  return command.run(config.value, read.values)
}

// What the relay writes, backups beside it included, is nobody else's on this machine.
process.umask(0o077)
process.exitCode = await run(process.argv.slice(2), process.env)
