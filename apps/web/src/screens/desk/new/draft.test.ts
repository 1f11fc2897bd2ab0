import { charterShape, cleanText, type DialogueId } from '@antechamber/core'
import { PROCESSES } from '@antechamber/core/processes'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addSide,
  chooseProcess,
  type Draft,
  daysOf,
  emptyDraft,
  firstUnready,
  problemsOf,
  readDraft,
  retainUntil,
  setupOf,
} from './draft.ts'

const process = PROCESSES[0]
if (!process) throw new Error('no process ships')

const nameOf = (mark: string): string => mark
const DAY_MS = 24 * 60 * 60 * 1000

function readyDraft(): Draft {
  const draft = emptyDraft()
  chooseProcess(draft, process as NonNullable<typeof process>, nameOf)
  draft.title = 'The well between the villages'
  draft.convenor = 'Fay, for the Riverside Peace Trust'
  return draft
}

test('a process brings its rules, its retention and the sides that it needs', () => {
  const draft = emptyDraft()
  expect(firstUnready(draft)).toBe('process')
  chooseProcess(draft, process, nameOf)
  expect(draft.sides.map(({ name, mark }) => [name, mark])).toEqual([
    ['circle', 'circle'],
    ['square', 'square'],
  ])
  expect(draft.days).toBe(String(process.retentionDays))
  expect(draft.rules).toEqual(process.rules)
  expect(firstUnready(draft)).toBe('sides')
})

test('choosing the same process again keeps what was typed', () => {
  const draft = readyDraft()
  draft.rules = { ...draft.rules, en: 'One rule.' }
  draft.days = '7'
  chooseProcess(draft, process, nameOf)
  expect([draft.rules.en, draft.days]).toEqual(['One rule.', '7'])
})

test('a prepared dialogue founds a charter, with everything that was typed', () => {
  const draft = readyDraft()
  expect(firstUnready(draft)).toBeUndefined()
  const setup = setupOf(draft, process, 'ar', 1000)
  expect(setup).toMatchObject({
    title: 'The well between the villages',
    language: 'ar',
    name: '',
    languages: ['en', 'ar'],
    retainUntil: 1000 + process.retentionDays * DAY_MS,
  })
  expect(setup.sides.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(setup).not.toHaveProperty('readsOffline')
  expect(setupOf({ ...draft, readsOffline: true }, process, 'en', 1000).readsOffline).toBe(true)
})

test('problems are told at their fields', () => {
  const draft = readyDraft()
  draft.title = '  '
  draft.convenor = 'x'.repeat(601)
  draft.sides = [
    { name: 'North ', mark: 'circle' },
    { name: 'north', mark: 'circle' },
    { name: '', mark: 'square' },
  ]
  draft.name = 'y'.repeat(41)
  expect(problemsOf(draft, 'sides')).toEqual({
    title: { code: 'empty' },
    convenor: { code: 'tooLong', by: 1 },
    'side/1/name': { code: 'sameName' },
    'side/1/mark': { code: 'sameMark' },
    'side/2/name': { code: 'empty' },
    name: { code: 'tooLong', by: 1 },
  })
  draft.languages = []
  expect(problemsOf(draft, 'sides').languages).toEqual({ code: 'noLanguage' })
  draft.languages = ['en']
  draft.rules = { en: '\n \n' }
  expect(problemsOf(draft, 'rules')).toEqual({ 'rules/en': { code: 'empty' } })
  draft.languages = ['en', 'ar']
  draft.rules = { en: 'One.\n\nTwo.', ar: 'واحد.' }
  expect(problemsOf(draft, 'rules')).toEqual({ rules: { code: 'rulesDiffer' } })
  expect(problemsOf({ ...draft, rulesAgree: true }, 'rules')).toEqual({})
  expect(problemsOf({ ...draft, rules: { en: 'One.\nTwo.', ar: 'واحد.\nاثنان.' } }, 'rules')).toEqual({})
  for (const [days, code] of [
    ['', 'noNumber'],
    ['soon', 'noNumber'],
    ['1.5', 'noNumber'],
    ['0', 'range'],
    ['3651', 'range'],
  ] as const)
    expect(problemsOf({ ...draft, days }, 'leaving')).toEqual({ days: { code } })
})

test('days are read in the digits that people use', () => {
  expect([daysOf(' 60 '), daysOf('٦٠'), daysOf('۶۰'), daysOf('sixty')]).toEqual([60, 60, 60, undefined])
  expect(retainUntil(2, 5)).toBe(5 + 2 * DAY_MS)
})

test('a side is added with a mark that no other has, until there are none left', () => {
  const draft = readyDraft()
  for (let more = 0; more < 7; more++) addSide(draft, nameOf)
  expect(draft.sides).toHaveLength(8)
  expect(new Set(draft.sides.map(({ mark }) => mark)).size).toBe(8)
})

test('a kept draft comes back as it was, and one of another version does not', () => {
  const draft = readyDraft()
  expect(readDraft(JSON.stringify(draft))).toEqual(draft)
  expect(readDraft('')).toBeUndefined()
  expect(readDraft(JSON.stringify({ ...draft, v: 2 }))).toBeUndefined()
})

test('whatever is typed, a draft without problems founds a charter', () => {
  const typed = fc.string({ unit: 'binary', maxLength: 120 })
  const anyDraft = fc.record({ title: typed, convenor: typed, name: typed, north: typed, south: typed, rules: typed })
  fc.assert(
    fc.property(anyDraft, ({ title, convenor, name, north, south, rules }) => {
      const draft = { ...readyDraft(), title, convenor, name, rules: { en: rules, ar: rules } }
      draft.sides = [
        { name: north, mark: 'circle' },
        { name: south, mark: 'square' },
      ]
      fc.pre(firstUnready(draft) === undefined)
      const { name: own, language: _, ...charter } = setupOf(draft, process, 'en', 0)
      expect(charterShape.read({ ...charter, dialogue: 'A'.repeat(22) as DialogueId }, '').ok).toBe(true)
      expect(cleanText(own)).toBe(own)
    }),
  )
})
