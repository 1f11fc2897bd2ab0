// The specification and the tests name each other: every rule has a test, every rule or requirement that a test
// names is there, and docs/requirements.md is what the tests say today. `--write` writes that file.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, readJson, readText, repoRoot, runAsProgram } from './lib/repo.mjs'
import { listTaggedTests } from './lib/tests.mjs'

/**
 * @typedef {import('./lib/repo.mjs').Finding} Finding
 * @typedef {{ id: string, path: string, line: number }} Rule
 * @typedef {{ id: string, priority: 'must' | 'should' | 'could', area: string, text: string }} Requirement
 */

const RULE = /^- \*\*([A-Z]{2,3}\d+)\*\* /
/** A rule written in some other way would be a rule that nobody checks. */
const LIKE_A_RULE = /^\s*[-*] \**[A-Z]{2,3}\d+\b/
const REQUIREMENTS = 'docs/requirements.json'
const REQUIREMENTS_PAGE = 'docs/requirements.md'

/**
 * @param {string} root
 * @returns {Rule[]}
 */
export const listRules = (root) =>
  listFiles(root, (path) => /^docs\/spec\/.*\.md$/.test(path)).flatMap((path) =>
    readText(root, path)
      .split('\n')
      .flatMap((text, index) => {
        const id = text.match(RULE)?.[1]
        return id === undefined ? [] : [{ id, path, line: index + 1 }]
      }),
  )

/**
 * @param {string} root
 * @returns {Finding[]}
 */
const listNearRules = (root) =>
  listFiles(root, (path) => /^docs\/spec\/.*\.md$/.test(path)).flatMap((path) =>
    readText(root, path)
      .split('\n')
      .flatMap((text, index) =>
        LIKE_A_RULE.test(text) && !RULE.test(text)
          ? [{ where: `${path}:${index + 1}`, problem: 'looks like a rule; a rule starts "- **AB12** "' }]
          : [],
      ),
  )

/**
 * @param {string} root
 * @returns {Requirement[]}
 */
const listRequirements = (root) => (existsSync(join(root, REQUIREMENTS)) ? readJson(root, REQUIREMENTS) : [])

/**
 * The page that says which test proves which requirement.
 * @param {readonly Requirement[]} requirements
 * @param {readonly import('./lib/tests.mjs').NamedTest[]} tests
 */
export function requirementsPage(requirements, tests) {
  const proofs = requirements.map(({ id }) => tests.filter(({ tags }) => tags.includes(id)))
  const proven = proofs.filter((found) => found.length > 0).length
  const lines = [
    '# Requirements',
    '',
    `What the product must (M), should (S) and could (C) do, in our own words, and the tests that prove it: ${proven} of`,
    `${requirements.length} have one. Generated from requirements.json and the names of the tests by \`npm run requirements\`; a check`,
    'compares. A test may prove a part only: its name says which. Where they collide: adr/0010.',
  ]
  let area = ''
  requirements.forEach((requirement, index) => {
    if (requirement.area !== area) {
      area = requirement.area
      lines.push('', `## ${area}`, '', '| | | Requirement | Proven by |', '|---|---|---|---|')
    }
    const names = (proofs[index] ?? []).map(({ path, name }) => `\`${path}\`: ${name.replaceAll('|', '\\|')}`)
    const proof = [...new Set(names)].join('<br>') || 'not yet'
    lines.push(`| ${requirement.id} | ${requirement.priority[0]?.toUpperCase()} | ${requirement.text} | ${proof} |`)
  })
  return `${lines.join('\n')}\n`
}

/**
 * @param {string} root
 * @returns {Finding[]}
 */
export function checkSpec(root) {
  const rules = listRules(root)
  const requirements = listRequirements(root)
  const tests = listTaggedTests(root)
  const proven = new Set(tests.flatMap(({ tags }) => tags))
  const known = new Set([...rules, ...requirements].map(({ id }) => id))
  const findings = listNearRules(root)
  rules.forEach(({ id, path, line }, index) => {
    const first = rules.findIndex((rule) => rule.id === id)
    if (first < index)
      findings.push({ where: `${path}:${line}`, problem: `${id} is a rule of ${rules[first]?.path} too` })
    else if (!proven.has(id)) findings.push({ where: `${path}:${line}`, problem: `${id} has no test` })
  })
  for (const { path, line, tags } of tests) {
    for (const tag of tags.filter((one) => !known.has(one)))
      findings.push({ where: `${path}:${line}`, problem: `there is no rule or requirement ${tag}` })
  }
  if (requirements.length > 0) {
    const committed = existsSync(join(root, REQUIREMENTS_PAGE)) ? readText(root, REQUIREMENTS_PAGE) : ''
    if (committed !== requirementsPage(requirements, tests))
      findings.push({ where: REQUIREMENTS_PAGE, problem: 'is not what the tests say; run "npm run requirements"' })
  }
  return findings
}

if (process.argv.includes('--write')) {
  const page = requirementsPage(listRequirements(repoRoot), listTaggedTests(repoRoot))
  writeFileSync(join(repoRoot, REQUIREMENTS_PAGE), page)
}

await runAsProgram(import.meta.url, 'spec', checkSpec)
