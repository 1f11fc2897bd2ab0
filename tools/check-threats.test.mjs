import { expect, test } from 'vitest'
import { checkThreats, threatTable } from './check-threats.mjs'
import { makeTree, problems } from './testing/tree.mjs'

const ROWS = 'packages/testkit/src/eve/table.json'
const PAGE = 'docs/threat-model.md'
const MESSAGES = { 'apps/web/src/i18n/messages/en/room.json': { notices: { fork: { heading: 'Another record' } } } }
const rows = [
  {
    trick: 'forks',
    eve: 'Forks',
    after: [],
    signs: ['Ada', 'Chi'].map((who) => ({ when: 'ada-writes', who, sees: 'fork' })),
  },
  { trick: 'watches', eve: 'Watches', after: [], signs: [], note: 'it leaves no trace' },
]

test('tells what is noticed, when, by whom and in which words, and why something is not', () => {
  const table = threatTable(makeTree(MESSAGES), rows)
  expect(table).toContain('| Forks | yes | when Ada writes next | Ada, Chi | `fork` |')
  expect(table).toContain('| Watches | no | | | It leaves no trace. |')
  expect(table).toContain('- `fork`: “Another record”')
})

test('passes where the page has the table, and refuses another one', () => {
  const table = threatTable(makeTree(MESSAGES), rows)
  expect(checkThreats(makeTree({ ...MESSAGES, [ROWS]: rows, [PAGE]: `# Threats\n\n${table}\n` }))).toEqual([])
  const older = makeTree({ ...MESSAGES, [ROWS]: rows.slice(0, 1), [PAGE]: `# Threats\n\n${table}\n` })
  expect(problems(checkThreats(older))).toEqual(['is not what the tests say; run "npm run threats"'])
})

test('refuses a page without a place for it, and what is not noticed without a reason', () => {
  expect(checkThreats(makeTree({ ...MESSAGES, [ROWS]: rows, [PAGE]: '# Threats\n' }))).toHaveLength(1)
  const mute = [{ ...rows[0], signs: [] }]
  const root = makeTree({
    ...MESSAGES,
    [ROWS]: mute,
    [PAGE]: threatTable(makeTree(MESSAGES), /** @type {any} */ (mute)),
  })
  expect(problems(checkThreats(root))).toEqual(['forks is not noticed, and does not say why'])
})
