// Builds the relay, the command line and the web app; knows what each is made of.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleApp } from './bundle.mjs'
import { NPM, repoRoot, run, say } from './process.mjs'

/** @typedef {'relay' | 'cli' | 'web'} Part */

/** @type {Record<Part, readonly string[]>} */
const MADE_OF = {
  relay: ['apps/relay', 'packages/protocol', 'scripts/lib'],
  cli: ['apps/cli', 'packages', 'scripts/lib'],
  web: ['apps/web', 'packages'],
}
export const PARTS = /** @type {readonly Part[]} */ (Object.keys(MADE_OF))

const NOT_SOURCE = new Set(['dist', 'node_modules', 'generated', 'testing'])

/**
 * @param {string} folder relative to the root
 * @returns {string[]}
 */
function sourcesUnder(folder) {
  const absolute = join(repoRoot, folder)
  if (!existsSync(absolute)) return []
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => !NOT_SOURCE.has(entry.name) && !entry.name.includes('.test.'))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory() ? sourcesUnder(path) : [path]
    })
}

/**
 * A fingerprint of all that a part is made of: by content, so that a checkout that only touches files rebuilds nothing.
 * @param {Part} part
 */
function fingerprint(part) {
  const hash = createHash('sha256')
  for (const path of [...MADE_OF[part].flatMap(sourcesUnder), 'package-lock.json'].sort()) {
    hash.update(`${path}\0${statSync(join(repoRoot, path)).size}\0`).update(readFileSync(join(repoRoot, path)))
  }
  return hash.digest('hex')
}

/** @param {Part} part */
const stampOf = (part) => join(repoRoot, 'apps', part, 'dist', '.built-from')

/**
 * A part without any source does not exist yet, and nothing is expected of it.
 * @param {Part} part
 */
export const exists = (part) => sourcesUnder(`apps/${part}/src`).length > 0

/** @param {Part} part */
export const isFresh = (part) => existsSync(stampOf(part)) && readFileSync(stampOf(part), 'utf8') === fingerprint(part)

/**
 * @param {Part} part
 * @returns {Promise<string | undefined>} what went wrong
 */
async function buildPart(part) {
  const made = fingerprint(part)
  if (part === 'web') {
    const { code, output } = await run(NPM, ['run', 'build', '-w', '@antechamber/web'])
    if (code !== 0) return output
  } else {
    try {
      await bundleApp(part)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  writeFileSync(stampOf(part), made)
  return undefined
}

/**
 * Builds all parts that exist, or only those named.
 * @param {{ onlyStale?: boolean, parts?: readonly Part[] }} [options] `onlyStale`: leave alone what is up to date
 * @returns {Promise<boolean>} false, and the reason is on the screen, when a part could not be built
 */
export async function build({ onlyStale = false, parts = PARTS } = {}) {
  let good = true
  for (const part of parts.filter(exists)) {
    if (onlyStale && isFresh(part)) continue
    const started = performance.now()
    const problem = await buildPart(part)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    if (problem === undefined) say(`built apps/${part} in ${seconds} s`)
    else {
      say(`apps/${part} could not be built:\n${problem}`)
      good = false
    }
  }
  return good
}
