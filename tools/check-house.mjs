// The house itself: the licence, exact versions, a lockfile that any registry can serve, a reason for each
// dependency, and no trace of the machine that somebody worked on.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, readJson, readText, runAsProgram } from './lib/repo.mjs'

/** @typedef {import('./lib/repo.mjs').Finding} Finding */

/** The text as gnu.org gives it. */
const AGPL_SHA256 = '0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0'
const LICENCE = 'AGPL-3.0-or-later'
const SCOPE = '@antechamber/'
const REASONS = 'docs/dependencies.md'
const EXACT = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/
const TEXT =
  /\.(ts|mjs|js|json|svelte|html|css|md|yml|yaml|toml|sh|txt|csv|svg|webmanifest)$|(^|\/)[^./]+$|(^|\/)\.\w+$/
/** Homes and work folders of people and machines, and addresses of package registries. */
const TRACE =
  /(?<![\w.])\/(?:home|Users|root|work)\/[\w.-]+|[A-Z]:\\Users\\|\/tmp\/\w+[-_.]\w+\/|https?:\/\/(?:registry\.|npm\.)[\w.-]+/

/**
 * @param {string} root
 * @returns {Finding[]}
 */
function checkLicence(root) {
  if (!existsSync(join(root, 'LICENSE'))) return [{ where: 'LICENSE', problem: 'is missing' }]
  const hash = createHash('sha256').update(readText(root, 'LICENSE')).digest('hex')
  return hash === AGPL_SHA256 ? [] : [{ where: 'LICENSE', problem: 'is not the unchanged text of the AGPL, version 3' }]
}

/** @param {string} root */
const manifestPaths = (root) =>
  listFiles(root, (path) => path === 'package.json' || /^(packages|apps)\/[^/]+\/package\.json$/.test(path))

/** @param {any} manifest @returns {Record<string, string>} */
const dependenciesOf = (manifest) => ({
  ...manifest.dependencies,
  ...manifest.devDependencies,
  ...manifest.optionalDependencies,
})

/**
 * @param {string} root
 * @returns {Finding[]}
 */
function checkManifests(root) {
  return manifestPaths(root).flatMap((where) => {
    const manifest = readJson(root, where)
    const findings = Object.entries(dependenciesOf(manifest))
      .filter(([name, version]) => !(name.startsWith(SCOPE) ? version === '*' : EXACT.test(version)))
      .map(([name, version]) => ({ where, problem: `${name} is "${version}", not one exact version` }))
    if (manifest.license !== LICENCE) findings.push({ where, problem: `its licence is not ${LICENCE}` })
    return findings
  })
}

/**
 * @param {string} root
 * @returns {Finding[]}
 */
function checkLockfile(root) {
  const where = 'package-lock.json'
  if (!existsSync(join(root, where))) return [{ where, problem: 'is missing' }]
  /** @type {Record<string, any>} */
  const locked = readJson(root, where).packages
  const findings = Object.entries(locked).flatMap(([path, entry]) => {
    if (/^https?:/.test(entry.resolved ?? '')) return [{ where, problem: `${path} names a host: ${entry.resolved}` }]
    const ours = !path.includes('node_modules/') || entry.link === true
    return ours || entry.integrity ? [] : [{ where, problem: `${path} has no hash` }]
  })
  for (const path of manifestPaths(root)) {
    const folder = path.replace(/\/?package\.json$/, '')
    const asked = JSON.stringify(Object.entries(dependenciesOf(readJson(root, path))).sort())
    const known = JSON.stringify(Object.entries(dependenciesOf(locked[folder] ?? {})).sort())
    if (asked !== known) findings.push({ where, problem: `is behind ${path}; run npm install` })
  }
  return findings
}

/**
 * Each direct dependency has a line `| name | where | why |`, and each line a dependency.
 * @param {string} root
 * @returns {Finding[]}
 */
function checkReasons(root) {
  const used = new Set(manifestPaths(root).flatMap((path) => Object.keys(dependenciesOf(readJson(root, path)))))
  const lines = existsSync(join(root, REASONS)) ? readText(root, REASONS).split('\n') : []
  const given = new Map(
    lines.flatMap((line) => {
      const match = line.match(/^\| `([^`]+)` \|.*\| *([^|]*?) *\|$/)
      return match ? [[match[1] ?? '', match[2] ?? '']] : []
    }),
  )
  const wanted = [...used].filter((name) => !name.startsWith(SCOPE))
  return [
    ...wanted.filter((name) => !given.get(name)).map((name) => ({ where: REASONS, problem: `no reason for ${name}` })),
    ...[...given.keys()]
      .filter((name) => !used.has(name))
      .map((name) => ({ where: REASONS, problem: `${name} is no dependency of ours` })),
  ]
}

/**
 * @param {string} root
 * @returns {Finding[]}
 */
function checkTraces(root) {
  return listFiles(root, (path) => TEXT.test(path)).flatMap((path) =>
    readText(root, path)
      .split('\n')
      .flatMap((line, index) => {
        const trace = line.match(TRACE)?.[0]
        return trace === undefined
          ? []
          : [{ where: `${path}:${index + 1}`, problem: `"${trace}" is a place elsewhere` }]
      }),
  )
}

/**
 * @param {string} root
 * @returns {Finding[]}
 */
export const checkHouse = (root) => [
  ...checkLicence(root),
  ...checkManifests(root),
  ...checkLockfile(root),
  ...checkReasons(root),
  ...checkTraces(root),
]

await runAsProgram(import.meta.url, 'house', checkHouse)
