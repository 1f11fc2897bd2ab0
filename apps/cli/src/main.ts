import { debuglog } from 'node:util'
import { Failure } from '@antechamber/client'
import packageJson from '../package.json' with { type: 'json' }
import { CommandError, EXIT } from './exit.ts'
import { type CommandName, HELP } from './help.ts'
import { readOptions } from './options.ts'
import { runRelay } from './relay-program.ts'
import { simulate } from './simulate/simulate.ts'

/** A mistake of our own: the only exit that no table names. */
const OUR_MISTAKE = 1

const say = (text: string): void => void process.stdout.write(text)
const debug = debuglog('antechamber')

type Command = (args: readonly string[]) => Promise<number>

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  serve: (args) => {
    readOptions('serve', args, {})
    return runRelay(['serve'])
  },
  'desk-link': (args) => {
    const { flags } = readOptions('desk-link', args, { revoke: 'flag' })
    return runRelay(flags['revoke'] ? ['desk-link', '--revoke'] : ['desk-link'])
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
