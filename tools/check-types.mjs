// Type-checks every project of the workspace: one program a tsconfig, with the native compiler; the pages of
// the web app through svelte-check, which reads .svelte files. `--no-web` leaves the slow last one out.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot, runAsProgram } from './lib/repo.mjs'

const SVELTE = 'apps/web/tsconfig.json'
const AT_ONCE = 2

/**
 * Lists the projects of a repository, as paths of tsconfig files, slowest first.
 * @param {string} root
 */
export function listProjects(root) {
  const folders = ['.', 'tools']
  for (const group of ['apps', 'packages']) {
    if (!existsSync(join(root, group))) continue
    for (const name of readdirSync(join(root, group))) folders.push(`${group}/${name}`)
  }
  const projects = folders.flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder))
          .filter((file) => /^tsconfig(\.\w+)?\.json$/.test(file) && file !== 'tsconfig.base.json')
          .map((file) => (folder === '.' ? file : `${folder}/${file}`))
      : [],
  )
  return projects.sort((a, b) => Number(b === SVELTE) - Number(a === SVELTE))
}

/**
 * @param {string} root
 * @param {string} project
 */
function commandFor(root, project) {
  const modules = join(repoRoot, 'node_modules')
  return project === SVELTE
    ? [
        join(modules, 'svelte-check/bin/svelte-check'),
        '--workspace',
        join(root, 'apps/web'),
        '--tsconfig',
        join(root, project),
        '--output',
        'human',
        '--fail-on-warnings',
      ]
    : [join(modules, 'tsc7/bin/tsc'), '--pretty', 'false', '-p', join(root, project)]
}

/**
 * Checks one project. A project without a single source yet is right.
 * @param {string} root
 * @param {string} project
 * @returns {Promise<import('./lib/repo.mjs').Finding[]>}
 */
function checkProject(root, project) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, commandFor(root, project), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0 || output.includes('No inputs were found in config file')) resolve([])
      else resolve([{ where: project, problem: `\n${output.trim()}` }])
    })
  })
}

/**
 * @param {string} root
 * @param {{ web?: boolean }} [options] `web: false` leaves svelte-check out
 */
export async function checkTypes(root, { web = true } = {}) {
  const waiting = listProjects(root).filter(
    (project) => project !== SVELTE || (web && existsSync(join(root, 'apps/web/src'))),
  )
  /** @type {import('./lib/repo.mjs').Finding[]} */
  const findings = []
  const worker = async () => {
    for (let project = waiting.shift(); project !== undefined; project = waiting.shift()) {
      findings.push(...(await checkProject(root, project)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return findings
}

await runAsProgram(import.meta.url, 'types', (root) => checkTypes(root, { web: !process.argv.includes('--no-web') }))
