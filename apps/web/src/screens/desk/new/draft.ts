import type { Setup } from '@antechamber/client'
import {
  type Charter,
  type Confidentiality,
  charterShape,
  cleanText,
  type DialogueId,
  type Millis,
  type Process,
  SIDE_MARKS,
  type SideId,
  type SideMark,
} from '@antechamber/core'

export const STEPS = ['process', 'sides', 'rules', 'leaving', 'check'] as const
export type Step = (typeof STEPS)[number]

/** Longest texts, in Unicode code points: what the charter takes. */
export const MAX = { title: 80, side: 40, convenor: 600, name: 40, rules: 4000 } as const
export const DAYS = { from: 1, to: 3650 } as const
const DAY_MS = 24 * 60 * 60 * 1000

export interface DraftSide {
  name: string
  mark: SideMark
}

/** A dialogue that is being prepared, as typed. Kept on the device until it is founded. */
export interface Draft {
  readonly v: 1
  step: Step
  /** The id of the process chosen; empty before that. */
  process: string
  title: string
  sides: DraftSide[]
  convenor: string
  name: string
  languages: string[]
  rules: Record<string, string>
  /** The convenor says that rules whose numbers differ between the languages are the same. */
  rulesAgree?: boolean
  confidentiality: Confidentiality
  days: string
  /** Devices show what they have read without the server too. */
  readsOffline?: boolean
  /** The dialogue on this device that it has begun, until that is founded. */
  founding?: string
}

export const emptyDraft = (): Draft => ({
  v: 1,
  step: 'process',
  process: '',
  title: '',
  sides: [],
  convenor: '',
  name: '',
  languages: [],
  rules: {},
  confidentiality: 'agreed-text-leaves',
  days: '',
})

/** A draft as it was kept, or undefined where there is none that this version reads. */
export function readDraft(kept: string): Draft | undefined {
  if (kept === '') return undefined
  const draft = JSON.parse(kept) as Draft
  return draft.v === 1 ? draft : undefined
}

/**
 * Chooses a process: its rules and its retention come with it, and as many sides as it needs. What was typed about the
 * sides before stays.
 *
 * @param nameOf a neutral name for the side with a mark
 */
export function chooseProcess(draft: Draft, process: Process, nameOf: (mark: SideMark) => string): void {
  if (draft.process === process.id) return
  draft.process = process.id
  draft.rules = { ...process.rules }
  draft.languages = Object.keys(process.rules)
  draft.days = String(process.retentionDays)
  while (draft.sides.length < process.sides.from) addSide(draft, nameOf)
  draft.sides = draft.sides.slice(0, process.sides.to)
}

/** Adds a side with the first mark that no other has. */
export function addSide(draft: Draft, nameOf: (mark: SideMark) => string): void {
  const mark = SIDE_MARKS.find((one) => draft.sides.every((side) => side.mark !== one))
  if (mark) draft.sides.push({ mark, name: nameOf(mark) })
}

export type Problem =
  | { readonly code: 'empty' | 'sameName' | 'sameMark' | 'noLanguage' | 'noNumber' | 'rulesDiffer' }
  | { readonly code: 'tooLong'; readonly by: number }
  | { readonly code: 'range' }

/** What keeps a step from being left, by field: `title`, `side/0/name`, `rules/en`, `days`. Empty when all is well. */
export type Problems = Readonly<Record<string, Problem>>

const oneLine = (text: string): string => cleanText(text).replace(/\s*\n\s*/g, ' ')

function problemOf(text: string, max: number, mayBeEmpty = false): Problem | undefined {
  const clean = cleanText(text)
  const over = [...clean].length - max
  if (over > 0) return { code: 'tooLong', by: over }
  return clean === '' && !mayBeEmpty ? { code: 'empty' } : undefined
}

function problemOfSide(draft: Draft, at: number): Problem | undefined {
  const { name } = draft.sides[at] as DraftSide
  const same = (other: string): boolean => oneLine(other).toLowerCase() === oneLine(name).toLowerCase()
  const double = draft.sides.slice(0, at).some((other) => same(other.name))
  return problemOf(name, MAX.side) ?? (double ? { code: 'sameName' } : undefined)
}

/** The number of days typed, in Latin, Arabic-Indic or Persian digits; undefined for what is no whole number. */
export function daysOf(typed: string): number | undefined {
  const ascii = typed.trim().replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
  return /^\d{1,5}$/.test(ascii) ? Number(ascii) : undefined
}

function problemOfDays(typed: string): Problem | undefined {
  const days = daysOf(typed)
  if (days === undefined) return { code: 'noNumber' }
  return days < DAYS.from || days > DAYS.to ? { code: 'range' } : undefined
}

/** What is still wrong in one step. */
export function problemsOf(draft: Draft, step: Step): Problems {
  const found: (readonly [string, Problem | undefined])[] = []
  if (step === 'sides') {
    found.push(['languages', draft.languages.length === 0 ? { code: 'noLanguage' } : undefined])
    found.push(['title', problemOf(draft.title, MAX.title)])
    draft.sides.forEach((side, at) => {
      found.push([`side/${at}/name`, problemOfSide(draft, at)])
      const double = draft.sides.slice(0, at).some((other) => other.mark === side.mark)
      found.push([`side/${at}/mark`, double ? { code: 'sameMark' } : undefined])
    })
    found.push(['convenor', problemOf(draft.convenor, MAX.convenor)], ['name', problemOf(draft.name, MAX.name, true)])
  }
  if (step === 'rules') {
    for (const language of draft.languages)
      found.push([`rules/${language}`, problemOf(draft.rules[language] ?? '', MAX.rules)])
    const isOne = rulesAgree(draft) || draft.rulesAgree === true
    found.push(['rules', isOne ? undefined : { code: 'rulesDiffer' }])
  }
  if (step === 'leaving') found.push(['days', problemOfDays(draft.days)])
  return Object.fromEntries(found.filter((one): one is [string, Problem] => one[1] !== undefined))
}

/** Whether every language has as many rules: people accept the same ones. */
export const rulesAgree = ({ languages, rules }: Draft): boolean =>
  new Set(languages.map((one) => ruleLines(rules[one] ?? '').length)).size <= 1

/** The first step that something is wrong in, or undefined when the dialogue can begin. */
export const firstUnready = (draft: Draft): Step | undefined =>
  draft.process === '' ? 'process' : STEPS.find((step) => Object.keys(problemsOf(draft, step)).length > 0)

/** When everything is destroyed, for so many days from now. */
export const retainUntil = (days: number, now: number): Millis => (now + days * DAY_MS) as Millis

/** The rules, one a line, without empty lines. */
export const ruleLines = (rules: string): readonly string[] =>
  cleanText(rules)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/**
 * What the draft founds.
 *
 * @param draft one of which {@link firstUnready} finds nothing
 * @throws Error when it founds nothing that a device would take: a mistake of ours
 */
export function setupOf(draft: Draft, process: Process, language: string, now: number): Setup {
  const charter: Omit<Charter, 'dialogue'> = {
    title: oneLine(draft.title),
    convenor: cleanText(draft.convenor),
    process,
    sides: draft.sides.map(({ name, mark }, at) => ({ id: sideId(at), name: oneLine(name), mark })),
    languages: draft.languages,
    rules: Object.fromEntries(draft.languages.map((one) => [one, ruleLines(draft.rules[one] ?? '').join('\n')])),
    confidentiality: draft.confidentiality,
    retainUntil: retainUntil(daysOf(draft.days) ?? process.retentionDays, now),
    ...(draft.readsOffline && { readsOffline: true }),
  }
  const read = charterShape.read({ ...charter, dialogue: 'A'.repeat(22) as DialogueId }, '')
  if (!read.ok) throw new Error(`a draft founds no charter: ${read.error.field}`)
  return { ...charter, name: oneLine(draft.name), language }
}

/** Letters in their order: nothing that anybody typed. */
const sideId = (at: number): SideId => String.fromCharCode(97 + at) as SideId
