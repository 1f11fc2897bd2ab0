// What went into the built programs. That the relay cannot read is a fact about what is in it.
import { existsSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import ts from 'typescript'
import { listFiles, readJson, readText, runAsProgram } from './lib/repo.mjs'

/** @typedef {import('./lib/repo.mjs').Finding} Finding */

/** What must not be in each, and what each may leave to node_modules. */
const APPS = [
  {
    folder: 'apps/relay',
    forbidden: /^packages\/(?!protocol\/)|^apps\/(?!relay\/)|node_modules\/(@noble|@hpke|@scure|hash-wasm)\//,
    outside: ['@photostructure/sqlite', 'pg', 'pino'],
  },
  { folder: 'apps/cli', forbidden: /^packages\/testkit\/|^apps\/(?!cli\/)/, outside: [] },
]

/** What a universal module (UMD) names to an AMD loader: places, not modules. */
const AMD_PLACES = new Set(['exports', 'module', 'require'])

/**
 * Modules that a built file takes from elsewhere.
 * @param {string} text
 */
const importedBy = (text) =>
  ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !AMD_PLACES.has(name))

/**
 * @param {string} root
 * @param {(typeof APPS)[number]} app
 * @returns {Finding[]}
 */
function checkBundle(root, { folder, forbidden, outside }) {
  const list = `${folder}/dist/modules.json`
  if (!existsSync(join(root, list))) return [{ where: list, problem: 'is missing; build first' }]
  /** @type {string[]} */
  const modules = readJson(root, list)
  const findings = modules
    .filter((path) => forbidden.test(path))
    .map((path) => ({ where: list, problem: `${path} must not be in there` }))
  const builtIn = new Set(builtinModules)
  // dist/ is left out of listFiles everywhere else; here it is the subject.
  for (const path of listFiles(join(root, folder, 'dist'), (name) => name.endsWith('.js'))) {
    for (const specifier of importedBy(readText(join(root, folder, 'dist'), path))) {
      if (/^(\.|node:)/.test(specifier) || builtIn.has(specifier) || outside.includes(specifier)) continue
      findings.push({ where: `${folder}/dist/${path}`, problem: `takes "${specifier}" from outside` })
    }
  }
  return findings
}

/**
 * @param {string} root
 * @returns {Finding[]}
 */
export function checkBundles(root) {
  return APPS.filter(({ folder }) => existsSync(join(root, folder, 'src/main.ts'))).flatMap((app) =>
    checkBundle(root, app),
  )
}

await runAsProgram(import.meta.url, 'bundles', checkBundles)
