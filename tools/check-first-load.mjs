// What a phone fetches before the first screen: the page, the scripts and styles it names, what those import at
// once, and the messages of one language. At most 150 KB gzipped (R53), told on every run.
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import ts from 'typescript'
import { listFiles, readText, runAsProgram } from './lib/repo.mjs'
import { parseScript } from './lib/source.mjs'

/** @typedef {import('./lib/repo.mjs').Finding} Finding */

export const BUDGET_BYTES = 150_000

const DIST = 'apps/web/dist'
const MESSAGES = 'apps/web/src/i18n/messages'

/** @param {string} text */
const gzipped = (text) => gzipSync(text, { level: 6 }).length

/**
 * Paths under dist/ that a page loads by itself: scripts, module preloads, stylesheets.
 * @param {string} html
 * @returns {string[]}
 */
export function eagerOf(html) {
  const elements = html.match(/<(script|link)\b[^>]*>/g) ?? []
  return elements.flatMap((element) => {
    const source = element.match(/\b(?:src|href)="([^"]+)"/)?.[1]
    const rel = element.match(/\brel="([^"]+)"/)?.[1]
    const eager = element.startsWith('<script') || rel === 'modulepreload' || rel === 'stylesheet'
    return source !== undefined && eager ? [source.replace(/^\.?\//, '')] : []
  })
}

/**
 * Modules that a built module imports at once; what it imports later, on demand, is not the first load.
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
function staticImportsOf(path, text) {
  return parseScript(path, text).statements.flatMap((statement) => {
    const from =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined
    return from !== undefined && ts.isStringLiteral(from) ? [posix.join(posix.dirname(path), from.text)] : []
  })
}

/**
 * @param {string} dist absolute
 * @param {string} language the chunk of messages
 * @returns {string[]} all that the first screen waits for, the page first
 */
function listEager(dist, language) {
  const waiting = ['index.html', ...eagerOf(readText(dist, 'index.html')), language]
  /** @type {Set<string>} */
  const eager = new Set()
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (eager.has(path)) continue
    eager.add(path)
    if (path.endsWith('.js')) waiting.push(...staticImportsOf(path, readText(dist, path)))
  }
  return [...eager]
}

/**
 * The largest chunk of messages: the worst that a person may have to fetch.
 * @param {string} root
 * @returns {string | undefined}
 */
function largestLanguage(root) {
  const languages = new Set(listFiles(join(root, MESSAGES)).map((path) => path.split('/')[0] ?? ''))
  const dist = join(root, DIST)
  return listFiles(dist, (path) => languages.has(path.match(/([a-z]{2,3})-[\w-]+\.js$/)?.[1] ?? '')).sort(
    (a, b) => gzipped(readText(dist, b)) - gzipped(readText(dist, a)),
  )[0]
}

/**
 * @param {string} root
 * @param {(line: string) => void} [tell] where the sizes go
 * @returns {Finding[]}
 */
export function checkFirstLoad(root, tell = console.log) {
  if (!existsSync(join(root, 'apps/web/index.html'))) return []
  if (!existsSync(join(root, DIST, 'index.html'))) return [{ where: DIST, problem: 'is not built' }]
  const language = largestLanguage(root)
  if (language === undefined) return [{ where: DIST, problem: 'has no chunk of messages that can be told by its name' }]
  let total = 0
  for (const path of listEager(join(root, DIST), language)) {
    const bytes = gzipped(readText(join(root, DIST), path))
    total += bytes
    tell(`${(bytes / 1000).toFixed(1).padStart(7)} KB  ${path}`)
  }
  tell(`${(total / 1000).toFixed(1).padStart(7)} KB  first load, gzipped; ${BUDGET_BYTES / 1000} KB are allowed`)
  if (total <= BUDGET_BYTES) return []
  return [{ where: DIST, problem: `the first load is ${total} bytes gzipped, ${BUDGET_BYTES} are allowed` }]
}

await runAsProgram(import.meta.url, 'first-load', (root) => checkFirstLoad(root))
