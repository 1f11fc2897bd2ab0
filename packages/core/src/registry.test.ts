import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ACTIVITY_KINDS, EXITS, kindOf, kindOfCommand } from './registry.ts'
import { stageEvents } from './stage-events.ts'

const SOURCES = import.meta.dirname
const double = (names: readonly string[]): readonly string[] => names.filter((name, at) => names.indexOf(name) !== at)

test('[DG12] no two kinds have a name, an event, a command or an exit in common, nor the frame with a kind', () => {
  expect(double(ACTIVITY_KINDS.map((one) => one.kind))).toEqual([])
  expect(double([...Object.keys(stageEvents), ...ACTIVITY_KINDS.flatMap((one) => Object.keys(one.events))])).toEqual([])
  const ofStage = ['affirmRules', 'enterStage', 'pause', 'resume', 'leave']
  expect(double([...ofStage, ...ACTIVITY_KINDS.flatMap((one) => one.commands)])).toEqual([])
  const exits = ACTIVITY_KINDS.flatMap((one) => Object.keys(one.exits ?? {}))
  expect(double(['declared', ...exits])).toEqual([])
  expect([...EXITS.keys()].sort()).toEqual(['declared', ...exits].sort())
})

test('[DG12] a kind’s folder has its name, and each folder is in the registry', () => {
  expect(readdirSync(join(SOURCES, 'activities')).sort()).toEqual(ACTIVITY_KINDS.map((one) => one.kind).sort())
  for (const kind of ACTIVITY_KINDS) {
    expect(kindOf(kind.kind)).toBe(kind)
    for (const command of kind.commands) expect(kindOfCommand(command)).toBe(kind)
    expect(kind.state.read(JSON.parse(JSON.stringify(kind.empty)), '')).toEqual({ ok: true, value: kind.empty })
  }
})

test('[DG12] nothing but the registry and the door knows a kind, so that adding one needs no other edit', () => {
  const knowing = readdirSync(SOURCES)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => readFileSync(join(SOURCES, file), 'utf8').includes("'./activities/"))
  expect(knowing.sort()).toEqual(['index.ts', 'registry.ts'])
  for (const { kind } of ACTIVITY_KINDS) {
    for (const file of readdirSync(join(SOURCES, 'activities', kind)).filter((one) => !one.endsWith('.test.ts'))) {
      expect(readFileSync(join(SOURCES, 'activities', kind, file), 'utf8')).not.toMatch(/from '\.\.\/[a-z]/)
    }
  }
})
