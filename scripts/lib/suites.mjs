// The suites that `npm test` is made of, and how they are run and told about.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideBrowser } from './browser.mjs'
import { repoRoot, run, say } from './process.mjs'
import { settle, tallyPlaywright, tallyVitest } from './tally.mjs'

/**
 * @typedef {import('./tally.mjs').Tally & { name: string, output: string }} Outcome
 * @typedef {{ name: string, run: () => Promise<Outcome> }} Suite
 */

const AT_ONCE = 2

/**
 * A check is one test: a program of tools/ that ends well or does not.
 * @param {string} name
 * @param {string} [program] relative to the root; tools/check-<name>.mjs if left out
 * @param {{ args?: readonly string[], always?: boolean }} [options] `always`: show what it says even when all is well
 * @returns {Suite}
 */
export const check = (name, program = `tools/check-${name}.mjs`, { args = [], always = false } = {}) => ({
  name,
  run: async () => {
    const { code, output } = await run(process.execPath, [join(repoRoot, program), ...args])
    const good = code === 0
    return { name, passed: good ? 1 : 0, failed: good ? 0 : 1, notes: [], output: good && !always ? '' : output }
  },
})

/** @type {Suite} */
export const lint = check('lint', 'node_modules/@biomejs/biome/bin/biome', {
  args: ['check', '--error-on-warnings', '--max-diagnostics=50', '.'],
})

/** @type {Suite} */
export const firstLoad = check('first-load', undefined, { always: true })

/**
 * Runs a test program that writes a JSON report, in front of the reader's eyes.
 * @param {string} name
 * @param {(reportPath: string) => { args: string[], env: Record<string, string> }} command arguments to node
 * @param {(report: any) => import('./tally.mjs').Tally} count
 * @returns {Promise<Outcome>}
 */
async function runReported(name, command, count) {
  const folder = mkdtempSync(join(tmpdir(), 'antechamber-report-'))
  const reportPath = join(folder, 'report.json')
  try {
    const { args, env } = command(reportPath)
    const { code } = await run(process.execPath, args, { show: true, env })
    const report = existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : undefined
    return { name, output: '', ...settle(code, report && count(report)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {{ long?: boolean, only?: readonly string[], without?: readonly string[] }} [options] `long`: with the long
 *   tests; `only`: paths to run; `without`: patterns of files to leave out
 * @returns {Suite}
 */
export const vitest = ({ long = false, only = [], without = [] } = {}) => ({
  name: 'vitest',
  run: async () => {
    // Some of all tests drive a browser; the quick ones do not.
    const browser = only.length === 0 ? await provideBrowser() : undefined
    const outcome = await runReported(
      'vitest',
      (report) => ({
        args: [
          join(repoRoot, 'node_modules/vitest/vitest.mjs'),
          'run',
          ...only,
          // A part of the tests is run for speed: their files share a process. The whole isolates them.
          ...(only.length > 0 ? ['--no-isolate'] : []),
          ...without.map((pattern) => `--exclude=${pattern}`),
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${report}`,
        ],
        env: { ...(long && { LONG: '1' }), ...(browser && { CHROMIUM_PATH: browser }) },
      }),
      tallyVitest,
    )
    if (!long) outcome.notes.push('tests named *.long.test.* are left to "npm run test:long"')
    return outcome
  },
})

export const hasStories = () =>
  existsSync(join(repoRoot, 'e2e')) && readdirSync(join(repoRoot, 'e2e')).some((name) => name.endsWith('.spec.ts'))

/** @type {Suite} */
export const stories = {
  name: 'stories',
  run: async () => {
    const browser = await provideBrowser()
    if (!browser)
      return { name: 'stories', passed: 0, failed: 1, notes: ['there is no browser to run them in'], output: '' }
    return runReported(
      'stories',
      (report) => ({
        args: [join(repoRoot, 'node_modules/@playwright/test/cli.js'), 'test', '-c', 'e2e', '--reporter=list,json'],
        env: { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
      }),
      tallyPlaywright,
    )
  },
}

/**
 * @param {Outcome} outcome
 * @param {number} seconds
 */
function tell({ name, passed, failed, notes, output }, seconds) {
  const count = passed + failed > 1 ? `${passed} passed, ${failed} failed, ` : ''
  say(`${failed === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(12)} ${count}${seconds.toFixed(1)} s`)
  for (const note of notes) say(`      ${note}`)
  if (output.trim() !== '') say(output.trimEnd())
}

/**
 * Runs suites, two at a time, each told about when it ends.
 * @param {readonly Suite[]} suites
 * @param {{ atOnce?: number }} [options]
 * @returns {Promise<{ passed: number, failed: number }>} summed over all
 */
export async function runSuites(suites, { atOnce = AT_ONCE } = {}) {
  const waiting = [...suites]
  const sum = { passed: 0, failed: 0 }
  const worker = async () => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const started = performance.now()
      const outcome = await suite.run()
      tell(outcome, (performance.now() - started) / 1000)
      sum.passed += outcome.passed
      sum.failed += outcome.failed
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return sum
}
