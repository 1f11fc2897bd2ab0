// docs/threat-model.md says what a hostile relay can do and who notices: a table that is written from the rows that the
// tests of packages/testkit/src/eve play out and assert. `--write` writes it; the check compares.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, readText, repoRoot, runAsProgram } from './lib/repo.mjs'

/**
 * @typedef {{ readonly when: string, readonly who: string, readonly sees: string }} Sign
 * @typedef {{ readonly trick: string, readonly eve: string, readonly after: readonly string[], readonly signs: readonly Sign[], readonly note?: string }} Row
 */

const ROWS = 'packages/testkit/src/eve/table.json'
const PAGE = 'docs/threat-model.md'
const MESSAGES = 'apps/web/src/i18n/messages/en'
const BEGIN = '<!-- hostile relay: written by `npm run threats` from packages/testkit/src/eve/table.json -->'
const END = '<!-- end -->'

/** @type {Record<string, string>} */
const WHEN = {
  'at-once': 'at once',
  'others-write': 'when Chi writes next',
  'ada-writes': 'when Ada writes next',
  'ada-tries': 'when Ada writes next',
  'next-chapter': 'when the next chapter opens',
  days: 'when a day or more has passed',
}

/** Where the page's words for a sign stand, by what the sign begins with. @type {Record<string, (code: string) => readonly string[]>} */
const WORDS = {
  fork: () => ['room', 'notices', 'fork', 'heading'],
  unconfirmed: () => ['room', 'notices', 'unconfirmed', 'heading'],
  away: () => ['room', 'connection', 'away'],
  'shut-out': () => ['room', 'shutOut', 'heading'],
  'two-joins': () => ['invitations', 'state', 'two-joins'],
  stopped: (code) => ['refusals', 'stopped', code],
  refused: (code) => ['refusals', 'relay', code],
}

/**
 * Signs of one moment that are alike, with all who see them.
 * @param {Row} row
 */
function lines({ signs }) {
  /** @type {Map<string, { when: string, sees: string, who: string[] }>} */
  const found = new Map()
  for (const { when, sees, who } of signs) {
    const line = found.get(`${when} ${sees}`) ?? { when, sees, who: [] }
    line.who.push(who)
    found.set(`${when} ${sees}`, line)
  }
  return [...found.values()]
}

/** @param {Row} row */
function tableRow(row) {
  const found = lines(row)
  const note = row.note === undefined ? '' : `${row.note[0]?.toUpperCase()}${row.note.slice(1)}.`
  if (found.length === 0) return `| ${row.eve} | no | | | ${note} |`
  const column = (/** @type {(line: ReturnType<typeof lines>[number]) => string} */ tell) =>
    found.map(tell).join('<br>')
  const cells = [
    row.eve,
    'yes',
    column(({ when }) => WHEN[when] ?? when),
    column(({ who }) => who.join(', ')),
    [column(({ sees }) => `\`${sees}\``), note].filter(Boolean).join('<br>'),
  ]
  return `| ${cells.join(' | ')} |`
}

/**
 * What the page says to whoever sees a sign; undefined where it has no words of its own.
 * @param {string} root
 * @param {string} sign
 */
function wordsOf(root, sign) {
  const [kind = '', code = ''] = sign.split(': ')
  const path = WORDS[kind]?.(code)
  if (path === undefined) return undefined
  const [file = '', ...keys] = path
  let found = readJson(root, `${MESSAGES}/${file}.json`)
  for (const key of keys) found = found?.[key]
  return typeof found === 'string' ? found : undefined
}

/**
 * @param {string} root
 * @param {readonly Row[]} rows
 */
export function threatTable(root, rows) {
  const signs = [...new Set(rows.flatMap((row) => row.signs.map(({ sees }) => sees)))].sort()
  const said = signs.flatMap((sign) => {
    const words = wordsOf(root, sign)
    return words === undefined ? [] : [`- \`${sign}\`: “${words}”`]
  })
  if (signs.includes('waits')) said.push('- `waits`: what somebody wrote stays where they wrote it, as not sent yet.')
  return [
    BEGIN,
    '',
    '| What Eve does | Noticed | When | By whom | What they see |',
    '|---|---|---|---|---|',
    ...rows.map(tableRow),
    '',
    'What the page says then:',
    '',
    ...said,
    '',
    END,
  ].join('\n')
}

/**
 * The page with the table in its place; undefined where it has no place for one.
 * @param {string} root
 */
function page(root) {
  const text = existsSync(join(root, PAGE)) ? readText(root, PAGE) : ''
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) return undefined
  return text.slice(0, from) + threatTable(root, readJson(root, ROWS)) + text.slice(to + END.length)
}

/**
 * @param {string} root
 * @returns {import('./lib/repo.mjs').Finding[]}
 */
export function checkThreats(root) {
  const wanted = page(root)
  if (wanted === undefined) return [{ where: PAGE, problem: `has no place for the table: ${BEGIN} … ${END}` }]
  const silent = readJson(root, ROWS).filter((/** @type {Row} */ { signs, note }) => signs.length === 0 && !note)
  return [
    ...silent.map((/** @type {Row} */ { trick }) => ({
      where: ROWS,
      problem: `${trick} is not noticed, and does not say why`,
    })),
    ...(wanted === readText(root, PAGE)
      ? []
      : [{ where: PAGE, problem: 'is not what the tests say; run "npm run threats"' }]),
  ]
}

if (process.argv.includes('--write')) {
  const text = page(repoRoot)
  if (text !== undefined) writeFileSync(join(repoRoot, PAGE), text)
}

await runAsProgram(import.meta.url, 'threats', checkThreats)
