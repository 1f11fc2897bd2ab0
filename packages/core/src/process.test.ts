import { expect, test } from 'vitest'
import firstDialogue from '../processes/first-dialogue.json' with { type: 'json' }
import { loadProcess } from './process.ts'
import { KNOWN_PARTS } from './registry.ts'

const file = JSON.stringify(firstDialogue)

/** Loads the first process with the value at this path changed. @returns the field that is wrong, or undefined */
function faultOf(path: string, value: unknown): string | undefined {
  const process = JSON.parse(file)
  const steps = path.split('.')
  const last = steps.pop() as string
  const holder = steps.reduce((at, step) => at[step], process)
  holder[last] = value
  const loaded = loadProcess(process, KNOWN_PARTS)
  return loaded.ok ? undefined : loaded.error.field
}

test('[DG2] a process that is right is loaded as it stands in its file', () => {
  expect(loadProcess(JSON.parse(file), KNOWN_PARTS)).toEqual({ ok: true, value: firstDialogue })
})

test.each<[field: string, path: string, value: unknown]>([
  ['format', 'format', 2],
  ['id', 'id', 'A first dialogue'],
  ['title.en', 'title.en', ''],
  ['purpose', 'purpose', 'only English'],
  ['stages', 'stages', []],
  ['sides.from', 'sides.from', 1],
  ['sides.to', 'sides.to', 1],
  ['retentionDays', 'retentionDays', 0],
  ['stages[1].activities[0].kind', 'stages.1.activities.0.kind', 'quarrel'],
  ['stages[1].activities[0].kind', 'stages.1.activities.0.kind', 'constructor'],
  ['stages[1].activities[2].settings.contribution', 'stages.1.activities.2.settings.contribution', 'insult'],
  ['stages[1].activities[1].settings.attributions', 'stages.1.activities.1.settings.attributions', []],
  ['stages[2].exit.when', 'stages.2.exit.when', 'midnight'],
  ['stages[2].exit.when', 'stages.2.exit.when', 'constructor'],
  ['stages[2].exit.settings.perSide', 'stages.2.exit.settings.perSide', 0],
  ['stages[3].id', 'stages.3.id', 'opening'],
  ['stages[1].activities[2].id', 'stages.1.activities.2.id', 'fears'],
  ['stages[1].id', 'stages.1.id', 'constructor'],
])('[DG2] names the first field that is wrong: %s', (field, path, value) => {
  expect(faultOf(path, value)).toBe(field)
})

test('[DG2] a stage names an exit of its own activities, or leaves it to the facilitator', () => {
  const exit = (when: string, settings = {}) => ({ ...firstDialogue.stages[0]?.exit, when, settings })
  expect(faultOf('stages.1.exit', exit('mirrored', { perSide: 1 }))).toBe('stages[1].exit.when')
  expect(faultOf('stages.1.exit', exit('brief-released'))).toBe('stages[1].exit.when')
  expect(faultOf('stages.2.exit', exit('rounds-closed'))).toBe('stages[2].exit.when')
  expect(faultOf('stages.1.exit', exit('rounds-closed'))).toBeUndefined()
  expect(faultOf('stages.1.exit', exit('declared'))).toBeUndefined()
})

test('[DG2][R54] every text of a process has the same languages, in the settings of activities too', () => {
  expect(faultOf('leaves.ar', undefined)).toBe('leaves.ar')
  expect(faultOf('leaves', { en: 'Nothing.' })).toBe('leaves')
  expect(faultOf('stages.1.exit.says.fr', 'Tout est dit.')).toBe('stages[1].exit.says')
  expect(faultOf('stages.1.activities.1.settings.prompt', { en: 'Why?' })).toBe(
    'stages[1].activities[1].settings.prompt',
  )
  expect(faultOf('title', {})).toBe('title')
})

test('[DG2] a language whose tag is also the name of a field is as good as any', () => {
  for (const tag of ['id', 'to']) {
    const process = JSON.parse(file.replaceAll('"ar":', `"${tag}":`))
    expect(loadProcess(process, KNOWN_PARTS).ok).toBe(true)
  }
})

test('[DG2] what is no process at all is refused', () => {
  for (const value of [null, undefined, 7, 'process', [], {}]) expect(loadProcess(value, KNOWN_PARTS).ok).toBe(false)
})
