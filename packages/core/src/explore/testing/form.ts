import { createHash } from 'node:crypto'
import type { SpaceState } from '../../state.ts'
import { RENAMINGS } from './cast.ts'
import type { Ledger } from './ledger.ts'

/** Lists whose order people see or rules ask; the order of all others tells only who was first, and nothing asks it. */
const ORDERED = new Set(['lines', 'released'])

/** By renaming, the forms of the fields of a space, most of which many states have: nothing in the core is written to. */
const known = RENAMINGS.map(() => new WeakMap<object, string>())

/** JSON with sorted fields, and with everyone renamed. */
function write(value: unknown, name: string, r: number, depth = 0): string {
  if (typeof value === 'string') return `"${(RENAMINGS[r] as (typeof RENAMINGS)[number]).rename(value)}"`
  if (typeof value !== 'object' || value === null) return String(value)
  if (depth !== 1) return writeNew(value, name, r, depth)
  const forms = known[r] as WeakMap<object, string>
  let form = forms.get(value)
  if (form === undefined) {
    form = writeNew(value, name, r, depth)
    forms.set(value, form)
  }
  return form
}

const writeNew = (value: object, name: string, r: number, depth: number): string =>
  Array.isArray(value) ? writeList(value, name, r, depth) : writeFields(value as Record<string, unknown>, r, depth)

function writeFields(value: Readonly<Record<string, unknown>>, r: number, depth: number): string {
  const { rename } = RENAMINGS[r] as (typeof RENAMINGS)[number]
  const fields: string[] = []
  for (const field in value) {
    const part = value[field]
    if (part !== undefined && field !== 'charter' && field !== 'devices') {
      fields.push(`${rename(field)}:${write(part, field, r, depth + 1)}`)
    }
  }
  return `{${fields.length > 1 ? fields.sort().join() : fields.join()}}`
}

function writeList(list: readonly unknown[], name: string, r: number, depth: number): string {
  const parts = list.map((part) => write(part, '', r, depth + 1))
  if (name === 'contributions') return writeContributions(list as readonly { run: string }[], parts)
  return `[${ORDERED.has(name) || parts.length < 2 ? parts.join() : parts.sort().join()}]`
}

/** Rounds in the order of their closing; the words of one round in no order. */
function writeContributions(list: readonly { readonly run: string }[], parts: readonly string[]): string {
  const byRun = new Map<string, string[]>()
  for (const [i, { run }] of list.entries()) byRun.set(run, [...(byRun.get(run) ?? []), parts[i] as string])
  return `[${[...byRun.values()].map((run) => run.sort().join()).join(';')}]`
}

/** What governs a space, as one text. */
export const formOfGoverning = (governing: SpaceState['governing']): string => write(governing, '', 0)

/** All of a space that anything could depend on, and what the ledger says of it, as one text; with people renamed. */
export function formOf({ governing, texts, words, dropped, said }: SpaceState, ledger: Ledger, r: number): string {
  const written = [texts, words].map((parts) => write(Object.values(parts), '', r))
  return [write(governing, '', r), ...written, write(dropped, '', r), write(said, '', r), write(ledger, '', r)].join(
    '|',
  )
}

/** Short enough to keep a million of them: 120 bits. */
export const hashOf = (form: string): string => createHash('sha1').update(form).digest('base64').slice(0, 20)
