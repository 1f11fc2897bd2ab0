import { expect, test } from 'vitest'
import { PROCESSES } from './processes.ts'
import { ACTIVITY_KINDS } from './registry.ts'

test('[DG2] every process that ships loads, has a name of its own, and says what it is for in English and Arabic', () => {
  expect(new Set(PROCESSES.map((process) => process.id)).size).toBe(PROCESSES.length)
  for (const process of PROCESSES) expect(Object.keys(process.title).sort()).toEqual(['ar', 'en'])
})

test('the first dialogue has four stages, and uses each kind of activity that there is', () => {
  const [first] = PROCESSES
  expect(first?.stages.map((stage) => [stage.id, stage.exit.when])).toEqual([
    ['opening', 'all-affirmed'],
    ['sharing', 'rounds-closed'],
    ['hearing', 'mirrored'],
    ['brief', 'brief-released'],
  ])
  const used = new Set(first?.stages.flatMap((stage) => stage.activities.map((activity) => activity.kind)))
  expect(used).toEqual(new Set(ACTIVITY_KINDS.map((one) => one.kind)))
})

test('[R48] the ground rules forbid recording', () => {
  expect(PROCESSES[0]?.rules.en).toContain('No recording')
  expect(PROCESSES[0]?.rules.ar).toContain('لا تسجيل')
})

test('no process promises that nobody can tell who wrote, before the unattributed voice exists', () => {
  for (const process of PROCESSES) {
    for (const { kind, settings } of process.stages.flatMap((stage) => stage.activities)) {
      if (kind === 'round') expect((settings as { attributions: string[] }).attributions).not.toContain('none')
    }
  }
})
