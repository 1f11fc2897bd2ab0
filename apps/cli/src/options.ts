import { parseArgs } from 'node:util'
import { CommandError, EXIT } from './exit.ts'

/** The options of a command: with a value, or without. Each also has `--help`. */
export type OptionNames = Readonly<Record<string, 'value' | 'flag'>>

/** What was given. A flag that was not given is false. */
export interface Given {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly flags: Readonly<Record<string, boolean>>
}

const usage = (command: string, problem: string): CommandError =>
  new CommandError(EXIT.usage, `${problem}; "antechamber ${command} --help" shows what there is`)

/** Reads a command's arguments. Throws CommandError for what the command does not know. */
export function readOptions(command: string, args: readonly string[], names: OptionNames): Given {
  const options = Object.fromEntries(
    Object.entries({ ...names, help: 'flag' }).map(([name, kind]) => [
      name,
      kind === 'value' ? ({ type: 'string' } as const) : ({ type: 'boolean' } as const),
    ]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true })
  const values: Record<string, string> = {}
  const flags: Record<string, boolean> = {}
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw usage(command, `"${token.value}" was not expected`)
    const kind = token.name === 'help' ? 'flag' : Object.hasOwn(names, token.name) ? names[token.name] : undefined
    if (kind === undefined) throw usage(command, `there is no option ${token.rawName}`)
    if (kind === 'flag') {
      if (token.value !== undefined) throw usage(command, `${token.rawName} takes no value`)
      flags[token.name] = true
    } else if (
      token.value === undefined ||
      token.value === '' ||
      (token.value.startsWith('--') && !token.inlineValue)
    ) {
      throw usage(command, `${token.rawName} needs a value`)
    } else values[token.name] = token.value
  }
  return { values, flags }
}

/** A whole number from `min` to `max`, or the fallback where the option was not given. Throws CommandError. */
export function wholeNumber(
  { values }: Given,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const text = values[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value
  throw new CommandError(EXIT.usage, `--${name} must be a whole number from ${min} to ${max}`)
}
