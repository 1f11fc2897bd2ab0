import { err, ok, type Result } from './result.ts'
import { anything, list, name, object, optional, record, type Shape, type ShapeFault, text, whole } from './shape.ts'

/** The same text in several languages, by BCP 47 tag; every text of one process has the same languages. */
export type Texts = Readonly<Record<string, string>>

/** An activity of a stage: what kind, and that kind's settings. `id` is unique in its stage. */
export interface ProcessActivity {
  readonly id: string
  readonly kind: string
  readonly settings: unknown
}

/** What must hold before a stage ends without a reason: a named predicate over the state, with its parameters. */
export interface Exit {
  readonly when: string
  readonly settings?: unknown
  readonly says: Texts
}

export interface Stage {
  readonly id: string
  readonly title: Texts
  readonly purpose: Texts
  readonly activities: readonly ProcessActivity[]
  readonly exit: Exit
}

/** The template that a dialogue follows. Source: docs/spec/dialogue.md. */
export interface Process {
  readonly format: 1
  readonly id: string
  readonly title: Texts
  readonly purpose: Texts
  readonly room: Texts
  readonly takes: Texts
  readonly leaves: Texts
  readonly notWhen: Texts
  readonly sides: { readonly from: number; readonly to: number }
  readonly rules: Texts
  readonly retentionDays: number
  readonly stages: readonly Stage[]
}

/** A language's BCP 47 tag. */
export const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

export const texts = (max: number): Shape<Texts> => record(LANGUAGE, text(max), 40, 1)

const stageShape: Shape<Stage> = object({
  id: name,
  title: texts(60),
  purpose: texts(400),
  activities: list(object({ id: name, kind: name, settings: anything }), 8, 1),
  exit: object({ when: name, settings: optional(anything), says: texts(200) }),
}) as Shape<Stage>

export const processShape: Shape<Process> = object({
  format: {
    read: (value: unknown, field: string) =>
      value === 1 ? ok(1 as const) : err({ code: 'bad-shape' as const, field, expected: '1' }),
  },
  id: name,
  title: texts(80),
  purpose: texts(400),
  room: texts(200),
  takes: texts(200),
  leaves: texts(200),
  notWhen: texts(400),
  sides: object({ from: whole(2, 8), to: whole(2, 8) }),
  rules: texts(4000),
  retentionDays: whole(1, 3650),
  stages: list(stageShape, 20, 1),
}) as Shape<Process>

export type ProcessFault = ShapeFault

/** What the registry of activity kinds and exits answers for a process: see registry.ts. */
export interface KnownParts {
  readonly settingsOf: (kind: string) => Shape<unknown> | undefined
  /** Of an exit that needs none of the stage's activities, or one of these kinds. */
  readonly exitSettingsOf: (when: string, kinds: readonly string[]) => Shape<unknown> | undefined
}

/** Loads a process from parsed JSON, or names the first field that is wrong (DG2). */
export function loadProcess(value: unknown, known: KnownParts): Result<Process, ProcessFault> {
  const shaped = processShape.read(value, '')
  if (!shaped.ok) return shaped
  return checkParts(shaped.value, known) ?? checkNames(shaped.value) ?? checkLanguages(shaped.value) ?? shaped
}

const wrong = (field: string, expected: string): Result<never, ProcessFault> =>
  err({ code: 'bad-shape', field, expected })

function checkParts(process: Process, known: KnownParts): Result<never, ProcessFault> | undefined {
  for (const [s, stage] of process.stages.entries()) {
    for (const [a, activity] of stage.activities.entries()) {
      const field = `stages[${s}].activities[${a}]`
      const settings = known.settingsOf(activity.kind)
      if (!settings) return wrong(`${field}.kind`, 'a kind of activity that this version knows')
      const read = settings.read(activity.settings, `${field}.settings`)
      if (!read.ok) return read
    }
    const kinds = stage.activities.map((activity) => activity.kind)
    const exit = known.exitSettingsOf(stage.exit.when, kinds)
    if (!exit) return wrong(`stages[${s}].exit.when`, 'an exit that this version knows, of an activity in this stage')
    const read = exit.read(stage.exit.settings ?? {}, `stages[${s}].exit.settings`)
    if (!read.ok) return read
  }
  return undefined
}

function checkNames(process: Process): Result<never, ProcessFault> | undefined {
  const stages = process.stages.map((stage) => stage.id)
  const double = stages.findIndex((stage, at) => stages.indexOf(stage) !== at)
  if (double >= 0) return wrong(`stages[${double}].id`, 'a name that no other stage has')
  for (const [s, stage] of process.stages.entries()) {
    const names = stage.activities.map((activity) => activity.id)
    const again = names.findIndex((one, at) => names.indexOf(one) !== at)
    if (again >= 0)
      return wrong(`stages[${s}].activities[${again}].id`, 'a name that no other activity of the stage has')
  }
  return process.sides.from > process.sides.to ? wrong('sides.to', 'at least sides.from') : undefined
}

/** Texts by language, wherever they stand; the settings of an activity may have some too. */
const isTexts = (value: object): boolean =>
  Object.entries(value).length > 0 &&
  Object.entries(value).every(([key, part]) => LANGUAGE.test(key) && typeof part === 'string')

function checkLanguages(process: Process): Result<never, ProcessFault> | undefined {
  const languages = Object.keys(process.title).sort().join(' ')
  const walk = (value: unknown, field: string): Result<never, ProcessFault> | undefined => {
    if (typeof value !== 'object' || value === null) return undefined
    if (isTexts(value)) {
      return Object.keys(value).sort().join(' ') === languages ? undefined : wrong(field, `the languages ${languages}`)
    }
    for (const [key, part] of Object.entries(value)) {
      const found = walk(part, Array.isArray(value) ? `${field}[${key}]` : field === '' ? key : `${field}.${key}`)
      if (found) return found
    }
    return undefined
  }
  return walk(process, '')
}
