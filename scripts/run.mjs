// The project's commands: start, test, build, quick, long. Works on a fresh clone: nothing here needs node_modules
// until it has been installed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { installIfNeeded } from './lib/install.mjs'
import { exitOf, NPM, repoRoot, run, say } from './lib/process.mjs'
import { check, firstLoad, hasStories, lint, runSuites, stories, vitest } from './lib/suites.mjs'

/**
 * Types and tests read files that the web app's build generates (its messages); they are made first.
 * @returns {Promise<boolean>}
 */
async function generate() {
  const { code, output } = await run(NPM, ['run', 'generate', '-w', '@antechamber/web', '--if-present'])
  if (code !== 0) say(`The web app's generated files could not be made:\n${output}`)
  return code === 0
}

const sourceChecks = () =>
  ['answers', 'arrows', 'purity', 'sizes', 'spec', 'threats', 'messages', 'house'].map((name) => check(name))

/**
 * The last line of a run.
 * @param {{ passed: number, failed: number }[]} sums
 */
function finish(sums) {
  const passed = sums.reduce((total, sum) => total + sum.passed, 0)
  const failed = sums.reduce((total, sum) => total + sum.failed, 0)
  say(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

const PASS = { passed: 1, failed: 0 }
const FAIL = { passed: 0, failed: 1 }

async function test() {
  if (!(await installIfNeeded())) return finish([FAIL])
  const sums = [(await generate()) ? PASS : FAIL]
  sums.push(await runSuites([check('types'), lint, ...sourceChecks()]))
  const built = await build()
  sums.push(built ? PASS : FAIL)
  if (built) sums.push(await runSuites([check('bundles'), firstLoad]))
  sums.push(await runSuites([vitest()], { atOnce: 1 }))
  if (hasStories()) {
    if (built) sums.push(await runSuites([stories], { atOnce: 1 }))
    else {
      say('FAIL  stories      not run: nothing to run them against')
      sums.push(FAIL)
    }
  }
  return finish(sums)
}

/** Where most tests need no build, no relay and no browser; those that do, and the slowest three. */
const UNIT_TESTS = [
  'packages/core',
  'packages/protocol',
  'packages/sealing',
  'packages/client',
  'apps/web/src',
  'apps/web/build',
  'tools',
  'scripts',
]
const NO_UNIT_TESTS = [
  '**/stories/**',
  '**/browser/**',
  '**/browser.test.ts',
  '**/*crash.test.ts',
  '**/l{ives,imits}.test.ts',
  '**/explore.test.ts',
]

/** Types, lint, the checks of the sources, and the unit tests that need no build: under a minute. */
async function quick() {
  if (!(await installIfNeeded())) return finish([FAIL])
  const sums = [(await generate()) ? PASS : FAIL]
  sums.push(await runSuites([check('types'), lint, ...sourceChecks()]))
  sums.push(await runSuites([vitest({ only: UNIT_TESTS, without: NO_UNIT_TESTS })], { atOnce: 1 }))
  return finish(sums)
}

async function long() {
  if (!(await installIfNeeded()) || !(await generate())) return finish([FAIL])
  if (!(await build({ onlyStale: true }))) return finish([FAIL])
  return finish([await runSuites([vitest({ long: true })], { atOnce: 1 })])
}

async function buildAll() {
  return (await installIfNeeded()) && (await generate()) && (await build()) ? 0 : 1
}

async function start() {
  if (!(await installIfNeeded()) || !(await build({ onlyStale: true }))) return 1
  const main = ['apps/cli/dist/main.js', 'apps/relay/dist/main.js'].find((path) => existsSync(join(repoRoot, path)))
  if (main === undefined) {
    say('There is nothing to start yet.')
    return 1
  }
  const child = spawn(process.execPath, [join(repoRoot, main), 'serve', ...process.argv.slice(3)], {
    cwd: repoRoot,
    stdio: 'inherit',
  })
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGINT'])) {
    // A Ctrl-C in a terminal has reached the child already; a second one would mean "at once".
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)))
  }
  if (process.env.npm_lifecycle_event !== undefined) {
    // npm puts a shell between itself and this, which dies of a signal and passes nothing on.
    const parent = process.ppid
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
  }
  return new Promise((done) => child.on('close', (code) => done(exitOf(code))))
}

/** @type {Record<string, () => Promise<number>>} */
const commands = { start, test, quick, long, build: buildAll }
const command = commands[process.argv[2] ?? '']
if (command === undefined) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(commands).join(' | ')}`)
  process.exitCode = 2
} else process.exitCode = await command()
