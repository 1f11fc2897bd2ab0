// What every check needs: the repository's root, its files, and one way to tell what is wrong.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * One thing that is wrong.
 * @typedef {{ readonly where: string, readonly problem: string }} Finding
 */

export const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

const NOT_OURS = new Set([
  '.git',
  'node_modules',
  'dist',
  'generated',
  'screenshots',
  'test-results',
  'playwright-report',
  '.svelte-kit',
])
const NOT_OURS_AT_ROOT = new Set(['data', 'out'])

/**
 * Lists the files under a root, as sorted paths relative to it, with forward slashes; what git ignores is left out.
 * @param {string} root
 * @param {(path: string) => boolean} [wanted] all, if left out
 * @returns {string[]}
 */
export function listFiles(root, wanted = () => true) {
  /** @type {string[]} */
  const found = []
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        const ignored = NOT_OURS.has(entry.name) || entry.name.startsWith('.dist-')
        if (!ignored && !(folder === root && NOT_OURS_AT_ROOT.has(entry.name))) walk(path)
      } else if (entry.isFile() && entry.name !== '.git') {
        // In a second working tree of the repository `.git` is a file.
        const name = relative(root, path).split(sep).join('/')
        if (wanted(name)) found.push(name)
      }
    }
  }
  if (existsSync(root)) walk(root)
  return found.sort()
}

/**
 * @param {string} root
 * @param {string} path relative to root
 */
export const readText = (root, path) => readFileSync(join(root, path), 'utf8')

/**
 * @param {string} root
 * @param {string} path relative to root
 * @returns {any}
 */
export const readJson = (root, path) => JSON.parse(readText(root, path))

/**
 * Runs a check when its file is the program: one line a finding, then one line of result; exit 1 if anything is wrong.
 * @param {string} moduleUrl `import.meta.url` of the check
 * @param {string} name
 * @param {(root: string) => readonly Finding[] | Promise<readonly Finding[]>} check
 */
export async function runAsProgram(moduleUrl, name, check) {
  if (process.argv[1] === undefined || pathToFileURL(process.argv[1]).href !== moduleUrl) return
  const findings = await check(repoRoot)
  for (const { where, problem } of findings) console.error(`${where}: ${problem}`)
  console.log(findings.length === 0 ? `${name}: all good` : `${name}: ${findings.length} wrong`)
  if (findings.length > 0) process.exitCode = 1
}
