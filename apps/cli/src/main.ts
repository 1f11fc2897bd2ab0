import { debuglog } from 'node:util'
import { Failure } from '@antechamber/client'
import packageJson from '../package.json' with { type: 'json' }
import { CommandError, EXIT } from './exit.ts'
import { type CommandName, HELP } from './help.ts'
import { type Given, readOptions } from './options.ts'
import { runRelay } from './relay-program.ts'
import { simulate } from './simulate/simulate.ts'

/** A mistake of our own: the only exit that no table names. */
const OUR_MISTAKE = 1

const say = (text: string): void => void process.stdout.write(text)
const debug = debuglog('antechamber')

type Command = (args: readonly string[]) => Promise<number>

/** An option for the relay's program; nothing where it was not given. */
const passed = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`--${name}=${value}`]

function demanded(command: CommandName, values: Given['values'], name: string): string {
  const value = values[name]
  if (value !== undefined) return value
  throw new CommandError(EXIT.usage, `--${name} is missing; "antechamber ${command} --help" shows what there is`)
}

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  serve: (args) => {
    readOptions('serve', args, {})
    return runRelay(['serve'])
  },
  'desk-link': (args) => {
    const { flags } = readOptions('desk-link', args, { revoke: 'flag' })
    return runRelay(flags['revoke'] ? ['desk-link', '--revoke'] : ['desk-link'])
  },
  backup: (args) => {
    const { values } = readOptions('backup', args, { out: 'value', keys: 'value' })
    return runRelay(['backup', ...passed('out', demanded('backup', values, 'out')), ...passed('keys', values['keys'])])
  },
  restore: (args) => {
    const { values, flags } = readOptions('restore', args, { from: 'value', keys: 'value', 'without-keys': 'flag' })
    const { keys } = values
    const without = flags['without-keys'] ? ['--without-keys'] : []
    if (keys !== undefined && without.length > 0) {
      throw new CommandError(EXIT.usage, '--keys and --without-keys exclude each other')
    }
    return runRelay([
      'restore',
      ...passed('from', demanded('restore', values, 'from')),
      ...passed('keys', keys),
      ...without,
    ])
  },
  verify: (args) => {
    const { values, flags } = readOptions('verify', args, { backup: 'value', keys: 'value', json: 'flag' })
    const more = [...passed('backup', values['backup']), ...passed('keys', values['keys'])]
    return runRelay(['verify', ...more, ...(flags['json'] ? ['--json'] : [])])
  },
  simulate: async (args) => {
    await simulate(args, process.env['ANTECHAMBER_DESK'], { say, progress: process.stderr })
    return EXIT.done
  },
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name)
const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h')

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-V') {
    say(`${packageJson.version}\n`)
    return EXIT.done
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    say(HELP.antechamber)
    return EXIT.done
  }
  if (name === undefined) throw new CommandError(EXIT.usage, 'no command; "antechamber --help" shows what there is')
  if (!isCommand(name))
    throw new CommandError(EXIT.usage, `there is no command "${name}"; "antechamber --help" shows what there is`)
  if (asksForHelp(args)) {
    say(HELP[name])
    return EXIT.done
  }
  return COMMANDS[name](args)
}

/** What the relay's or the engine's word means for somebody at a terminal. */
function failureTold({ code }: Failure): string {
  switch (code) {
    case 'unreachable':
      return 'the relay cannot be reached'
    case 'not-found':
      return "the relay does not know this convenor's link"
    case 'not-understood':
      return 'what answers there is not a relay'
    default:
      return `the relay refused: ${code}`
  }
}

/** Tells what went wrong in one line. @returns the exit code */
function complain(error: unknown): number {
  debug('%O', error)
  const exit = error instanceof CommandError ? error.exit : error instanceof Failure ? EXIT.refused : OUR_MISTAKE
  const message = error instanceof Failure ? failureTold(error) : error instanceof Error ? error.message : String(error)
  process.stderr.write(`antechamber: ${message.split('\n')[0]}\n`)
  return exit
}

// Somebody who reads only the first lines (`| head`) has not met a mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : OUR_MISTAKE),
)
process.on('uncaughtException', (error) => process.exit(complain(error)))

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  // At once: what was broken off in the middle may still be trying to reach a relay.
  process.exit(complain(error))
}
