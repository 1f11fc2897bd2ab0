import { expect, test } from 'vitest'
import { checkSpec, listRules, requirementsPage } from './check-spec.mjs'
import { taggedTests } from './lib/tests.mjs'
import { makeTree, problems } from './testing/tree.mjs'

const SPEC = '# The log\n\n- **LG1** Bytes are so.\n- **LG2** Gaps are not.\n'
const PROOFS = `test('[LG1] encodes', () => {})\nit.each([1, 2])('[LG2] has no gap at %i', () => {})\n`

test('finds rules where they stand', () => {
  expect(listRules(makeTree({ 'docs/spec/log.md': SPEC }))).toEqual([
    { id: 'LG1', path: 'docs/spec/log.md', line: 3 },
    { id: 'LG2', path: 'docs/spec/log.md', line: 4 },
  ])
})

test('passes when each rule has a test and each test a rule', () => {
  expect(checkSpec(makeTree({ 'docs/spec/log.md': SPEC, 'packages/core/src/log.test.ts': PROOFS }))).toEqual([])
})

test('refuses a rule without a test', () => {
  const root = makeTree({ 'docs/spec/log.md': `${SPEC}- **LG3** New.\n`, 'packages/core/src/log.test.ts': PROOFS })
  expect(checkSpec(root)).toEqual([{ where: 'docs/spec/log.md:5', problem: 'LG3 has no test' }])
})

test('refuses a test that names a rule that is not there', () => {
  const root = makeTree({ 'docs/spec/log.md': SPEC, 'e2e/a.spec.ts': `${PROOFS}test('[LG9] is old', () => {})` })
  expect(checkSpec(root)).toEqual([{ where: 'e2e/a.spec.ts:3', problem: 'there is no rule or requirement LG9' }])
})

test('refuses a rule that is there twice, and one that is written so that nobody finds it', () => {
  const root = makeTree({
    'docs/spec/log.md': `${SPEC}- **LG1** Again.\n- LG4: lost.\n`,
    'packages/core/src/log.test.ts': PROOFS,
  })
  expect(problems(checkSpec(root)).sort()).toEqual([
    'LG1 is a rule of docs/spec/log.md too',
    'looks like a rule; a rule starts "- **AB12** "',
  ])
})

test('reads several tags, templates and properties; not other calls, other text, or tags in the middle', () => {
  const text = [
    "test('[LG1] [R12] one', () => {})",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a test, read as text
    'test(`[LG2] two ${x}`, () => {})',
    "test.prop([a])('[LG3][LG4] three', () => {})",
    "describe('[LG5] no', () => {})",
    "say('[LG6] no')",
    "test('no [LG7]', () => {})",
    'const text = "test(\'[LG8] no\')"',
  ].join('\n')
  expect(taggedTests('a.test.ts', text).map(({ tags, line }) => [line, ...tags])).toEqual([
    [1, 'LG1', 'R12'],
    [2, 'LG2'],
    [3, 'LG3', 'LG4'],
  ])
})

test('writes the page of requirements from the tests, and refuses one that is not of today', () => {
  const requirements = /** @type {const} */ ([
    { id: 'R01', priority: 'must', area: 'Rooms', text: 'Eleven.' },
    { id: 'R02', priority: 'should', area: 'Rooms', text: 'By hand.' },
  ])
  const proof = { path: 'e2e/a.spec.ts', line: 1, name: 'lists eleven', tags: ['R01'] }
  const page = requirementsPage(requirements, [proof])
  expect(page).toContain('| R01 | M | Eleven. | `e2e/a.spec.ts`: lists eleven |')
  expect(page).toContain('| R02 | S | By hand. | not yet |')
  expect(page).toContain('1 of\n2 have one')

  const files = { 'docs/requirements.json': requirements, 'docs/requirements.md': page }
  const spec = `test('[R01] lists eleven', () => {})`
  expect(checkSpec(makeTree({ ...files, 'e2e/a.spec.ts': spec }))).toEqual([])
  expect(problems(checkSpec(makeTree(files)))).toEqual(['is not what the tests say; run "npm run requirements"'])
})
