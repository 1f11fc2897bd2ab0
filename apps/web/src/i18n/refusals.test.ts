// Whatever somebody can run into has a sentence of its own: the codes are read from the sources that refuse.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PACKAGES = fileURLToPath(new URL('../../../../packages/', import.meta.url))
const MESSAGES = fileURLToPath(new URL('./messages/', import.meta.url))

type Sentences = Readonly<Record<'rule' | 'relay' | 'stopped', Readonly<Record<string, string>>>>
const sentencesIn = async (language: string): Promise<Sentences> =>
  JSON.parse(await readFile(join(MESSAGES, language, 'refusals.json'), 'utf8'))

/** The sources of a folder that decide or judge, without tests and their helpers. */
async function readSources(folder: string, named: RegExp): Promise<string> {
  const files = await readdir(join(PACKAGES, folder), { recursive: true })
  const wanted = files.filter((file) => named.test(file) && !/\.test\.ts$|testing\//.test(file))
  return (await Promise.all(wanted.map((file) => readFile(join(PACKAGES, folder, file), 'utf8')))).join('\n')
}

/** Words that stand where a code can stand, and are none: states and answers of an activity. */
const NO_CODES = ['not-yet', 'not-open']

const codesIn = (source: string): readonly string[] => {
  const places = [
    /err\(\{ code: '([a-z-]+)'/g,
    /err\('([a-z-]+)'\)/g,
    /return '([a-z]+(?:-[a-z]+)+)'/g,
    /(?:\?|\s:) '([a-z]+(?:-[a-z]+)+)'/g,
    /\| '([a-z]+(?:-[a-z]+)+)'/g,
  ]
  const found = places.flatMap((place) => [...source.matchAll(place)].map(([, code]) => code ?? ''))
  return [...new Set(found)].filter((code) => !NO_CODES.includes(code)).sort()
}

/** The members of a union type of words. */
const unionIn = (source: string, name: string): readonly string[] => {
  const [, body = ''] = new RegExp(`export type ${name} =([^\\n]*(?:\\n +\\|[^\\n]+)*)`).exec(source) ?? []
  return [...body.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '')
}

for (const language of ['en', 'ar'])
  test(`each rule that can refuse somebody has its sentence (${language})`, async () => {
    const { rule, relay } = await sentencesIn(language)
    const activities = await readSources('core/src/activities', /(decide|refuse|events|clearance|index)\.ts$/)
    const frame = await readSources('core/src', /^(decide|replay|roster|turns|disclosure|door)\.ts$/)
    const host = await readSources('client/src', /^host\.ts$/)
    const destruction = await readSources('core/src/destruction', /^(decide|refuse)\.ts$/)
    const past = await readSources('core/src/past-chapters', /^(decide|rules)\.ts$/)
    const leg = await readSources('core/src/leg', /^(decide|rules)\.ts$/)
    const codes = codesIn(`${activities}\n${frame}\n${host}\n${destruction}\n${past}\n${leg}`)
    expect(codes.length).toBeGreaterThan(40)
    expect(codes.filter((code) => (rule[code] ?? relay[code]) === undefined)).toEqual([])
  })

for (const language of ['en', 'ar'])
  test(`each way in which relay and device can fail has its sentence (${language})`, async () => {
    const { relay, stopped } = await sentencesIn(language)
    const wire = await readFile(join(PACKAGES, 'protocol/src/codes.ts'), 'utf8')
    const relayCodes = [...(/RELAY_CODES = \[([^\]]+)\]/.exec(wire)?.[1] ?? '').matchAll(/'([a-z-]+)'/g)].map(
      ([, code]) => code,
    )
    const errors = await readFile(join(PACKAGES, 'client/src/errors.ts'), 'utf8')
    const landing = await readFile(join(PACKAGES, 'client/src/landing.ts'), 'utf8')
    expect(relayCodes.length).toBeGreaterThan(15)
    expect(Object.keys(relay).sort()).toEqual([...relayCodes, ...unionIn(errors, 'FailureCode')].sort())
    expect(Object.keys(stopped).sort()).toEqual([...unionIn(landing, 'StopCode')].sort())
  })

test('each kind of notice that the engine gives is shown in the room', async () => {
  const status = await readFile(join(PACKAGES, 'client/src/status.ts'), 'utf8')
  const [, union = ''] = /export type Notice =([\s\S]*?)\n\n/.exec(status) ?? []
  const codes = [...union.matchAll(/code: '([a-z-]+)'/g)].map(([, code]) => code ?? '')
  const screen = await readFile(fileURLToPath(new URL('../screens/room/Notices.svelte', import.meta.url)), 'utf8')
  expect(codes).toContain('fork')
  expect(codes.filter((code) => !screen.includes(`code === '${code}'`))).toEqual([])
})

test('no sentence is said twice for different reasons of the same kind, or is empty', async () => {
  for (const language of ['en', 'ar']) {
    const { rule, stopped } = await sentencesIn(language)
    for (const texts of [rule, stopped]) {
      expect(Object.values(texts).filter((text) => text.trim() === '')).toEqual([])
      expect(new Set(Object.values(texts)).size).toBeGreaterThan(Object.keys(texts).length - 2)
    }
  }
})
